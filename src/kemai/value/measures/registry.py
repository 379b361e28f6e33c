"""The measures a scheme can rank by: their column, unit, and what moving them moves.

A new measure is one line here and a column of the engine's base table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """One named number about a customer.

    `column` holds it in whole base units (fen, thousandths, hundredths of a point), `factor` of which make one
    display unit. `reason_column` says why it is null; with `tells_more` it may also say why a known value is what it
    is. `adds_to_history` is true where a change of it changes
    the historical amount by as much, which decides ties. `excludes_states` marks the measures that lost and
    non-customers do not take part in.
    """

    key: str
    column: str
    unit: str
    factor: int
    reason_column: str
    adds_to_history: bool = False
    excludes_states: bool = False
    tells_more: bool = False


MEASURES: Mapping[str, Measure] = {
    measure.key: measure
    for measure in (
        Measure("expected_value", "ev_fen", "yuan", 100, "ev_missing", excludes_states=True),
        Measure("sales_12m", "sales_12m_fen", "yuan", 100, "sales_missing", adds_to_history=True),
        Measure("sales_all", "sales_all_fen", "yuan", 100, "sales_missing", adds_to_history=True),
        Measure("profit_12m", "profit_12m_fen", "yuan", 100, "profit_missing"),
        Measure("quantity_12m", "quantity_12m_milli", "piece", 1000, "quantity_missing"),
        Measure("orders_12m", "orders_12m", "order", 1, "sales_missing"),
        Measure("quality_score", "quality_score_centi", "point", 100, "quality_missing", tells_more=True),
        Measure("rfm_score", "rfm_score_milli", "score", 1000, "rfm_missing"),
        Measure("value", "value_fen", "yuan", 100, "value_missing"),
    )
}
