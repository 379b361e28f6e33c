"""Concentration and serialization over time, over what the actor sees (3.11, 3.16; S1.136)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures import course_part, position_part
from kemai.business.valuation.pictures.seen import may_look, seen_rows, sees_everybody
from kemai.business.valuation.runs.parts import part_file, part_summary
from kemai.foundation.access.actor import Actor


@dataclass(frozen=True)
class Serial:
    """`value.serialization_degree` of one run; shares in percent, None where nothing divides."""

    as_of: date
    rated: int
    loyal: int
    by_count: float | None
    by_sales: float | None
    loyal_or_a: float | None
    unrated: float | None


def over_time(actor: Actor, run: Run) -> list[dict[str, Any]]:
    """day, n, total (yuan), hhi, top20_share at each quarter end of three years, oldest first."""
    may_look(actor)
    summary: Any = part_summary(run, course_part.KEY)
    if summary is None:
        return []
    found = (
        summary["concentration"]
        if sees_everybody(actor)
        else course_part.over_time(seen_rows(actor, run, course_part.KEY))
    )
    return [{**row, "day": date.fromisoformat(row["day"])} for row in found]


def serial(actor: Actor, runs: Sequence[Run]) -> list[Serial]:
    """The degree of each run that was made with positions and still has its file, in the order given."""
    may_look(actor)
    whole = Run.objects.in_bulk([run.pk for run in runs])
    return [_of(actor, whole[run.pk]) for run in runs if _is_known(whole[run.pk])]


def _is_known(run: Run) -> bool:
    return part_summary(run, position_part.KEY) is not None and part_file(run.pk, position_part.KEY).is_file()


def _of(actor: Actor, run: Run) -> Serial:
    if sees_everybody(actor):
        found = (part_summary(run, position_part.KEY) or {})["serial"]
    else:
        found = position_part.serial_degree(seen_rows(actor, run, position_part.KEY).to_pyarrow())
    return Serial(
        run.as_of, found["rated"], found["loyal"], found["degree_by_count"], found["degree_by_sales"],
        found["loyal_or_a"], found["unrated_share"],
    )  # fmt: skip
