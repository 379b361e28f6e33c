"""The customer base in pictures: matrices, moves, states, cohorts, concentration, methods, over what the reader may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kemai import value
from kemai.business.archives.models import Customer, StateChange
from kemai.business.prospects.models import Potential
from kemai.business.trade.models import SaleLine, Target
from kemai.business.valuation import queries
from kemai.business.valuation.actions import record_attitude, revalue, save_parameters
from kemai.business.valuation.models import (
    ChurnRow,
    Course,
    CreditAssessment,
    ParameterVersion,
    Position,
    Run,
    WorthRow,
)
from kemai.business.valuation.pictures import (
    cohorts,
    concentration,
    cuts,
    grid,
    matrices,
    methods,
    moves,
    states,
)
from kemai.foundation.access.actor import Refused
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = [pytest.mark.django_db, pytest.mark.parts("churn", "worth", "positions", "course")]
AS_OF, BEFORE = date(2026, 6, 30), date(2026, 3, 31)
ANSWERS = {
    "share_of_wallet": 80,
    "referral": 90,
    "price_tolerance": 70,
    "fault_tolerance": 70,
    "rival_attitude": 60,
}


def bring(people: Any, folder: Any, kind: str, header: str, lines: list[str]) -> None:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join([header, *lines]) + "\n", "utf8")
    run_import(
        ImportRequest(
            actor=people.system, kind=kind, path=path, file_name=path.name, create_customers=kind == "sales"
        )
    )


def orders(code: str, months: list[str], amount: int) -> list[str]:
    return [f"{code}{month},1,{month}-15,{code},{amount}" for month in months]


MONTHS = [
    f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13) if (year, month) <= (2026, 6)
]
BOOK = [
    *orders("C01", MONTHS, 50_000), *orders("C02", MONTHS, 10_000), *orders("C03", MONTHS[:14], 30_000),
    *orders("C04", MONTHS[6:], 3_000), *orders("C05", MONTHS[::3], 2_000), *orders("C06", MONTHS[:4], 8_000),
]  # fmt: skip


@pytest.fixture(scope="module")
def base(lasting: Any, tmp_path_factory: Any) -> Any:
    """Six customers: odd ones are e1's, even ones w1's; targets, estimates and attitudes of some."""
    people = lasting
    bring(people, tmp_path_factory.mktemp("books"), "sales", "单号,行号,日期,客户,金额", BOOK)
    for n, customer in enumerate(Customer.objects.order_by("name")):
        login = "e1" if n % 2 == 0 else "w1"
        Customer.objects.filter(pk=customer.pk).update(
            owner=people.persons[login], unit_id=people[login].home_unit_id
        )
    shops = {customer.name: customer for customer in Customer.objects.all()}
    batch = SaleLine.objects.values_list("batch_id", flat=True).first()
    aims = {"C01": 60_000_000, "C02": 30_000_000}
    Target.objects.bulk_create(
        Target(customer=shops[c], period="2026", amount_fen=fen, batch_id=batch) for c, fen in aims.items()
    )
    hopes = {
        "C01": (10_000_000, 5_000),
        "C02": (25_000_000, 8_000),
        "C03": (30_000_000, 2_000),
        "C04": (100_000, 5_000),
    }
    Potential.objects.bulk_create(
        Potential(customer=shops[c], av_fen=fen, p_bp=p, estimated_on=AS_OF) for c, (fen, p) in hopes.items()
    )
    for name, kind in (("C01", "loyal"), ("C02", "switcher")):
        record_attitude(
            actor=people.system, customer=Customer.objects.get(name=name), attitude=kind, answers=ANSWERS
        )
    return people


@pytest.fixture(scope="module")
def run(base: Any) -> Any:
    return revalue(actor=base.system, as_of=AS_OF)


def by_name(rows: Any) -> dict[str, Position]:
    names = dict(Customer.objects.values_list("pk", "name"))
    return {names[row.customer_id]: row for row in rows}


def test_s2_12_each_customer_is_in_exactly_one_cell_of_each_matrix(base: Any, run: Any):
    """S2.12: counted in columns and by the library's own matrix, the cells agree and add up to everybody."""
    for kind in cuts.KINDS:
        placed = matrices.matrix(run, kind)
        found = matrices.cells(base.system, run, placed)
        assert (
            sum(cell.customers for cell in found)
            == len(methods.compared(base.system, run, differ=False))
            == 6
        )
        for row in matrices.in_cell(base.system, run, placed, None)[:]:
            first, second = (
                getattr(row, matrices.COLUMNS[axis.name]) for axis in (placed.first, placed.second)
            )
            first = first if placed.first.members else Decimal(first) / 100
            assert placed.cell(first, Decimal(second) / 100) == row.cell
        missing = dict(matrices.reasons(base.system, run, placed))
        assert sum(missing.values()) == next(cell.customers for cell in found if cell.key == "")
    rows = by_name(methods.compared(base.system, run, differ=False))
    assert (rows["C01"].performance_source, rows["C03"].performance_source) == ("target", "percentile")
    assert rows["C01"].performance_centi == round(300_000 / (600_000 * 181 / 365) * 10_000)


