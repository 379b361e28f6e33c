"""The Markov model over what the actor sees (3.12, S1.9): moves, the matrix, the forecast, what a state is worth."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.models import Course, Run
from kemai.business.valuation.parameter_groups import ParameterGroup, parameters_of
from kemai.business.valuation.pictures import course_part
from kemai.business.valuation.pictures.seen import may_look, sees_everybody
from kemai.business.valuation.runs.listed import Listed, keys_in_order
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.runs.summed import seen_in
from kemai.foundation.access.actor import Actor
from kemai.value.errors import SchemeError
from kemai.value.states.churn import STATES

KEY = "states"
DEFAULTS = {"discount": "2.5"}
LEAST, MOST = Decimal("0.01"), Decimal(50)
LONGEST = 8


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """Percent a quarter in stored form; above 0, or what a state is worth would have no end (3.12). Raises SchemeError."""
    text = str(values["discount"]).strip().removesuffix("%").removesuffix("％")
    try:
        percent = Decimal(text)
    except InvalidOperation as odd:
        raise SchemeError(_("「%(text)s」不是数。") % {"text": text[:20]}, code="not_a_number") from odd
    if not percent.is_finite() or not LEAST <= percent <= MOST:
        raise SchemeError(
            _("每季贴现率要在 %(low)s%% 到 %(high)s%% 之间。") % {"low": LEAST, "high": MOST},
            code="out_of_range",
        )
    return {"discount": f"{percent.quantize(LEAST).normalize():f}"}


GROUP = ParameterGroup(KEY, DEFAULTS, check)


@dataclass(frozen=True)
class Model:
    """`moves` between states a quarter apart, `matrix` (rows add to 1), `now` customers by state, `forecast` the same
    after 1, 2 … quarters, `values` (yuan) of a customer in each state, `rewards` (yuan a quarter) they rest on, `discount`
    (percent a quarter) they are taken back with; `without` states that nobody left, taken as staying where they are."""

    states: tuple[str, ...]
    moves: dict[tuple[str, str], int]
    matrix: list[list[float]]
    now: dict[str, int]
    forecast: list[dict[str, float]]
    rewards: dict[str, float]
    values: dict[str, float]
    discount: str
    without: tuple[str, ...]


def model(
    actor: Actor, run: Run, quarters: int, periods: int, wanted: Mapping[str, str] | None = None
) -> Model | None:
    """From the moves of the latest quarters (1 to 8), with the discount in force or the one `wanted`; None where nobody
    has a state. Raises SchemeError."""
    may_look(actor)
    discount = check({**parameters_of(KEY), **(wanted or {})})["discount"]
    paths, rewards = _known(actor, run)
    now = _now(paths)
    if not any(now.values()):
        return None
    moves = course_part.moves_of(paths, quarters)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", value.FactWarning)
        matrix = value.transition_matrix(moves, STATES, absorbing=("lost",))
    left = {start for start, _end in moves}
    given = [rewards.get(state, 0.0) for state in STATES]
    start = [now[state] for state in STATES]
    return Model(
        STATES, moves, matrix.tolist(), now,
        [dict(zip(STATES, map(float, value.forecast_states(start, matrix, n)), strict=True)) for n in range(1, periods + 1)],
        dict(zip(STATES, given, strict=True)), dict(zip(STATES, map(float, value.state_values(matrix, given, Decimal(discount) / 100)), strict=True)),
        discount,
        tuple(state for state in STATES[:-1] if state not in left),
    )  # fmt: skip


def moved(actor: Actor, run: Run, start: str, end: str) -> Listed[Course]:
    """Customers that went from one state to another in the last quarter, largest sales first. LookupError for others."""
    if start not in STATES or end not in STATES:
        raise LookupError(_("没有这个状态。"))
    import polars as pl

    may_look(actor)
    pair = pl.col("path").str.ends_with(course_part.LETTERS[start] + course_part.LETTERS[end])
    keys = keys_in_order(actor, run, course_part.KEY, [("quarter_fen", True)], pair)
    return Listed(Course.objects.filter(run_id=run.pk), keys)


def days(run: Run) -> list[str]:
    """The quarter ends of the run, oldest first."""
    return list((part_summary(run, course_part.KEY) or {}).get("days", []))


def _known(actor: Actor, run: Run) -> tuple[Mapping[str, int], Mapping[str, float]]:
    """How many took each path, and the mean sales of a quarter (yuan) by state."""
    import polars as pl

    summary: Any = part_summary(run, course_part.KEY) or {"paths": {}, "rewards": {}}
    if sees_everybody(actor):
        return summary["paths"], summary["rewards"]
    rows = seen_in(actor, run, course_part.KEY)
    paths = rows.group_by("path").agg(pl.len()).sort("path").collect()
    means = (
        rows.filter(pl.col("state").is_not_null())
        .group_by("state")
        .agg(pl.col("quarter_fen").mean())
        .collect()
    )
    return dict(paths.rows()), {state: round(fen / 100, 2) for state, fen in means.rows()}


def _now(paths: Mapping[str, int]) -> dict[str, int]:
    last = {letter: state for state, letter in course_part.LETTERS.items()}
    found = dict.fromkeys(STATES, 0)
    for path, count in paths.items():
        if path[-1:] in last:
            found[last[path[-1:]]] += count
    return found
