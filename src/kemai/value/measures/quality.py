"""Quality-customer score (3.8): `Q = sum(w_i * n_i)`, `n_i = 100 * min(x_i / benchmark_i, 1)`.

Scores are whole hundredths of a point, so that the label follows the number people see.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

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


def quality_score(table: Any, weights: Mapping[str, Any], benchmarks: Mapping[str, Any]) -> Table:
    """Score customers against benchmarks.

    `table` has customer_id and a numeric column a criterion; `weights` add to 1; `benchmarks` are positive.
    The result has customer_id, score (points, two decimals), label (quality from 80, ordinary from 60, poor)
    and reason: missing_<criterion> where a criterion is null (then there is no score). Negative counts as 0.
    SchemeError for weights that do not add up and for a benchmark that is not positive; FactError for a column of the
    wrong shape and a customer without a code or in two rows.
    """
    import ibis

    from kemai.value.tables import criteria

    check_weights(weights)
    check_benchmarks(weights, benchmarks)
    rows = criteria(table, weights)
    scored = rows.mutate(
        score_centi=score_centi({name: rows[name] for name in weights}, weights, benchmarks),
        reason=missing_criterion({name: rows[name] for name in weights}),
    )
    best, middle = CUTS_CENTI
    label = ibis.cases(
        (scored.score_centi >= best, LABELS[0]), (scored.score_centi >= middle, LABELS[1]),
        (scored.score_centi.notnull(), LABELS[2]),
    )  # fmt: skip
    return scored.select("customer_id", score=scored.score_centi / 100, label=label, reason=scored.reason)


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
