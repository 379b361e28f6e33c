"""Classes and whole runs over tables of one's own, without files of the product."""

from __future__ import annotations

from datetime import date

import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from kemai import value
from kemai.value import facts, schemes

AS_OF = date(2026, 6, 30)
LEDGER = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "c", "c", None, "d"], "order_no": [1, 2, 3, 4, 5, 6, 7],
        "day": pd.to_datetime(["2025-09-01", "2026-05-01", "2026-03-01", "2026-06-30", "2026-06-30", "2026-04-01", "2026-02-02"]),
        "amount": [600.005, 400, 300, 200, 50, 80, 10], "cost": [500, 300, 200, 100, 20, None, 1],
        "quantity": [6, 4, 3, 2, 0.5, 1, 1], "product_code": list("xyxyxyx"),
        "kind": ["sale", "sale", "sale", "sale", "return", None, "sale"], "status": [None] * 6 + ["cancelled"],
    }
)  # fmt: skip
VALUES = pd.DataFrame({"customer_id": list("abcdefghij"), "value": [48, 30, 9, 12, 6, 4.5, 3, 2, 0.8, -0.5]})


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("own")
    with pytest.warns(value.FactWarning):
        sales, people = value.write_sales(LEDGER, folder / "sales.parquet"), value.customers_of(LEDGER)
    done = value.revalue(
        [sales], people, None, as_of=AS_OF, schemes=schemes.BUILTIN, settings=value.EngineSettings(),
        to=folder / "run.parquet",
    )  # fmt: skip
    return sales, people, done, {row["customer_id"]: row for row in pq.read_table(done.path).to_pylist()}


def test_a_ledger_in_yuan_becomes_the_facts_that_a_run_reads(run):
    sales, _people, _done, _rows = run
    table = pq.read_table(sales)
    assert table.schema.equals(facts.SALES.arrow_schema())
    assert table["amount_fen"].to_pylist() == [60001, 40000, 30000, 20000, -5000, 8000, 1000]
    assert table["cost_fen"].to_pylist() == [50000, 30000, 20000, 10000, -2000, None, 100]
    assert table["quantity_milli"].to_pylist() == [6000, 4000, 3000, 2000, 500, 1000, 1000]
    assert table["kind"].to_pylist()[4:6] == ["return", "sale"]
    assert table["status"].to_pylist() == ["delivered"] * 6 + ["cancelled"]


def test_customers_are_those_who_were_delivered_to_since_the_first_time(run):
    _sales, people, _done, _rows = run
    assert people.schema.equals(facts.CUSTOMERS.arrow_schema())
    assert people.select(["customer_id", "customer_key", "since"]).to_pylist() == [
        {"customer_id": "a", "customer_key": 1, "since": date(2025, 9, 1)},
        {"customer_id": "b", "customer_key": 2, "since": date(2026, 3, 1)},
        {"customer_id": "c", "customer_key": 3, "since": date(2026, 6, 30)},
    ]


def test_a_run_over_an_own_table_says_what_the_functions_say(run):
    _sales, _people, done, rows = run
    assert (done.customers, done.facts["anonymous_lines"], done.facts["lines_left_out"]) == (3, 1, 1)
    assert [rows[code]["sales_12m_fen"] for code in "abc"] == [100_001, 30_000, 15_000]
    assert [rows[code]["profit_12m_fen"] for code in "abc"] == [20_001, 10_000, 7_000]
    assert rows["c"]["quantity_12m_milli"] == 1_500
    with pytest.warns(value.FactWarning):
        scored = value.rfm(LEDGER, AS_OF).to_pyarrow().to_pylist()
    assert {row["customer_id"]: int(row["monetary"] * 100) for row in scored} == {
        code: row["rfm_sales_fen"] for code, row in rows.items()
    }


def test_a_table_without_the_optional_columns_will_do(tmp_path):
    plain = LEDGER[["customer_id", "order_no", "day", "amount"]].dropna()
    table = pq.read_table(value.write_sales(plain, tmp_path / "sales.parquet"))
    assert table["cost_fen"].null_count == table["quantity_milli"].null_count == len(plain)
    assert set(table["kind"].to_pylist()) == {"sale"}
    assert [path.name for path in tmp_path.iterdir()] == ["sales.parquet"]