def test_s2_12_credit_by_performance_takes_the_last_grade_of_the_day(base: Any):
    """S2.12: credit × performance; a later grade counts from its own day on."""
    for name, on, grade in (("C01", 9, "C"), ("C01", 5, "A"), ("C02", 5, "D"), ("C02", -3, "A")):
        CreditAssessment.objects.create(
            customer=Customer.objects.get(name=name),
            on=AS_OF - timedelta(days=on),
            points={},
            score_centi=0,
            grade=grade,
        )
    run = revalue(actor=base.system, as_of=AS_OF)
    placed = matrices.matrix(run, "credit_performance")
    assert by_name(matrices.in_cell(base.system, run, placed, "extend_reward")[:]).keys() == {"C01"}
    assert by_name(matrices.in_cell(base.system, run, placed, "exit")[:]).keys() == {"C02"}


def test_s1_155_gold_comes_before_iron(base: Any):
    """S1.155 and 3.7: high value with little growth is gold, low value with much growth iron, and gold is looked after
    first; value and growth are the current and the potential value of the run (3.10)."""
    boss = base["d"]
    save_parameters(actor=boss, key="worth", values={"margin_rate": "0.2"}, reason="没有成本")
    save_parameters(actor=boss, key="matrices", values={"value": "100000", "growth": "12000"}, reason="为界")
    run = revalue(actor=base.system, as_of=AS_OF)
    placed = matrices.matrix(run, "value_potential")
    order = [(row.customer_id, row.cell) for row in matrices.in_cell(base.system, run, placed, None)[:]]
    names = dict(Customer.objects.values_list("pk", "name"))
    assert [(names[pk], cell) for pk, cell in order] == [
        ("C03", "platinum"),
        ("C01", "gold"),
        ("C02", "iron"),
        ("C04", "lead"),
    ]
    rows = by_name(methods.compared(base.system, run, differ=False))
    table = pa.table({
        "customer_id": list(rows), "av": [None if r.current_fen is None else r.current_fen / 100 for r in rows.values()],
        "pv": [None if r.gap_fen is None else (r.current_fen + r.gap_fen) / 100 for r in rows.values()],
    })  # fmt: skip
    want = [
        r
        for r in value.value_potential_matrix(table, 100_000, 12_000).to_pyarrow().to_pylist()
        if r["priority"]
    ]
    assert [(r["customer_id"], r["cell"]) for r in sorted(want, key=lambda r: r["priority"])] == [
        (names[pk], cell) for pk, cell in order
    ]
    worth = WorthRow.objects.get(run_id=run.pk, customer__name="C02")
    assert (rows["C02"].current_fen, rows["C02"].gap_fen) == (worth.current_fen, worth.potential_fen)
    assert rows["C02"].gap_fen == 25_000_000 * 8 // 10 * 2 // 10
    assert matrices.missing_worth(boss, run, placed) == [("gap", "no_estimate", 2)]


def test_who_sees_no_margin_sees_no_value_by_potential(base: Any, run: Any):
    placed = matrices.matrix(run, "value_potential")
    assert matrices.missing_worth(base["d"], run, placed) == [
        ("av", "no_cost", 5),
        ("gap", "no_estimate", 1),
    ]
    assert "value_potential" in matrices.kinds(base["d"])
    shown = {"potential": "visible"}
    blind = replace(base["e1"], sights=shown, own_sights=shown)
    assert "value_potential" not in matrices.kinds(blind)
    with pytest.raises(Refused):
        matrices.cells(blind, run, placed)
    own = replace(base["e1"], sees_all=True, sights=shown, own_sights={**shown, "margin": "visible"})
    mine = matrices.cells(own, run, placed)
    owned = Customer.objects.filter(owner_id=own.person_id).count()
    assert sum(cell.customers for cell in mine) == owned < 6


