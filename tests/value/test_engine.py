"""The engine: populations, reasons, exact columns, the same bytes for the same inputs."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kemai import value
from kemai.value import facts
from kemai.value.engine import EngineSettings, revalue
from kemai.value.engine.output import column_types
from kemai.value.schemes import BUILTIN, SchemeDefinition

AS_OF = date(2026, 6, 30)


def sale(code, amount, day=AS_OF, **more):
    """A line; amounts and costs in yuan."""
    cost = more.pop("cost", None)
    row = {
        "customer_id": code, "order_no": f"{code}-{day}-{amount}", "day": day, "amount_fen": round(amount * 100),
        "cost_fen": None if cost is None else round(cost * 100), "quantity_milli": 1000, "product_code": None,
        "kind": "sale" if amount >= 0 else "return", "status": "delivered",
    }  # fmt: skip
    return row | more


def person(code, **more):
    row = {
        "customer_id": code, "customer_key": int.from_bytes(code.encode(), "big"), "state": "actual",
        "type": "enterprise", "unit_id": 1, "owner_id": 1, "since": None,
    }  # fmt: skip
    return row | more


def estimate(code, **more):
    row = dict.fromkeys(facts.POTENTIALS.arrow_schema().names)
    return row | {"customer_id": code, "horizon_months": 12} | more


@pytest.fixture
def company(tmp_path):
    """Run the engine over rows given as dicts: returns rows by customer and the result."""

    def run(sales, people, estimates=(), schemes=BUILTIN, to="out.parquet", as_of=AS_OF, **settings):
        lines = pa.Table.from_pylist(list(sales), schema=facts.SALES.arrow_schema())
        path = tmp_path / "sales.parquet"
        pq.write_table(lines, path)
        result = revalue(
            [path], pa.Table.from_pylist(list(people), schema=facts.CUSTOMERS.arrow_schema()),
            pa.Table.from_pylist(list(estimates), schema=facts.POTENTIALS.arrow_schema()),
            as_of=as_of, schemes=schemes, settings=EngineSettings(**settings), to=tmp_path / to,
        )  # fmt: skip
        return {row["customer_id"]: row for row in pq.read_table(result.path).to_pylist()}, result

    return run


def test_s0_41_twenty_customers_by_expected_value_are_3_4_13(company):
    codes = [f"K{i:02d}" for i in range(20)]
    rows, result = company([sale(code, 100 + i) for i, code in enumerate(codes)], map(person, codes))
    assert [sum(row["ev_abc_class"] == name for row in rows.values()) for name in "ABC"] == [3, 4, 13]
    found = result.schemes["ev_abc"]["populations"]["all"]
    assert [each["count"] for each in found["classes"]] == [3, 4, 13]
    assert (found["n"], found["lines"], found["edges"][0]["code"]) == (20, [3, 7], "K17")


def test_s0_36_s0_39_prospects_and_customers_stand_in_one_list(company):
    estimates = [
        estimate("P", mp_fen=200_000_000, es_bp=3000, p_bp=5000), estimate("E", av_fen=50_000_000, p_bp=8000),
        estimate("Q", mp_fen=1),
    ]  # fmt: skip
    rows, _ = company([sale("E", 1_200_000), sale("N", 7)], map(person, "PEQN"), estimates)
    assert (rows["P"]["ev_fen"], rows["P"]["ev_kind"], rows["P"]["ev_abc_rank"]) == (
        30_000_000,
        "prospect",
        2,
    )
    assert (rows["E"]["ev_fen"], rows["E"]["ev_kind"], rows["E"]["ev_abc_rank"]) == (
        160_000_000,
        "existing",
        1,
    )
    assert (rows["Q"]["ev_fen"], rows["Q"]["ev_abc_class"], rows["Q"]["ev_abc_reason"]) == (
        None,
        None,
        "no_potential",
    )
    assert (rows["N"]["ev_fen"], rows["N"]["ev_reason"], rows["N"]["ev_abc_reason"]) == (
        700,
        "no_growth_estimate",
        None,
    )


def test_s0_40_different_horizons_together_are_refused_by_name(company):
    estimates = [estimate("P", mp_fen=1, es_bp=1, p_bp=1), estimate("E", av_fen=1, p_bp=1, horizon_months=24)]
    with pytest.raises(value.HorizonError, match="E") as refused:
        company([sale("E", 1)], map(person, "PE"), estimates)
    assert refused.value.customers == ("E",)


def test_s0_40_a_horizon_of_somebody_not_ranked_does_no_harm(company):
    lost = person("L", state="lost")
    company(
        [sale("E", 1)], [person("E"), lost], [estimate("L", mp_fen=1, es_bp=1, p_bp=1, horizon_months=24)]
    )


def test_an_estimate_out_of_range_is_refused(company):
    with pytest.raises(value.FactError) as refused:
        company([], [person("P")], [estimate("P", mp_fen=1, es_bp=10_001, p_bp=1)])
    assert refused.value.column == "es_bp"


def test_who_is_ranked_and_why_not(company):
    old = AS_OF - timedelta(days=500)
    people = [person("A"), person("O"), person("N"), person("I", type="internal"), person("L", state="lost")]
    rows, result = company([sale("A", 5), sale("O", 9, old), sale("I", 99), sale("L", 3)], people)
    assert (rows["O"]["sales_12m_fen"], rows["O"]["sales_abc_count_class"]) == (0, "C")
    assert (rows["N"]["sales_12m_fen"], rows["N"]["sales_reason"], rows["N"]["sales_abc_count_reason"]) == (
        None,
        "no_purchase",
        "no_purchase",
    )
    assert (rows["I"]["sales_abc_count_rank"], rows["I"]["sales_abc_count_reason"]) == (None, "internal")
    assert (rows["L"]["ev_abc_reason"], rows["L"]["sales_abc_count_rank"]) == ("excluded_state", 2)
    assert result.schemes["sales_abc_count"]["populations"]["all"]["n"] == 3
    assert result.schemes["sales_abc_count"]["populations"]["all"]["unranked"] == {
        "internal": 1,
        "no_purchase": 1,
    }


def test_only_delivered_lines_count_unless_told_otherwise(company):
    lines = [sale("A", 5), sale("A", 7, status="ordered"), sale("A", 9, status="cancelled")]
    rows, result = company(lines, [person("A")])
    assert rows["A"]["sales_12m_fen"] == 500
    assert (result.facts["lines_counted"], result.facts["lines_left_out"]) == (1, 2)
    rows, _ = company(lines, [person("A")], statuses=("delivered", "ordered"))
    assert rows["A"]["sales_12m_fen"] == 1200


def test_anonymous_and_unknown_lines_are_counted_and_never_ranked(company):
    rows, result = company([sale(None, 5), sale("GHOST", 7), sale("A", 1)], [person("A")])
    assert set(rows) == {"A"}
    assert (result.facts["anonymous_lines"], result.facts["anonymous_12m_fen"]) == (1, 500)
    assert (result.facts["unknown_customers"], result.facts["unknown_12m_fen"]) == (1, 700)


def test_twelve_months_start_the_day_after_the_same_date_last_year(company):
    lines = [sale("A", 1, date(2025, 6, 30)), sale("A", 2, date(2025, 7, 1)), sale("A", 4, date(2026, 7, 1))]
    rows, _ = company(lines, [person("A")])
    assert (rows["A"]["sales_12m_fen"], rows["A"]["sales_prior_12m_fen"], rows["A"]["sales_all_fen"]) == (
        200,
        100,
        300,
    )


def test_s4_47_profit_ranking_uses_profit(company):
    lines = [
        sale("A", 4_000_000, cost=3_200_000),
        sale("B", 1_000_000, cost=100_000),
        sale("C", 5),
        sale("D", 5, cost=4),
        sale("D", 7),
    ]
    rows, _ = company(lines, map(person, "ABCD"))
    assert (rows["A"]["profit_abc_value"], rows["A"]["profit_abc_rank"], rows["B"]["profit_abc_rank"]) == (
        80_000_000,
        2,
        1,
    )
    assert (rows["C"]["profit_12m_fen"], rows["C"]["profit_12m_reason"], rows["C"]["profit_abc_reason"]) == (
        None,
        "no_cost",
        "no_cost",
    )
    assert (rows["D"]["profit_12m_fen"], rows["D"]["profit_12m_reason"]) == (100, "partial_cost")


@pytest.mark.parametrize(
    ("wan", "level"),
    [("4.9", "small"), ("5", "medium"), ("20", "large"), ("50", "vip"), ("49.999999", "large")],
)
def test_s2_2_value_levels_by_thresholds(company, wan, level):
    rows, _ = company([sale("A", float(Decimal(wan) * 10_000))], [person("A")])
    assert rows["A"]["value_level_class"] == level


def test_s2_17_switching_the_measure_changes_the_ranking(company):
    lines = [sale("A", 900, quantity_milli=1000), sale("B", 100, quantity_milli=50_000)]
    by_quantity = {"q": SchemeDefinition("q", "count_share", "quantity_12m", tuple("ABC"), (15, 20, 65))}
    amount, _ = company(lines, map(person, "AB"))
    quantity, _ = company(lines, map(person, "AB"), schemes=by_quantity)
    assert (amount["A"]["sales_abc_count_rank"], quantity["A"]["q_rank"]) == (1, 2)


def test_returns_lower_money_and_quantity(company):
    lines = [sale("A", 100, quantity_milli=5000), sale("A", -30, quantity_milli=2000)]
    rows, _ = company(lines, [person("A")])
    row = rows["A"]
    assert (row["sales_12m_fen"], row["returns_12m_fen"], row["quantity_12m_milli"], row["orders_12m"]) == (
        7000,
        3000,
        3000,
        1,
    )


@pytest.mark.parametrize(
    ("population", "expected"), [("all", {"all"}), ("unit", {"1", "2"}), ("owner", {"7", "none"})]
)
def test_customers_are_ranked_among_their_own(company, population, expected):
    people = [person("A", unit_id=1, owner_id=7), person("B", unit_id=2, owner_id=None)]
    rows, result = company([sale("A", 5), sale("B", 9)], people, population=population)
    assert {row["population"] for row in rows.values()} == expected
    assert set(result.schemes["ev_abc"]["populations"]) == expected
    assert rows["A"]["sales_abc_count_rank"] == (2 if population == "all" else 1)


@pytest.mark.parametrize("population", ["unit", "owner"])
def test_populations_leave_the_order_of_the_codes_alone(company, population):
    codes = [f"K{n:02d}" for n in range(30)]
    people = [person(code, unit_id=n % 3, owner_id=n % 7) for n, code in enumerate(codes)]
    rows, _ = company([sale(code, n) for n, code in enumerate(codes)], people[::-1], population=population)
    assert list(rows) == codes


def test_ties_go_by_history_then_by_code(company):
    lines = [*(sale(code, 5) for code in "aBc"), sale("c", 1, date(2024, 1, 1))]
    rows, _ = company(lines, map(person, "aBc"))
    assert [rows[code]["sales_abc_count_rank"] for code in "cBa"] == [1, 2, 3]


def test_the_quality_score_uses_targets_and_frozen_percentiles(company):
    people = [person("A", since=date(2023, 6, 30))]
    targets = {"sales": Decimal(500), "tenure": Decimal(5), "profit": Decimal(80)}
    rows, result = company([sale("A", 600, cost=528)], people, quality_targets=targets)
    assert (rows["A"]["quality_score_centi"], rows["A"]["quality_class"]) == (8800, "quality")
    assert result.benchmarks == {"sales": 50_000, "tenure": 60, "profit": 8_000}
    _, frozen = company(
        [sale(f"K{i}", i, cost=0) for i in range(1, 12)], [person(f"K{i}") for i in range(1, 12)]
    )
    assert frozen.benchmarks["sales"] == 1_000


def test_3_8_gates_knock_out_of_the_quality_score_and_say_which(company, tmp_path):
    people = [person(code, since=date(2020, 1, 1)) for code in "GLNU"]
    sales = [*(sale(code, 600, cost=300) for code in "GLU"), sale("N", 600, cost=700)]
    rows, _ = company(sales, people, quality_gates=("profit",))
    assert (rows["G"]["quality_class"], rows["G"]["quality_reason"]) == ("quality", None)
    knocked = rows["N"]
    assert (knocked["quality_score_centi"], knocked["quality_class"]) == (0, "poor")
    assert (knocked["quality_reason"], knocked["priority"]) == ("knocked_out_profit", "P3")
    rows, _ = company(sales, people, quality_gates=("credit",))
    assert {row["quality_reason"] for row in rows.values()} == {"missing_credit"}
    grades = pa.array(["BB", "B", "A", None])
    table = pa.Table.from_pylist(people, schema=facts.CUSTOMERS.arrow_schema()).append_column(
        "credit_grade", grades
    )
    result = revalue(
        [tmp_path / "sales.parquet"], table, None, as_of=AS_OF, schemes=BUILTIN, to=tmp_path / "graded.parquet",
        settings=EngineSettings(quality_gates=("credit", "profit")),
    )  # fmt: skip
    found = {row["customer_id"]: row for row in pq.read_table(result.path).to_pylist()}
    assert {code: row["quality_reason"] for code, row in found.items()} == {
        "G": None, "L": "knocked_out_credit", "N": "knocked_out_profit", "U": "missing_credit",
    }  # fmt: skip
    assert result.schemes["quality"]["populations"]["all"]["unranked"] == {"missing_credit": 1}


def test_nobody_who_never_bought_is_knocked_out(company):
    rows, _ = company(
        [sale("A", 5, cost=1)],
        [person(code, since=date(2020, 1, 1)) for code in "AP"],
        quality_gates=("credit", "profit"),
    )
    assert (rows["P"]["quality_score_centi"], rows["P"]["quality_reason"]) == (None, "no_purchase")


def test_a_benchmark_of_zero_rates_nobody(company):
    rows, _ = company([sale("A", 0, cost=0)], [person("A")])
    assert (rows["A"]["quality_score_centi"], rows["A"]["quality_reason"]) == (None, "no_benchmark")


def test_rfm_in_the_wide_table_agrees_with_the_library(company, ten_sales, rows_of):
    from kemai.value.tables import sale_lines

    found = rows_of(value.rfm(ten_sales, AS_OF))
    lines = sale_lines(ten_sales).to_pyarrow().to_pylist()
    sales = [
        sale(row["customer_id"], row["amount_fen"] / 100, row["day"], order_no=row["order_no"])
        for row in lines
    ]
    rows, _ = company(sales, map(person, found))
    assert {code: row["rfm_code"] for code, row in rows.items()} == {
        code: row["code"] for code, row in found.items()
    }
    assert rows["C01"]["rfm_value"] == 5000
    assert rows["C04"]["rfm_class"] == "重要发展"


def test_the_columns_are_fixed_and_sorted_by_code(company):
    _, result = company([sale("b", 5), sale("B", 5), sale("甲", 1)], map(person, ["b", "甲", "B"]))
    table = pq.read_table(result.path)
    assert table.column_names == list(column_types(BUILTIN.values()))
    assert table["customer_id"].to_pylist() == ["B", "b", "甲"]
    kinds = {"int64": "int64", "string": "string", "date": "date32[day]", "float64": "double"}
    assert [str(kind) for kind in table.schema.types] == [
        kinds[kind] for kind in column_types(BUILTIN.values()).values()
    ]


def test_the_same_inputs_give_the_same_bytes_in_any_row_order(company):
    lines = [
        sale(f"K{i % 300}", (i * 37) % 900 - 100, AS_OF - timedelta(days=i % 700), cost=i % 50)
        for i in range(3000)
    ]
    people = [person(f"K{i}") for i in range(300)]
    _, first = company(lines, people, to="first.parquet")
    _, again = company(lines[::-1], people[::-1], to="again.parquet")
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.sha256 == hashlib.sha256(first.path.read_bytes()).hexdigest()
    assert first.schemes == again.schemes


def test_nothing_at_all_is_a_run_too(company, tmp_path):
    rows, result = company([], [])
    assert (rows, result.customers) == ({}, 0)
    empty = revalue(
        [], None, None, as_of=AS_OF, schemes=BUILTIN, settings=EngineSettings(), to=tmp_path / "e.parquet"
    )
    assert empty.customers == 0


def test_a_customer_twice_is_refused(company):
    with pytest.raises(value.FactError) as refused:
        company([], [person("A"), person("A")])
    assert refused.value.column == "customer_id"


def test_a_missing_fact_column_is_named(tmp_path):
    pq.write_table(pa.table({"customer_id": ["a"]}), tmp_path / "bad.parquet")
    with pytest.raises(value.FactError) as refused:
        revalue(
            [tmp_path / "bad.parquet"],
            None,
            None,
            as_of=AS_OF,
            schemes=BUILTIN,
            settings=EngineSettings(),
            to=tmp_path / "x",
        )
    assert refused.value.column == "order_no"
    assert not (tmp_path / "x").exists()


def test_settings_and_results_travel_as_json(company):
    import json

    settings = EngineSettings(population="unit", quality_targets={"sales": Decimal("1.5")})
    assert EngineSettings.from_json(json.loads(json.dumps(settings.to_json()))) == settings
    _, result = company([sale("A", 5)], [person("A")])
    assert json.loads(json.dumps(result.to_json()))["customers"] == 1
