"""Step two, second half: scores that need the whole population, then the narrow table of what is ranked."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.engine.settings import EngineSettings
from kemai.value.exact import half_up
from kemai.value.measures.quality import behind_gates, missing_criterion, score_centi
from kemai.value.measures.registry import Measure
from kemai.value.measures.rfm import scored_by_rank
from kemai.value.ordering import how_many_better
from kemai.value.reading import few_rows

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kemai.value.engine.columns import Columns

# criterion -> column of the base table, base units in one unit of a target set by hand
CRITERIA: Mapping[str, tuple[str, int]] = {
    "sales": ("sales_12m_fen", 100),
    "tenure": ("tenure_months", 12),
    "profit": ("profit_12m_fen", 100),
}
GATES: Mapping[str, str] = {"credit": "credit_grade", "profit": "profit_12m_fen"}
PERCENTILE = 0.9


def benchmarks(base: Table, settings: EngineSettings) -> dict[str, int]:
    """Each criterion's benchmark in base units: the target, or the 90th percentile (interpolated) of those ranked."""
    ranked = base.filter(base.takes_part & base.first_order_on.notnull())
    percentiles = ranked.aggregate(
        **{name: ranked[CRITERIA[name][0]].quantile(PERCENTILE) for name in settings.quality_weights}
    )
    [found] = few_rows(percentiles)
    frozen = {}
    for name, percentile in found.items():
        target = settings.quality_targets.get(name)
        exact = Fraction(percentile or 0) if target is None else Fraction(target) * CRITERIA[name][1]
        frozen[name] = half_up(exact)
    return frozen


def rfm_places(columns: Columns) -> dict[str, Any]:
    """rfm_n and r, f, m: how many of the population are more recent, more frequent, richer (see `rfm`)."""
    import numpy as np

    known = columns.known("last_order_on") & columns.flags("takes_part")
    groups = columns.groups
    counts = np.bincount(groups[known], minlength=columns.group_count)[groups] if groups is not None else None
    return {
        "rfm_n": np.full(len(known), known.sum()) if counts is None else counts,
        "r": how_many_better(-columns.numbers("recency_days"), known, groups),
        "f": how_many_better(columns.numbers("rfm_orders"), known, groups),
        "m": how_many_better(columns.numbers("rfm_sales_fen"), known, groups),
    }


def scores(base: Table, frozen: Mapping[str, int], settings: EngineSettings) -> Table:
    """seq with the columns of RFM and quality, from the base with `rfm_places`; those who take no part have none."""
    inputs = {"recency_days": "recency_days", "frequency": "rfm_orders", "monetary_fen": "rfm_sales_fen"}
    criteria = {name: CRITERIA[name][0] for name in settings.quality_weights}
    criteria |= {f"gate_{name}": GATES[name] for name in settings.quality_gates}
    counted = {
        name: base.takes_part.ifelse(base[column], None) for name, column in {**inputs, **criteria}.items()
    }
    narrow = base.select("seq", "population", "sales_missing", "rfm_n", *"rfm", **counted)
    table = scored_by_rank(narrow, settings.rfm_high_score, settings.rfm_weights_milli)
    table = table.mutate(**_quality(table, frozen, settings))
    return table.select(
        "seq", "r", "f", "m", "rfm_code", "rfm_score_milli", "rfm_segment", "rfm_missing", "quality_score_centi",
        "quality_missing",
    )  # fmt: skip


def _quality(table: Table, frozen: Mapping[str, int], settings: EngineSettings) -> dict[str, Any]:
    import ibis

    columns = {name: table[name] for name in settings.quality_weights}
    if any(benchmark <= 0 for benchmark in frozen.values()):
        return {"quality_score_centi": ibis.null("int64"), "quality_missing": ibis.literal("no_benchmark")}
    never = table.sales_missing.notnull()
    score, reason = behind_gates(
        score_centi(columns, settings.quality_weights, frozen), missing_criterion(columns),
        {name: table[f"gate_{name}"] for name in settings.quality_gates},
    )  # fmt: skip
    return {
        "quality_score_centi": never.ifelse(None, score), "quality_missing": never.ifelse("no_purchase", reason)
    }  # fmt: skip


def ranked_values(table: Table, measures: Mapping[str, Measure]) -> Table:
    """seq, history and one column a measure, null for those who are not ranked by it."""
    history = table.sales_all_fen.fill_null(0)
    values = {
        f"{key}__value": takes_part(table, measure).ifelse(table[measure.column], None)
        for key, measure in measures.items()
    }
    return table.select("seq", history_fen=history, **values)


def takes_part(table: Table, measure: Measure) -> Any:
    """Whether a customer is ranked by this measure at all."""
    return table.takes_part & table.ev_state_fits if measure.excludes_states else table.takes_part


def missing_reason(table: Table, measure: Measure) -> Any:
    """Why a customer is not ranked by this measure."""
    import ibis

    excluded = ~table.ev_state_fits if measure.excludes_states else ibis.literal(False)
    return ibis.cases(
        (~table.takes_part, "internal"), (excluded, "excluded_state"), else_=table[measure.reason_column]
    )
