"""Own fields that an import wrote over: what customers had in them comes back from the trail."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F

from kemai.business.archives.custom_fields import values_stored
from kemai.business.archives.models import Customer, CustomField, CustomValue
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.landing.beside import FILLED, replace_values
from kemai.oversight.exchange.undoing.changed import Changed, Row
from kemai.oversight.exchange.undoing.plan import Conflict, Undo, changes_of


class ChangedOwn(Changed):
    """The values by field; a field out of use, or with other options by now, takes its old ones back all the same."""

    def switch(self, undo: Undo) -> None:
        rows: list[Row] = undo.made[self.key]
        known = {f.key: f for f in CustomField.objects.all()}
        for key in sorted({name for _pk, diff in rows for name in diff}):
            if key in known:
                replace_values(
                    known[key], ((pk, known[key], diff[key][0]) for pk, diff in rows if key in diff)
                )
        changed = Customer.objects.filter(Among("id", [pk for pk, _diff in rows]))
        changed.update(version=F("version") + 1)

    def settle(self, batch: Batch) -> None:
        return None

    def _barred(self, some: list[Entry]) -> Iterator[Conflict]:
        """An old value that must not repeat and that another customer has been given since."""
        unique = {f.key: f for f in CustomField.objects.filter(is_unique=True)}
        for entry in some:
            pk = entry.subject_id or 0
            for name, (old, new) in changes_of(entry).items():
                if old and name in unique:
                    keys = [row["unique_key"] for row in values_stored(unique[name], [old])]
                    held = CustomValue.objects.filter(unique_key__in=keys).exclude(customer_id=pk)
                    for code in held.values_list("customer__code", flat=True):
                        yield Conflict(self.key, pk, pk, "", "", name, old, new, code, kind="own_taken")


OWN = ChangedOwn("custom", FILLED, [FILLED], "archives.custom.restored")
