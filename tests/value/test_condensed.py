"""A run from condensed months finds what a run from all their lines finds, whatever changes from one night to the next."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kemai.value import facts
from kemai.value.engine import EngineSettings, condense, revalue
from kemai.value.errors import FactError
from kemai.value.schemes import BUILTIN

FIRST = date(2024, 2, 1)
CODES = ["K1", "K2", "K3", "客四", "K5", "K6"]
PEOPLE = pa.Table.from_pylist(
    [
        {"customer_id": code, "customer_key": number, "type": "enterprise", "unit_id": number % 2}
        for number, code in enumerate(CODES)
    ],
    schema=facts.CUSTOMERS.arrow_schema(),
)
amounts = st.integers(-9_000_00, 90_000_00)
lines = st.fixed_dictionaries({
    "customer_id": st.sampled_from([*CODES, None, "nobody"]),
    "order_no": st.sampled_from(["O1", "O2", "O3", "", None]),
    "day": st.integers(0, 900).map(lambda days: FIRST + timedelta(days=days)),
    "amount_fen": amounts, "cost_fen": st.none() | amounts, "quantity_milli": st.none() | st.integers(-5_000, 5_000),
    "product_code": st.none(), "kind": st.sampled_from(["sale", "sale", "return", "monthly"]),
    "status": st.sampled_from(["delivered", "delivered", "ordered", "cancelled"]),
})  # fmt: skip
ledgers = st.lists(lines, max_size=40)


def written(ledger, folder):
    """The months' files, each named by its bytes as the product does, and the condensed one of each."""
    months = defaultdict(list)
    for row in ledger:
        months[f"{row['day']:%Y-%m}"].append(row)
    pairs = []
    for month, rows in sorted(months.items()):
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows, schema=facts.SALES.arrow_schema()), sink)
        content = sink.getvalue().to_pybytes()
        path = folder / f"{month}.{hashlib.sha256(content).hexdigest()[:16]}.parquet"
        path.write_bytes(content)
        pairs.append((path, path.with_suffix(".days")))
    return pairs


def result(pairs, as_of, to, *, from_lines, **more):
    order_days = None if from_lines else [days for _sales, days in pairs]
    return revalue(
        [sales for sales, _days in pairs], PEOPLE, None, as_of=as_of, schemes=BUILTIN, settings=EngineSettings(**more),
        to=to, order_days=order_days,
    )  # fmt: skip


@settings(max_examples=9, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    ledgers,
    ledgers,
    st.integers(500, 930).map(lambda days: FIRST + timedelta(days=days)),
    st.sampled_from([("delivered",), ("delivered", "ordered")]),
    st.sampled_from(["all", "unit"]),
    st.sampled_from([30, 365, 500]),
)
def test_issue_4_a_nightly_run_is_byte_for_byte_the_full_run(
    tmp_path_factory, ledger, more, as_of, statuses, population, window
):
    """Issue 4, 3: orders that run over months, returns, lines without number, cost or quantity, any day, any window."""
    folder, rules = tmp_path_factory.mktemp("months"), {"statuses": statuses, "population": population}
    night_before = written(ledger, folder)
    condense(night_before)
    changed = written(ledger[len(ledger) // 4 :] + more, folder)  # some lines gone, some new
    known = {days for _sales, days in night_before}
    assert condense(changed) == len({days for _sales, days in changed} - known)
    nightly = result(changed, as_of, folder / "a", from_lines=False, rfm_window_days=window, **rules)
    full = result(changed, as_of, folder / "b", from_lines=True, rfm_window_days=window, **rules)
    assert (nightly.sha256, nightly.facts, nightly.schemes) == (full.sha256, full.facts, full.schemes)
    assert full.facts["lines"] == len(ledger[len(ledger) // 4 :] + more)


def a_line(**more):
    row = dict.fromkeys(facts.SALES.names) | {"customer_id": "K1", "order_no": "O1", "day": date(2026, 5, 4)}
    return row | {"amount_fen": 100, "kind": "sale", "status": "delivered"} | more


def test_an_order_of_ten_lines_on_a_day_is_one_row(tmp_path):
    rows = [a_line(cost_fen=None if number else 60, quantity_milli=1_000) for number in range(10)]
    [pair] = written([*rows, a_line(amount_fen=-40, quantity_milli=500)], tmp_path)
    assert condense([pair]) == 1
    bought, returned = sorted(pq.read_table(pair[1]).to_pylist(), key=lambda row: -row["amount_fen"])
    assert (bought["lines"], bought["amount_fen"], bought["is_order"]) == (10, 1_000, True)
    assert (bought["margin_fen"], bought["margin_lines"], bought["moved_milli"]) == (40, 1, 10_000)
    assert (returned["is_order"], returned["margin_fen"], returned["moved_milli"]) == (False, None, -500)


def test_a_condensed_file_is_made_once_and_is_whole_or_not_there(tmp_path):
    [pair] = written([a_line()], tmp_path)
    assert [condense([pair]), condense([pair])] == [1, 0]
    pq.write_table(pa.table({"customer_id": ["K1"]}), tmp_path / "torn.parquet")
    with pytest.raises(FactError, match="缺少列 order_no"):
        condense([(tmp_path / "torn.parquet", tmp_path / "torn.days")])
    assert {path.suffix for path in tmp_path.iterdir()} == {".parquet", ".days"}
    assert not (tmp_path / "torn.days").exists()
