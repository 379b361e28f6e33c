"""Two records of one customer become one, with everything that hangs on them; and are two again when it was wrong."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.actions.customers import Conflict
from kemai.business.archives.actions.reporting import forget_lines_between_customers
from kemai.business.archives.actions.uniqueness import hold_together
from kemai.business.archives.fields import EDITABLE
from kemai.business.archives.indexing import forget_customers
from kemai.business.archives.merging.columns import joined
from kemai.business.archives.merging.rows import follow, move_all, note_made, put_back
from kemai.business.archives.merging.snapshot import insert, pack, unpack, value_of
from kemai.business.archives.models import Customer, Merge, MergedRows, StateChange
from kemai.business.archives.search import index_customers
from kemai.business.archives.uniqueness import eligible
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.registry import customers_joined

OF_THE_ROW = ("version", "updated_at")  # tell when a row was written, not what it says
UNSAID = ("name_key", "bank_account_sealed", "bank_account_index")


def merge_customers(
    *, actor: Actor, survivor: Customer, absorbed: Customer, take: Collection[str] = (), reason: str = "",
    versions: tuple[int, int] | None = None,
) -> Customer:  # fmt: skip
    """Puts one customer's records under another's; gives the survivor.

    `take` names the basic fields whose value comes from the absorbed one; what the survivor lacks comes anyway.
    `versions` are those that were seen, survivor first: raises Conflict when one is no longer current.
    Raises LookupError when one of them is out of sight, Refused without the duty.
    """
    actor.require("customer.merge", _("合并客户由主管、领导或档案专员来做。"))
    if survivor.pk == absorbed.pk:
        raise Refused(_("这是同一家客户。"))
    with transaction.atomic():
        mine, theirs = _locked(actor, survivor, absorbed)
        _unchanged(versions, mine, theirs)
        before = pack(mine)
        merge = Merge.objects.create(
            survivor=mine, absorbed_id=theirs.pk, code=theirs.code, name=theirs.name, snapshot=pack(theirs),
            reason=reason.strip()[:200], person_id=actor.person_id, person_name=actor.name[:60], on=actor.today,
        )  # fmt: skip
        values = joined(mine, theirs, take)
        move_all(actor, merge)
        forget_customers([theirs.pk])
        Customer.objects.filter(pk=theirs.pk).delete()
        Customer.objects.filter(pk=mine.pk).update(version=F("version") + 1, **values)
        _stays_unique(actor, [mine.pk])
        _bring_up(actor, merge, [mine.pk])
        mine.refresh_from_db()
        merge.changed = _differences(before, pack(mine))
        merge.save(update_fields=["changed"])
        _tell_layers(actor, merge)
        said = {k: v for k, v in merge.changed.items() if k not in UNSAID and k in values}
        _told(
            actor, "merged", mine.pk, {"merged_code": [None, f"{theirs.code} {theirs.name}"], **said}, reason
        )
    return mine


def unmerge_customers(*, actor: Actor, merge: Merge) -> tuple[Customer, list[str]]:
    """Takes the two apart: the absorbed one is what it was, the survivor too but for what was changed since.

    Gives the customer that is back and the columns of the survivor that keep a later value. Merges into the same
    survivor are undone in reverse order.
    """
    actor.require("customer.merge", _("拆开客户由主管、领导或档案专员来做。"))
    with transaction.atomic():
        survivor = _one(actor, merge.survivor_id)
        now = Merge.objects.select_for_update().filter(pk=merge.pk, survivor=survivor).first()
        if now is None or now.undone_at:
            raise Refused(_("这次合并已经拆开了。"))
        _last_of_all(now)
        kept = _restore(survivor, now)
        back = _again(now)
        put_back(now)
        forget_lines_between_customers([survivor.pk, back.pk])
        Merge.objects.filter(pk=now.pk).update(undone_at=timezone.now(), undone_by=actor.name[:60])
        _stays_unique(actor, [survivor.pk, back.pk])
        _bring_up(actor, None, [survivor.pk, back.pk])
        said = {"merged_code": [f"{now.code} {now.name}", None]}
        undone = {k: [v[1], v[0]] for k, v in now.changed.items() if k in EDITABLE and k not in kept}
        _tell_layers(actor, now, back=True)
        _told(actor, "unmerged", survivor.pk, said | undone, "")
        _told(actor, "unmerged", back.pk, said, "")
        back.refresh_from_db()
    return back, kept


def follow_merges(*, actor: Actor, batch_id: int, since: Any) -> None:
    """Rows of an import that were meant for a customer absorbed while it ran go to the survivor; call it in the
    transaction that lands the batch."""
    lately = Merge.objects.filter(merged_at__gte=since, undone_at=None)
    into = dict(lately.values_list("absorbed_id", "survivor_id"))
    reached = follow(batch_id, into) if into else set()
    if reached:
        _bring_up(actor, None, sorted(reached))


def _locked(actor: Actor, survivor: Customer, absorbed: Customer) -> tuple[Customer, Customer]:
    """Both, locked in one order whoever merges what into what."""
    rows = restrict(Customer.objects.filter(pk__in=[survivor.pk, absorbed.pk]), actor)
    found = {c.pk: c for c in rows.order_by("pk").select_for_update(of=("self",))}
    for asked in (survivor, absorbed):
        if asked.pk not in found:
            raise LookupError(asked.code)
    return found[survivor.pk], found[absorbed.pk]


def _unchanged(versions: tuple[int, int] | None, mine: Customer, theirs: Customer) -> None:
    if versions is None:
        return
    for seen, now in zip(versions, (mine, theirs), strict=True):
        if seen != now.version:
            raise Conflict(now)


def _one(actor: Actor, pk: int) -> Customer:
    found = restrict(Customer.objects.filter(pk=pk), actor).select_for_update(of=("self",)).first()
    if found is None:
        raise LookupError(pk)
    return found


def _last_of_all(merge: Merge) -> None:
    later = Merge.objects.filter(survivor_id=merge.survivor_id, undone_at=None, pk__gt=merge.pk).first()
    if later:
        raise Refused(_("后来又并入了 %(name)s，先拆开那一次。") % {"name": later.name})


def _stays_unique(actor: Actor, ids: list[int]) -> None:
    """What comes together or comes back may have become like a third customer meanwhile."""
    hold_together(actor, ids, [name for name, _label in eligible()])


def _bring_up(actor: Actor, merge: Merge | None, ids: list[int]) -> None:
    """Search words and derived columns; moves of the state that come of it belong to the merge."""
    newest = StateChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    index_customers(ids)
    for bring_up in customers_joined:
        bring_up(actor, ids)
    if merge:
        made = StateChange.objects.filter(pk__gt=newest, customer_id__in=ids)
        note_made(merge, StateChange, list(made.values_list("pk", flat=True)))


def _differences(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {k: [before[k], after[k]] for k in before if before[k] != after[k] and k not in OF_THE_ROW}


def _restore(survivor: Customer, merge: Merge) -> list[str]:
    now = pack(survivor)
    kept = [k for k, (_before, after) in merge.changed.items() if now[k] != after]
    fields = {f.attname: f for f in Customer._meta.concrete_fields}
    values = {
        k: value_of(fields[k], before) for k, (before, _after) in merge.changed.items() if k not in kept
    }
    Customer.objects.filter(pk=survivor.pk).update(version=F("version") + 1, **values)
    return kept


def _again(merge: Merge) -> Customer:
    row = unpack(Customer, merge.snapshot)
    if row.parent_id and not Customer.objects.filter(pk=row.parent_id).exists():
        row.parent_id = None
    try:
        with transaction.atomic():
            insert(row)
    except IntegrityError as clash:
        raise Refused(
            _("拆不开：编号 %(code)s 或它的信用代码已经有别的客户在用。") % {"code": merge.code}
        ) from clash
    return row


def _tell_layers(actor: Actor, merge: Merge, *, back: bool = False) -> None:
    """What the survivor's credit and operations took from the other, or give back, each told by its own verb."""
    for note in merge.rows.filter(what=MergedRows.What.JOINED):
        mine, after = note.before["mine"] or {}, note.before["after"]
        pairs = {k: [mine.get(k), v] for k, v in after.items() if k not in ("customer_id", "version")}
        diff = {
            k: pair[::-1] if back else pair for k, pair in pairs.items() if (pair[0] or "") != (pair[1] or "")
        }
        if diff:
            trail.record(
                actor=actor, verb=f"{note.model}.changed", subject_type="customer", subject_id=merge.survivor_id,
                customer_id=merge.survivor_id, changes=diff,
            )  # fmt: skip


def _told(actor: Actor, what: str, pk: int, changes: dict[str, list[Any]], reason: str) -> None:
    trail.record(
        actor=actor, verb=f"archives.customer.{what}", subject_type="customer", subject_id=pk, customer_id=pk,
        changes=changes, reason=reason,
    )  # fmt: skip
