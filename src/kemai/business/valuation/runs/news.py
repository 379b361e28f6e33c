"""Tells owners after a run which of their customers moved a class: the dearest by name, the rest as a number."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.business.archives.models import Customer
from kemai.business.valuation.leading import fell, leading_definition, leading_scheme, ways
from kemai.business.valuation.models import ClassChange, Run
from kemai.business.valuation.ranking.labels import class_word
from kemai.foundation.access.actor import Actor, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.notifications import News, notify_many

NAMED = 5
CHUNK = 5_000
Move = tuple[int, int, str, str, str, str]
"""(loss of value, customer id, code, name, old class, new class); a gain is a negative loss."""


def tell_owners(run: Run) -> int:
    """Idempotent; gives how many people were told. Reads in chunks, writes a few rows a person."""
    told = 0
    people = {p.pk: p for p in Person.objects.filter(is_active=True)}
    for owner_id, moves in _by_owner(run).items():
        person = people.get(owner_id)
        actor = actor_of(person, run.as_of) if person else None
        if person and actor and actor.sees("value", person.pk):
            with override(person.language):
                notify_many(_lines(run, actor, sorted(moves, reverse=True)))
            told += 1
    return told


def _by_owner(run: Run) -> dict[int, list[Move]]:
    found: dict[int, list[Move]] = {}
    for rows in _chunks(run):
        known = _customers([r.customer_id for r in rows])
        for row in rows:
            if row.customer_id in known:
                owner, code, name = known[row.customer_id]
                loss = (row.old_value or 0) - (row.new_value or 0)
                found.setdefault(owner, []).append(
                    (loss, row.customer_id, code, name, row.old_class, row.new_class)
                )
    return found


def _customers(ids: list[int]) -> dict[int, tuple[int, str, str]]:
    rows = Customer.objects.filter(pk__in=ids, owner_id__isnull=False)
    names = rows.values_list("pk", "owner_id", "code", "name", "short_name")
    return {pk: (owner or 0, code, short or name) for pk, owner, code, name, short in names}


def _chunks(run: Run) -> Iterator[list[ClassChange]]:
    last = 0
    known = ways(leading_definition(run).classes)
    moved = ClassChange.objects.filter(run=run, scheme_key=leading_scheme()).filter(
        known["up"] | known["down"]
    )
    while rows := list(moved.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


def _lines(run: Run, actor: Actor, moves: list[Move]) -> list[News]:
    """The largest losses and then the gains by name, the rest as one line."""
    named = moves if len(moves) <= NAMED else moves[: NAMED - 1]
    lines = [_line(run, actor, move) for move in named]
    rest = len(moves) - len(named)
    if rest:
        lines.append(
            News(
                actor.person_id or 0, f"valuation.moved:{run.pk}:rest",
                _("另有 %(n)s 家客户的级别变了") % {"n": rest}, link="/today/moves/", kind="class", group="value",
            )
        )  # fmt: skip
    return lines[::-1]  # the newest line is read first: the dearest has to come last


def _line(run: Run, actor: Actor, move: Move) -> News:
    _loss, customer_id, code, name, old, new = move
    is_down = fell(leading_definition(run).classes, old, new)
    said = _("%(name)s 由 %(old)s 降到 %(new)s") if is_down else _("%(name)s 由 %(old)s 升到 %(new)s")
    title = said % {"name": name, "old": class_word(old), "new": class_word(new) or _("不再排名")}
    return News(
        actor.person_id or 0, f"valuation.moved:{run.pk}:{customer_id}", title,
        _("估值截至 %(day)s") % {"day": run.as_of}, f"/customers/{code}/why/{leading_scheme()}/", "class", customer_id,
        "value",
    )  # fmt: skip
