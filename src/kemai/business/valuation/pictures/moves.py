"""How customers moved from class to class over several runs, from the runs' own files, over what the actor sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.reading import lacks_for_scheme, may_see_scheme
from kemai.business.valuation.runs.files import folder
from kemai.business.valuation.runs.past_runs import opened
from kemai.foundation.access.actor import Actor
from kemai.value.states.history import quarter_ends

FEWEST, MOST = 2, 8
TWO_YEARS = 800


@dataclass(frozen=True)
class Flow:
    """`customers` that stood in class `old` at the run `step` and in class `new` at the next; "" is no class."""

    step: int
    old: str
    new: str
    customers: int


def runs_with(actor: Actor, key: str, limit: int = TWO_YEARS) -> list[Run]:
    """The latest finished runs that classed by the scheme and still have their file, newest first, one of each day;
    without what they say of everybody."""
    may_see_scheme(actor, key, None)
    found: dict[date, Run] = {}
    done = Run.objects.filter(status=Run.Status.DONE).order_by("-as_of", "-pk")
    for run in done.only("pk", "as_of", "file", "schemes")[:limit]:
        if lacks_for_scheme(actor, key, run) is not None:
            continue
        if run.as_of not in found and key in run.schemes and (folder() / (run.file or "none")).is_file():
            found[run.as_of] = run
    return list(found.values())


def by_month(runs: Sequence[Run], count: int) -> list[Run]:
    """Of runs newest first, the last one of each of the latest months, newest first."""
    months: dict[tuple[int, int], Run] = {}
    for run in runs:
        months.setdefault((run.as_of.year, run.as_of.month), run)
    return list(months.values())[:count]


def by_quarter(runs: Sequence[Run], today: date) -> list[Run]:
    """Of runs newest first, the last one at or before each of the latest quarter ends, oldest first; where that gives
    fewer than two, the latest of all."""
    chosen: dict[int, Run] = {}
    for day in quarter_ends(today, MOST - 1):
        run = next((each for each in runs if each.as_of <= day), None)
        if run is not None:
            chosen[run.pk] = run
    return list(chosen.values()) if len(chosen) >= FEWEST else list(reversed(runs[:MOST]))


def flows(actor: Actor, runs: Sequence[Run], key: str) -> list[Flow]:
    """Between each run and the next, oldest first; who is in neither is left out. Raises LookupError for fewer than
    two or more than eight runs, Refused for a scheme with margins the actor may not see."""
    for run in runs:
        may_see_scheme(actor, key, run)
    if not FEWEST <= len(runs) <= MOST:
        raise LookupError(_("请选两到八次估值。"))
    found = []
    for step, (old, new) in enumerate(pairwise(runs)):
        with opened(actor, new, old) as ask:
            found += [Flow(step, row["a"], row["b"], row["n"]) for row in ask(_PAIRS.format(key=key), [])]
    return [flow for flow in found if flow.old or flow.new]


def movers(
    actor: Actor,
    old: Run,
    new: Run,
    key: str,
    pair: tuple[str, str],
    start: int = 0,
    count: int | None = None,
) -> list[dict[str, Any]]:
    """customer_key, old_value, new_value of those that went from one class to the other, the largest values first."""
    for run in (old, new):
        may_see_scheme(actor, key, run)
    with opened(actor, new, old) as ask:
        return list(ask(_WHO.format(key=key), [*pair, start, count]))


_PAIRS = """
SELECT coalesce(o.{key}_class, '') AS a, coalesce(n.{key}_class, '') AS b, count(*) AS n
FROM seen n FULL JOIN seen_before o USING (customer_key) GROUP BY ALL ORDER BY ALL"""
_WHO = """
SELECT customer_key, o.{key}_value AS old_value, n.{key}_value AS new_value
FROM seen n FULL JOIN seen_before o USING (customer_key)
WHERE coalesce(o.{key}_class, '') = ? AND coalesce(n.{key}_class, '') = ?
ORDER BY greatest(coalesce(n.{key}_value, 0), coalesce(o.{key}_value, 0)) DESC, customer_key OFFSET ? LIMIT ?"""
