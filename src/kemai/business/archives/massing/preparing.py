"""The rows of a change, prepared in short transactions that nobody waits for; nothing of it is in force yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.directory import ListQuery, filter_customers
from kemai.business.archives.massing.kinds import Prepared, Ready
from kemai.business.archives.models import Customer, MassChange, MassRow, MassValue
from kemai.foundation import filters, jobs, trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

CHUNK = 500
NAMED = 3


class Stopped(Exception):
    """The whole is refused: some customer can't change. The text is the sentence."""


def as_data(query: ListQuery) -> dict[str, object]:
    """A question as JSON; its place and order do not matter."""
    where = filters.written(query.where) if query.where else ""
    return {"q": query.q, "filters": {k: list(v) for k, v in query.filters.items()}, "where": where}


def question_of(data: dict[str, object]) -> ListQuery:
    """The question again."""
    given = data["filters"]
    assert isinstance(given, dict)
    kept = {k: tuple(v) for k, v in given.items()}
    return ListQuery(q=str(data["q"]), filters=kept, where=filters.read(str(data["where"])))


def prepare(actor: Actor, change: MassChange, ready: Ready) -> int:
    """Makes the rows of all that match today; gives how many change. Raises Stopped with the counts."""
    ids = _ids(actor, change)
    if len(ids) != change.expected:
        raise Stopped(
            _("看的时候符合的是 %(then)s 家，现在是 %(now)s 家，一家都没改。请再看一遍。")
            % {"then": f"{change.expected:,}", "now": f"{len(ids):,}"}
        )
    odd: list[tuple[Customer, str]] = []
    count, handle = 0, jobs.current()
    for start in range(0, len(ids), CHUNK):
        rows = restrict(Customer.objects.filter(pk__in=ids[start : start + CHUNK]), actor).order_by("pk")
        made, refused = ready.prepare(list(rows))
        with transaction.atomic():  # what was read before is checked once more by its version
            _keep(actor, change, ready, made)
        count, odd = count + len(made), odd + refused
        handle.progress(min(start + CHUNK, len(ids)), len(ids), _("在核对"))
    if odd:
        MassChange.objects.filter(pk=change.pk).update(refused=len(odd))
        raise Stopped(_sentence(len(ids), odd))
    return count


def _ids(actor: Actor, change: MassChange) -> list[int]:
    if change.undoes_id:
        return list(MassRow.objects.filter(change=change.undoes_id).order_by("customer_id").values_list("customer_id", flat=True))  # fmt: skip
    rows = filter_customers(actor, question_of(change.question))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def _sentence(total: int, odd: Sequence[tuple[Customer, str]]) -> str:
    some = _("、").join(_("%(name)s：%(why)s") % {"name": c, "why": why} for c, why in odd[:NAMED])
    return _("%(n)s 家里有 %(bad)s 家不能这样改（%(some)s），一家都没改。") % {
        "n": f"{total:,}", "bad": f"{len(odd):,}", "some": some
    }  # fmt: skip


def _keep(actor: Actor, change: MassChange, ready: Ready, made: Sequence[Prepared]) -> None:
    MassRow.objects.bulk_create(
        MassRow(
            change=change, customer_id=p.customer.pk, version=p.customer.version, before=list(p.before),
            after=list(p.after), plain=p.after[0][:200] if p.after else "",
        )
        for p in made
    )  # fmt: skip
    MassValue.objects.bulk_create(
        MassValue(change=change, customer_id=p.customer.pk, **row) for p in made for row in p.values
    )
    assert change.batch_id
    trail.record_rows(
        actor=actor,
        verb=ready.verb,
        subject_type="customer",
        batch_id=change.batch_id,
        rows=_told(ready, made),
    )


def _told(ready: Ready, made: Sequence[Prepared]) -> Iterator[tuple[int, int, dict[str, object]]]:
    for p in made:
        yield (
            p.customer.pk,
            p.customer.pk,
            {ready.key: ["、".join(p.before) or None, "、".join(p.after) or None]},
        )


def clear(change: MassChange) -> None:
    """Takes the rows of a change that does not come into force away, in short transactions."""
    for model in (MassRow, MassValue):
        while ids := list(model.objects.filter(change=change).values_list("pk", flat=True)[: 10 * CHUNK]):  # type: ignore[attr-defined]
            model.objects.filter(pk__in=ids).delete()  # type: ignore[attr-defined]
