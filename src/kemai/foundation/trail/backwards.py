"""Values as they stood at a moment, worked out backwards from what stands now and from what the trail says came since."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Step:
    """One change: when it took effect, and {field: [old, new]}; None when its values were erased."""

    at: datetime
    changes: Mapping[str, Sequence[Any]] | None


@dataclass(frozen=True)
class Stood:
    """What a field held; where that was erased from the trail, nobody can say."""

    value: Any
    is_known: bool = True


UNKNOWN = Stood(None, is_known=False)


def as_it_stood(now: Mapping[str, Any], steps: Sequence[Step], until: datetime) -> dict[str, Stood]:
    """Each field of `now` as it stood just before `until`; `steps` are oldest first and hold every change of them.

    The first change after the moment says what stood before it, no change means what stands now. An erased change may
    have been of any field: then the last change before the moment counts, unless an erased one came after it.

    >>> from datetime import datetime as at
    >>> steps = [Step(at(2025, 3, 1), {"city": ["", "镇江"]}), Step(at(2026, 2, 1), {"city": ["镇江", "丹阳"]})]
    >>> as_it_stood({"city": "丹阳", "name": "华瑞"}, steps, at(2026, 1, 1))
    {'city': Stood(value='镇江', is_known=True), 'name': Stood(value='华瑞', is_known=True)}
    """
    before = [step.changes for step in steps if step.at < until]
    after = [step.changes for step in steps if step.at >= until]
    return {field: _stood(field, value, before, after) for field, value in now.items()}


def _stood(
    field: str,
    now: Any,
    before: list[Mapping[str, Sequence[Any]] | None],
    after: list[Mapping[str, Sequence[Any]] | None],
) -> Stood:
    came, is_told = _first(field, after)
    if is_told:
        return Stood(now if came is None else came[0])
    came, is_told = _first(field, reversed(before))
    return Stood(came[1]) if is_told and came is not None else UNKNOWN


def _first(
    field: str, changes: Iterable[Mapping[str, Sequence[Any]] | None]
) -> tuple[Sequence[Any] | None, bool]:
    """The first change of the field, None where there is none; and whether no erased change stands before it."""
    for each in changes:
        if each is None:
            return None, False
        if field in each:
            return each[field], True
    return None, True