def test_cuts_that_make_no_sense_are_refused_and_change_nothing(base: Any, run: Any):
    for values in ({"performance": "151"}, {"loyalty": "x"}, {"performance_high": "60"}, {"value": "-1"}):
        with pytest.raises(value.SchemeError):
            save_parameters(actor=base["d"], key="matrices", values=values, reason="试试")
    with pytest.raises(Refused):
        save_parameters(actor=base["me"], key="matrices", values={"performance": "70"}, reason="想改")
    assert not ParameterVersion.objects.exists()
    with pytest.raises(LookupError):
        matrices.matrix(run, "no_such")


def test_a_rep_counts_only_his_own_customers_in_every_picture(base: Any, run: Any):
    rep, boss = base["e1"], base["d"]
    placed = matrices.matrix(run, "performance_loyalty")
    assert sum(cell.customers for cell in matrices.cells(rep, run, placed)) == 3
    assert by_name(methods.compared(rep, run, differ=False)).keys() == {"C01", "C03", "C05"}
    assert sum(cell.customers for cell in grid.grid(rep, run, "r", "f")) == 3
    whole, own = states.model(boss, run, 4, 2), states.model(rep, run, 4, 2)
    assert whole is not None
    assert own is not None
    assert sum(own.now.values()) < sum(whole.now.values())
    assert sum(c.customers for c in cohorts.cohorts(rep, run, "month")) < sum(
        c.customers for c in cohorts.cohorts(boss, run, "month")
    )
    last = concentration.over_time(rep, run)[-1]
    assert last["n"] == 3
    assert last["top20_share"] > concentration.over_time(boss, run)[-1]["top20_share"]
    assert concentration.serial(rep, [run])[0].rated == 1
    assert concentration.serial(boss, [run])[0].rated == 2
    for axes in (("r", "f"), ("f", "m")):
        cells = grid.grid(boss, run, *axes)
        assert len(cells) == 25
        assert sum(cell.customers for cell in cells) == 6
    with pytest.raises(LookupError):
        grid.grid(boss, run, "r", "r")
    for stranger in (base["c"], base["s"]):
        with pytest.raises(Refused):
            grid.grid(stranger, run, "r", "f")
        with pytest.raises(Refused):
            methods.compared(stranger, run, differ=False)


def test_what_a_run_says_of_everybody_is_what_its_rows_say(base: Any, run: Any):
    """The summary for those who see all, the rows for the others: one result."""
    boss, whole = base["d"], base["me"]
    Customer.objects.update(unit_id=base["e1"].home_unit_id)
    for by in ("month", "quarter"):
        assert cohorts.cohorts(boss, run, by) == cohorts.cohorts(whole, run, by)
    for told, counted in zip(
        concentration.over_time(boss, run), concentration.over_time(whole, run), strict=True
    ):
        assert told.pop("day") == counted.pop("day")
        assert told == pytest.approx(counted)
    assert states.model(boss, run, 8, 3) == states.model(whole, run, 8, 3)
    assert concentration.serial(boss, [run]) == concentration.serial(whole, [run])


def test_s1_9_rows_add_to_one_and_two_periods_on_is_v_times_p_twice(base: Any, run: Any):
    """S1.9: the matrix of four states, and the forecast v x P x P."""
    model = states.model(base["d"], run, 8, 2)
    assert model is not None
    matrix, now = np.array(model.matrix), np.array([model.now[state] for state in model.states])
    assert np.abs(matrix.sum(axis=1) - 1).max() < 1e-9
    assert list(model.forecast[1].values()) == pytest.approx((now @ matrix @ matrix).tolist())
    assert model.matrix[3] == [0, 0, 0, 1]
    assert sum(model.forecast[1].values()) == pytest.approx(sum(model.now.values()))
    sales = pa.Table.from_pylist([
        {"customer_id": code, "order_no": order, "day": date.fromisoformat(day), "amount": float(amount)}
        for order, _line, day, code, amount in (line.split(",") for line in BOOK)
    ])  # fmt: skip
    want = {
        (r["from_state"], r["to_state"]): r["count"]
        for r in value.state_moves(sales, AS_OF, 8).to_pyarrow().to_pylist()
    }
    assert model.moves == want
    pair = next(pair for pair in want if pair[0] != pair[1])
    assert len(states.moved(base["d"], run, *pair)) <= want[pair]
    with pytest.raises(LookupError):
        states.moved(base["d"], run, "active", "asleep")