def test_facts_in_whole_fen_stay_what_they_are(run, tmp_path):
    sales, *_ = run
    again = value.write_sales(sales, tmp_path / "again.parquet")
    assert pq.read_table(again).equals(pq.read_table(sales))


@pytest.mark.parametrize("column", ["cost", "quantity"])
def test_an_optional_column_of_text_is_refused_by_name(column, tmp_path):
    with (
        pytest.raises(value.FactError, match=f"{column}.*pandas.to_numeric"),
        pytest.warns(value.FactWarning),
    ):
        value.write_sales(LEDGER.assign(**{column: "many"}), tmp_path / "sales.parquet")
    assert not list(tmp_path.iterdir())


def classes_of(table, column="class"):
    return {row["customer_id"]: row[column] for row in table.to_pyarrow().to_pylist()}


def test_own_classes_are_cut_like_the_built_in_ones():
    by_count = value.classify(VALUES, ("A", "B", "C"), (15, 20, 65))
    assert classes_of(by_count) == classes_of(value.abc(VALUES))
    by_value = value.classify(VALUES, ("A", "B", "C"), (80, 95), by="value")
    assert classes_of(by_value) == classes_of(value.abc(VALUES, by="value"))
    tiers = value.classify(VALUES, ("key", "major", "ordinary", "small"), (1, 4, 15, 80), min_one_top=True)
    assert classes_of(tiers) == classes_of(value.pyramid(VALUES), "tier")


def test_own_classes_by_threshold_count_the_line_to_the_better_class():
    found = classes_of(value.classify(VALUES, ("vip", "large", "small"), (30, 6), by="threshold"))
    assert [found[code] for code in "abcdefj"] == ["vip", "vip", "large", "large", "large", "small", "small"]


@pytest.mark.parametrize(
    ("cuts", "by", "sentence"),
    [((20, 70), "count", "100%"), ((20, 80), "threshold", "需要 1 个分界"), ((80,), "share", "threshold")],
)
def test_own_classes_that_make_no_sense_are_refused(cuts, by, sentence):
    with pytest.raises(value.SchemeError, match=sentence):
        value.classify(VALUES, ("big", "small"), cuts, by)


NAMES = (
    value.formulas.Name("profit_12m_fen", "毛利", "yuan", 100),
    value.formulas.Name("orders_12m", "单数", "count"),
)


def test_an_own_measure_is_worked_out_over_a_run_in_any_kind_of_table(run):
    *_, done, _rows = run
    wide = pq.read_table(done.path)
    formula = value.formulas.parse("毛利 ÷ 单数", NAMES)
    found, reasons = formula.worked(wide)
    assert (found.to_pylist(), formula.unit.key) == ([10_001, 10_000, 7_000], "yuan/count")
    for same in (wide.to_pandas(), pl.from_arrow(wide), done.path):
        assert formula.worked(same) == (found, reasons)


def test_an_own_measure_says_which_column_and_which_unit_there_is_not():
    with pytest.raises(value.FactError, match="缺少列 orders_12m"):
        value.formulas.parse("毛利 ÷ 单数", NAMES).worked({"profit_12m_fen": [1]})
    with pytest.raises(LookupError, match="没有单位 order；可用 yuan"):
        value.formulas.parse("单数", [value.formulas.Name("orders_12m", "单数", "order")])


@pytest.mark.parametrize(
    ("sales", "sentence"),
    [(LEDGER, "write_sales"), ([LEDGER], "write_sales"), (["no such.parquet"], "读不了")],
)
def test_a_run_says_what_it_wants_of_its_sales(sales, sentence, run, tmp_path):
    _sales, people, *_ = run
    with pytest.raises(value.FactError, match=sentence):
        value.revalue(
            sales, people, None, as_of=AS_OF, schemes=schemes.BUILTIN, settings=value.EngineSettings(),
            to=tmp_path / "run.parquet",
        )  # fmt: skip


def test_one_file_of_sales_needs_no_list(run, tmp_path):
    sales, people, done, _rows = run
    again = value.revalue(
        sales, people, None, as_of=AS_OF, schemes=schemes.BUILTIN, settings=value.EngineSettings(),
        to=tmp_path / "run.parquet",
    )  # fmt: skip
    assert again.sha256 == done.sha256
