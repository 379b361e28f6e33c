"""Quality-customer score (3.8): `Q = sum(w_i * n_i)`, `n_i = 100 * min(x_i / benchmark_i, 1)`, 0 behind a gate.

Scores are whole hundredths of a point, so that the label follows the number people see.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from kemai.value.credit.grade import GRADES, LOWEST
from kemai.value.errors import SchemeError

if TYPE_CHECKING:
    from ibis.expr.types import Table

DEFAULT_WEIGHTS: Mapping[str, Decimal] = {
    "sales": Decimal("0.4"),
    "tenure": Decimal("0.2"),
    "profit": Decimal("0.4"),
}
LABELS = ("quality", "ordinary", "poor")
CUTS_CENTI = (8_000, 6_000)
# Thirds and the like add to 1 only almost.
WEIGHT_SLACK = Decimal("1e-9")
# A double's sum of three weighted ratios can miss a half hundredth by its last bits; this brings it back.
NUDGE = 1e-7
GATE_GRADE = "BB"
KNOCKED_OUT = "knocked_out_"
_GOOD_ENOUGH = tuple(grade for grade, above in GRADES.items() if above >= GRADES[GATE_GRADE])
_TOO_LOW = (*(grade for grade in GRADES if grade not in _GOOD_ENOUGH), LOWEST)


def _credit_passes(grade: Any) -> Any:
    import ibis

    return ibis.cases((grade.isin(_GOOD_ENOUGH), True), (grade.isin(_TOO_LOW), False))


# Whether a column passes; null where what it holds doesn't tell.
GATES: Mapping[str, Callable[[Any], Any]] = {"credit": _credit_passes, "profit": lambda profit: profit > 0}
TEXT_GATES = ("credit",)


def quality_score(
    table: Any, weights: Mapping[str, Any], benchmarks: Mapping[str, Any], *, gates: Sequence[str] = ()
) -> Table:
    """Score customers against benchmarks.

    `table` has customer_id and a numeric column a criterion; `weights` add to 1; `benchmarks` are positive.
    The result has customer_id, score (points, two decimals), label (quality from 80, ordinary from 60, poor)
    and reason: missing_<criterion> where a criterion is null (then there is no score). Negative counts as 0.
    `gates` are credit (the column credit holds a grade of BB or better) and profit (above 0): who fails one has a
    score of 0, the label poor and the reason knocked_out_<gate>; who passes all that is known but has no grade, or
    one there isn't, has no score and the reason missing_<gate>.
    SchemeError for weights that do not add up, a benchmark that is not positive and a gate there isn't; FactError for
    a column of the wrong shape and a customer without a code or in two rows.
    """
    from kemai.value.tables import criteria

    check_weights(weights)
    check_benchmarks(weights, benchmarks)
    check_gates(gates)
    texts = [name for name in gates if name in TEXT_GATES]
    rows = criteria(table, {name: None for name in (*weights, *gates) if name not in texts}, texts)
    columns = {name: rows[name] for name in weights}
    score, reason = behind_gates(
        score_centi(columns, weights, benchmarks),
        missing_criterion(columns),
        {name: rows[name] for name in gates},
    )
    scored = rows.mutate(score_centi=score, reason=reason)
    return scored.select(
        "customer_id", score=scored.score_centi / 100, label=_label(scored.score_centi), reason=scored.reason
    )


def _label(score_centi: Any) -> Any:
    import ibis

    best, middle = CUTS_CENTI
    return ibis.cases(
        (score_centi >= best, LABELS[0]), (score_centi >= middle, LABELS[1]), (score_centi.notnull(), LABELS[2])
    )  # fmt: skip


def check_weights(weights: Mapping[str, Any]) -> None:
    """SchemeError unless the weights are not negative and add to 1."""
    numbers = [_finite(weight) for weight in weights.values()]
    known = [number for number in numbers if number is not None and number >= 0]
    if not known or len(known) < len(numbers) or abs(sum(known, Decimal(-1))) > WEIGHT_SLACK:
        raise SchemeError(f"权重之和必须是 1，现在是 {sum(known)}", code="weights_must_add_to_1")


def check_benchmarks(weights: Mapping[str, Any], benchmarks: Mapping[str, Any]) -> None:
    """SchemeError for a criterion whose benchmark is missing, no number, zero or negative."""
    for name in weights:
        if (_finite(benchmarks.get(name)) or 0) <= 0:
            raise SchemeError(f"{name} 的标杆必须大于 0", code="bad_benchmark", criterion=name)


def check_gates(gates: Sequence[str]) -> None:
    """SchemeError for a gate there isn't."""
    unknown = sorted(set(gates) - set(GATES))
    if unknown:
        raise SchemeError(f"优质评分没有门槛 {'、'.join(unknown)}", code="unknown_gate")


def behind_gates(score: Any, missing: Any, gates: Mapping[str, Any]) -> tuple[Any, Any]:
    """The score in hundredths and its reason behind the gates, given as {gate: its column}.

    A gate that is not passed decides whatever else is missing, for nothing could bring the customer back: 0 and
    knocked_out_<gate>. A gate of which nothing is known is not passed silently: null and missing_<gate>.
    """
    import ibis

    if not gates:
        return score, missing
    passes = {name: GATES[name](column) for name, column in gates.items()}
    failed = ibis.cases(*((~passed, f"{KNOCKED_OUT}{name}") for name, passed in passes.items()))
    unknown = ibis.cases(*((passed.isnull(), f"missing_{name}") for name, passed in passes.items()))
    held = ibis.cases((failed.notnull(), ibis.literal(0, "int64")), (unknown.isnull(), score))
    return held, ibis.coalesce(failed, missing, unknown)


def is_knocked_out(reason: str | None) -> bool:
    """Whether a reason beside a score says that a gate was not passed."""
    return (reason or "").startswith(KNOCKED_OUT)


def held_down(reason: Any) -> Any:
    """The same of a column of reasons; false where there is none."""
    return reason.startswith(KNOCKED_OUT).fill_null(False)


def _finite(given: Any) -> Decimal | None:
    try:
        found = Decimal(str(given))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def score_centi(columns: Mapping[str, Any], weights: Mapping[str, Any], benchmarks: Mapping[str, Any]) -> Any:
    """The score in hundredths of a point as int64; null where any criterion is null."""
    import ibis

    total = ibis.literal(0.0)
    for name, column in columns.items():
        ratio = column.cast("float64") / float(benchmarks[name])
        held = (ratio > 1).ifelse(1.0, (ratio < 0).ifelse(0.0, ratio))
        total = total + float(weights[name]) * held
    return (total * 10_000 + 0.5 + NUDGE).floor().cast("int64")


def missing_criterion(columns: Mapping[str, Any]) -> Any:
    """`missing_<criterion>` for the first criterion that is null, else null."""
    import ibis

    return ibis.cases(*((column.isnull(), f"missing_{name}") for name, column in columns.items()))
