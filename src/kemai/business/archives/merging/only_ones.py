"""What a customer has once: where both have it, the survivor's stays and the other's steps back, or out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model

from kemai.business.archives.merging.children import Child, children
from kemai.business.archives.merging.snapshot import pack
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True)
class OnlyOne:
    """Rows of `model` that match `when` become as `instead` says: a value, or a function of today."""

    model: type[Model]
    when: Mapping[str, Any]
    instead: Mapping[str, Any | Callable[[date], Any]]


_rules: list[OnlyOne] = []


def only_one(model: type[Model], when: Mapping[str, Any], **instead: Any) -> None:
    """Registers a rule; each app says it of its own records at start."""
    _rules.append(OnlyOne(model, when, instead))


def step_back(actor: Actor, child: Child, survivor_id: int, absorbed_id: int) -> dict[str, dict[str, Any]]:
    """Changes the absorbed customer's rows where both have one; gives {id: {column: value before}}."""
    before: dict[str, dict[str, Any]] = {}
    for rule in (each for each in _rules if each.model is child.model):
        theirs = child.of(absorbed_id).filter(**rule.when)
        if not child.of(survivor_id).filter(**rule.when).exists():
            continue
        for pk, *values in theirs.values_list("pk", *rule.instead):
            before.setdefault(str(pk), {}).update(zip(rule.instead, values, strict=True))
        theirs.update(**{k: v(actor.today) if callable(v) else v for k, v in rule.instead.items()})
    return before


_same: dict[type[Model], Callable[[Any], Any]] = {}
_staying: dict[type[Model], Callable[[Any], Any]] = {}


def one_each(model: type[Model], key: Callable[[Any], Any]) -> None:
    """Registers that a customer has one row of each `key` at most; the absorbed one's then steps out."""
    _same[model] = key


def one_each_stays(model: type[Model], key: Callable[[Any], Any]) -> None:
    """The same where the absorbed one's row must not go, because more than the row hangs on it: it stays under the
    absorbed id, out of sight, until the two are taken apart."""
    _staying[model] = key


def staying(child: Child, survivor_id: int, absorbed_id: int) -> list[int]:
    """Ids of rows that do not move."""
    key = _staying.get(child.model)
    if key is None:
        return []
    there = {key(row) for row in child.of(survivor_id)}
    return [row.pk for row in child.of(absorbed_id) if key(row) in there]


def step_out(child: Child, survivor_id: int, absorbed_id: int) -> list[dict[str, Any]]:
    """Takes the absorbed customer's rows away that the survivor has as well, or that tie the two; gives them, packed."""
    key = _same.get(child.model)
    gone = _between(child, survivor_id, absorbed_id)
    if key is not None:
        there = {key(row) for row in child.of(survivor_id)}
        gone += [row for row in child.of(absorbed_id) if key(row) in there]
    packed = [pack(row) for row in gone]
    child.model._base_manager.filter(pk__in=[row.pk for row in gone]).delete()
    return packed


def _between(child: Child, survivor_id: int, absorbed_id: int) -> list[Any]:
    """Rows that name both customers: they would tie the survivor to itself."""
    others = [each.column for each in children() if each.model is child.model and each.column != child.column]
    return [row for column in others for row in child.of(absorbed_id).filter(**{column: survivor_id})]
