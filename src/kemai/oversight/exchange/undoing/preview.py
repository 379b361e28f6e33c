"""What an undo would do, as far as the person may see it: for the page, the CSV of conflicts and the command."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among
from kemai.foundation.batches.models import Batch
from kemai.foundation.registry import field_groups, verb_groups
from kemai.oversight.exchange.actions.undo import landed_batch
from kemai.oversight.exchange.undoing.kinds import PARTS
from kemai.oversight.exchange.undoing.plan import MOST, Conflict, Undo, token
from kemai.oversight.exchange.undoing.switch import conflicts_of

_GROUPS = {"lines": "sales", "estimates": "potential", "credit": "credit", "staff_target": "sales"}


@dataclass(frozen=True)
class LaterImport:
    """An import that has put rows upon those of this one: undone first, it is no conflict any more."""

    batch_id: int
    source: str
    person_name: str
    rows: int


@dataclass(frozen=True)
class Preview:
    """`counts` by the parts' names; `conflicts` as the actor may read them; `rows` are how many rows they concern."""

    batch: Batch
    counts: dict[str, int]
    conflicts: tuple[Conflict, ...]
    rows: int
    later: tuple[LaterImport, ...]
    token: str
    too_many: bool


def undo_preview(actor: Actor, batch_id: int) -> Preview:
    """Raises like the undo itself where the actor may not, or there is nothing to undo."""
    undo = Undo(actor, landed_batch(actor, batch_id))
    counts: dict[str, int] = {}
    for part in PARTS[undo.batch.kind]:
        counts |= part.counts(undo)
    found = conflicts_of(undo)
    rows = {(each.part, each.row) for each in found}
    return Preview(
        undo.batch, counts, tuple(as_seen(actor, found)), len(rows), tuple(_later(found)), token(found), len(found) >= MOST
    )  # fmt: skip


def as_seen(actor: Actor, conflicts: Sequence[Conflict]) -> Iterator[Conflict]:
    """Without names of customers out of sight, and without values of fields that are not for the actor's eyes."""
    if actor.is_system:
        yield from conflicts
        return
    ids = sorted({each.customer_id for each in conflicts if each.customer_id})
    owners = dict(restrict(Customer.objects.filter(Among("id", ids)), actor).values_list("pk", "owner_id"))
    for each in conflicts:
        if each.customer_id and each.customer_id not in owners:
            yield replace(each, code="", name=str(_("一家你看不到的客户")), **_NOTHING)
        elif not actor.sees(group_of(each), owners.get(each.customer_id or 0)):
            yield replace(each, **_NOTHING)
        else:
            yield each


_NOTHING: dict[str, Any] = {
    "field": "",
    "before": None,
    "imported": None,
    "now": None,
    "verb": "",
    "kind": "hidden",
}


def group_of(conflict: Conflict) -> str:
    """The field group by which a conflict is shown or not."""
    if conflict.field in ("bank_account", "bank_account_index"):
        return "bank"
    if conflict.field == "cost_fen":
        return "margin"
    if conflict.part in _GROUPS:
        return _GROUPS[conflict.part]
    if conflict.field and conflict.field in field_groups:
        return field_groups.get(conflict.field)
    return next(
        (verb_groups.get(s) for s, _g in verb_groups.items() if conflict.verb.startswith(f"{s}.")), "basics"
    )


def kind_sentence(kind: str) -> str:
    """What was added to a row, by the label of its model or by what stands in the way."""
    known: dict[str, Callable[[], str]] = {
        "archives.contact": lambda: _("后来加了联系人"), "archives.contact.reports_to_id": lambda: _("后来有人归他管"), "agenda.contactlog": lambda: _("后来有联系记录"),
        "agenda.task": lambda: _("后来有任务"), "trade.saleline": lambda: _("后来有别的销售"),
        "prospects.potential": lambda: _("后来估了潜力"), "archives.customer": lambda: _("后来有下级单位"),
        "archives.teammember": lambda: _("后来有团队成员"), "archives.deliveryaddress": lambda: _("后来有送货地点"),
        "archives.competingproduct": lambda: _("后来有竞争产品"), "erased": lambda: _("导入前的值已按要求清除，改不回去"),
        "uscc_taken": lambda: _("原来的信用代码后来给了别的客户"), "own_taken": lambda: _("原来的值后来给了别的客户"),
        "hidden": lambda: _("后来有改动，你的岗位看不到内容"),
    }  # fmt: skip
    return str(known[kind]()) if kind in known else ""


def _later(conflicts: Iterable[Conflict]) -> Iterator[LaterImport]:
    rows: dict[int, set[tuple[str, int]]] = {}
    for each in conflicts:
        if each.later:
            rows.setdefault(each.later, set()).add((each.part, each.row))
    for pk, batch in sorted(Batch.objects.in_bulk(rows).items(), reverse=True):
        if batch.kind in PARTS:
            yield LaterImport(pk, batch.source, batch.person_name, len(rows[pk]))
