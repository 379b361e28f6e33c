"""What no number may depend on: the order of the rows, a sale written as two lines, the currency it is written in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kemai import value

AS_OF = date(2026, 6, 30)
quick = settings(
    max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate)
)  # fmt: skip
MEASURES: dict[str, tuple[Callable[[Any], Any], tuple[str, ...]]] = {
    "rfm": (lambda sales: value.rfm(sales, AS_OF), ("monetary",)),
    "stability": (lambda sales: value.stability(sales, AS_OF), ("mean", "slope")),
    "churn": (lambda sales: value.churn(sales, AS_OF), ("sales_3m", "sales_3m_last_year")),
    "summary": (lambda sales: value.lifetime.summary(sales, AS_OF), ("mean_value",)),
}
"""Each measure of a ledger, and which of its columns are amounts."""


@st.composite
def ledgers(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Up to a few dozen sales of a few customers over two and a half years; whole yuan."""
    rows = draw(
        st.lists(st.tuples(st.integers(0, 5), st.integers(0, 900), st.integers(2, 5_000)), min_size=1, max_size=40)
    )  # fmt: skip
    return [
        {"customer_id": f"K{who}", "order_no": f"S{i}", "day": AS_OF - timedelta(days=ago), "amount": amount}
        for i, (who, ago, amount) in enumerate(rows)
    ]


def found(name: str, rows: list[dict[str, Any]], scale: int = 1) -> list[tuple[Any, ...]]:
    """The measure's rows in an order of their own, amounts brought back by the scale, floats to nine digits."""
    call, amounts = MEASURES[name]
    table = call(pa.Table.from_pylist(rows)).to_pyarrow()
    made = []
    for row in table.to_pylist():
        row |= {key: row[key] / scale for key in amounts if row[key] is not None}
        made.append(tuple((key, _plain(cell)) for key, cell in sorted(row.items())))
    return sorted(made, key=repr)


def _plain(cell: Any) -> Any:
    is_number = isinstance(cell, float) or type(cell).__name__ == "Decimal"
    return f"{float(cell):.9g}" if is_number else cell


@pytest.mark.parametrize("name", MEASURES)
@quick
@given(rows=ledgers(), data=st.data())
def test_the_order_of_the_rows_changes_nothing(
    name: str, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    assert found(name, data.draw(st.permutations(rows))) == found(name, rows)


@pytest.mark.parametrize("name", MEASURES)
@quick
@given(rows=ledgers(), data=st.data())
def test_a_sale_written_as_two_lines_of_its_day_changes_nothing(
    name: str, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    part = data.draw(st.integers(1, rows[place]["amount"] - 1))
    halves = [{**rows[place], "amount": part}, {**rows[place], "amount": rows[place]["amount"] - part}]
    assert found(name, [*rows[:place], *halves, *rows[place + 1 :]]) == found(name, rows)


@pytest.mark.parametrize("name", MEASURES)
@quick
@given(rows=ledgers(), scale=st.sampled_from([2, 7, 100]))
def test_another_currency_scales_amounts_and_nothing_else(
    name: str, rows: list[dict[str, Any]], scale: int
) -> None:
    dearer = [{**row, "amount": row["amount"] * scale} for row in rows]
    assert found(name, dearer, scale) == found(name, rows)