def test_s1_136_forty_loyal_of_a_hundred_are_forty_percent(base: Any):
    """S1.136, as the page says it of a run: the serialization degree by heads."""
    from kemai.business.valuation.pictures.position_part import serial_degree

    rows = pa.table({
        "code": [f"K{n}" for n in range(100)], "label": ["loyal"] * 40 + ["switcher"] * 35 + ["none"] * 25,
        "lead": ["A"] * 20 + ["C"] * 80, "sales_12m_fen": [100] * 100,
    })  # fmt: skip
    assert serial_degree(rows)["degree_by_count"] == 40.0
    run = revalue(actor=base.system, as_of=AS_OF)
    told = concentration.serial(base["d"], [run])[0]
    assert (told.loyal, told.rated, told.by_count, told.unrated) == (1, 2, 50.0, pytest.approx(100 * 3 / 5))


def test_moves_between_runs_add_up_and_a_flow_names_its_customers(base: Any):
    older, newer = (revalue(actor=base.system, as_of=day) for day in (BEFORE, AS_OF))
    known = moves.runs_with(base["d"], "ev_abc")
    assert [run.pk for run in moves.by_quarter(known, AS_OF)] == [older.pk, newer.pk]
    flows = moves.flows(base["d"], [older, newer], "ev_abc")
    assert sum(flow.customers for flow in flows) == 6
    for flow in flows:
        who = moves.movers(base["d"], older, newer, "ev_abc", (flow.old, flow.new))
        assert len(who) == flow.customers
    assert sum(flow.customers for flow in moves.flows(base["w1"], [older, newer], "ev_abc")) == 3
    with pytest.raises(LookupError):
        moves.flows(base["d"], [newer], "ev_abc")
    with pytest.raises(Refused):
        moves.flows(base["e1"], [older, newer], "profit_abc")


def test_s2_13_every_scheme_stands_side_by_side_and_the_most_disagreed_come_first(base: Any, run: Any):
    """S2.13: several ways to class, one of which leads; schemes over margins only for those who see margins."""
    keys = methods.methods_of(base["d"], run)
    assert "ev_abc" in keys
    assert "profit_abc" in keys
    assert "profit_abc" not in methods.methods_of(base["e1"], run)
    found = list(methods.compared(base["d"], run, differ=False))
    spreads = [row.spread_bp for row in found if row.spread_bp is not None]
    assert spreads == sorted(spreads, reverse=True)
    assert max(spreads) > 0
    rows = methods.method_rows(base["d"], run, found)
    standing = queries.standings(base["d"], run).get(customer__code=rows[0].code)
    assert rows[0].classes == tuple(getattr(standing, f"{key}_class") or "" for key in keys)
    differing = methods.compared(base["d"], run, differ=True)
    assert {row.pk for row in differing} == {
        row.pk for row in found if (row.spread_bp or 0) >= methods.DIFFER_BP
    }


def test_of_many_nights_one_chooses_from_the_last_of_each_month():
    nights = [Run(pk=n, as_of=AS_OF - timedelta(days=n)) for n in range(100)]
    assert [run.as_of for run in moves.by_month(nights, 3)] == [AS_OF, date(2026, 5, 31), date(2026, 4, 30)]
    quarters = [run.as_of for run in moves.by_quarter(nights, AS_OF)]
    assert quarters == [date(2026, 3, 30), AS_OF]


def test_s4_9_the_picture_and_the_warning_agree_on_who_is_lost(base: Any):
    """S4.9, S4.12, 2.9: confirmed in the log or come in as lost, a customer is lost in both or in neither."""
    Customer.objects.filter(name="C03").update(state="lost", state_since=date(2026, 5, 1))
    for on in (date(2026, 1, 10), date(2026, 7, 20)):  # the second is later than the day of the run
        StateChange.objects.create(
            customer=Customer.objects.get(name="C06"), to_state="lost", on=on, reason="关店了"
        )
    run = revalue(actor=base.system, as_of=AS_OF)
    warned = set(
        ChurnRow.objects.filter(run_id=run.pk, level="lost").values_list("customer__name", flat=True)
    )
    pictured = set(
        Course.objects.filter(run_id=run.pk, state="lost").values_list("customer__name", flat=True)
    )
    assert warned == pictured == {"C03", "C06"}
