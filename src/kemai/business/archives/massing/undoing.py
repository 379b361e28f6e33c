"""The way back of an edit of many: each customer gets what it had, unless somebody changed it since."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from kemai.business.archives.actions.bulk_edit import texts_of
from kemai.business.archives.custom_fields import cleaned, field_of
from kemai.business.archives.massing.kinds import Prepared, Ready, ready
from kemai.business.archives.models import Customer, MassChange, MassRow
from kemai.foundation.access.actor import Actor, Refused


def ready_back(actor: Actor, change: MassChange) -> Ready:
    """The edit turned round; what was changed since is left alone. Raises Refused."""
    there = ready(actor, "edit", change.given)
    own = field_of(there.key)
    if own is None and there.own is not None:
        raise Refused(_("这一项已经停用，撤销不了。"))

    def prepare(customers: Sequence[Customer]) -> tuple[list[Prepared], list[tuple[Customer, str]]]:
        held = texts_of(customers, there.key, own)
        rows = MassRow.objects.filter(change=change, customer_id__in=[c.pk for c in customers]).in_bulk(
            field_name="pk"
        )
        kept = {row.customer_id: row for row in rows.values()}
        made = []
        for customer in customers:
            row = kept[customer.pk]
            if list(held[customer.pk]) == row.after:
                back = tuple(row.before)
                made.append(
                    Prepared(customer, held[customer.pk], back, cleaned(own, list(back)) if own else ())
                )
        return made, []

    return Ready(there.verb, there.key, prepare, there.land, own)
