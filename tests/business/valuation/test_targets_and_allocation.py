"""Targets by person, unit and customer: set, shared out exactly, held against sales, within one's rights."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kemai.business.archives.models import Customer
from kemai.business.trade.actions import InvalidTarget, set_targets
from kemai.business.trade.actions.targets import Targets
from kemai.business.trade.models import StaffTarget, Target
from kemai.business.trade.periods import period_of
from kemai.business.trade.queries import staff_targets, target_sums
from kemai.business.valuation.models import Forecast
from kemai.business.valuation.targets import allocation, assessment
from kemai.foundation.access.actor import Refused
from kemai.foundation.access.models import OrgUnit
from kemai.foundation.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.parts("forecast")]
WAN = 1_000_000
YEAR = period_of("2026")


def pk(name):
    return Customer.objects.get(name=name).pk


def person(people, login):
    return people.persons[login].pk


def unit(name):
    return OrgUnit.objects.get(name=name)


@pytest.mark.parametrize(
    ("text", "start", "months"),
    [("2026", date(2026, 1, 1), 12), ("2026-Q3", date(2026, 7, 1), 3), ("2026-02", date(2026, 2, 1), 1)],
)
def test_a_period_is_a_year_a_quarter_or_a_month(text, start, months):
    found = period_of(text)
    assert (found.start, found.months, len(found.firsts)) == (start, months, months)
    with pytest.raises(LookupError):
        period_of("2026-13")


def test_a_year_has_four_quarters_and_a_month_nothing_shorter():
    assert YEAR.within(3) == ("2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4")
    assert period_of("2026-Q2").within(1) == ("2026-04", "2026-05", "2026-06")
    assert period_of("2026-02").within(1) == ()


def test_targets_are_versions_with_a_trail_and_saving_the_same_changes_nothing(steady):
    made = Targets(customers={pk("甲"): 100 * WAN}, persons={person(steady, "e1"): 120 * WAN})
    assert set_targets(actor=steady["me"], period=YEAR, targets=made, reason="年初") == 2
    assert set_targets(actor=steady["me"], period=YEAR, targets=made) == 0
    assert (
        set_targets(
            actor=steady["d"], period=YEAR, targets=Targets(persons={person(steady, "e1"): 130 * WAN})
        )
        == 1
    )
    assert StaffTarget.objects.count() == 2
    assert staff_targets(steady["d"], YEAR)[0] == {person(steady, "e1"): 130 * WAN}
    verbs = list(
        Entry.objects.filter(verb__startswith="trade.targets")
        .order_by("pk")
        .values_list("verb", "customer_id")
    )
    assert ("trade.targets.set", pk("甲")) in verbs
    assert verbs.count(("trade.targets.set", None)) == 2


def test_a_target_is_taken_away_with_nothing(steady):
    set_targets(actor=steady["me"], period=YEAR, targets=Targets(persons={person(steady, "e1"): 5 * WAN}))
    assert (
        set_targets(actor=steady["me"], period=YEAR, targets=Targets(persons={person(steady, "e1"): None}))
        == 1
    )
    assert staff_targets(steady["d"], YEAR)[0] == {}


@pytest.mark.parametrize("login", ["e1", "c", "f1"])
def test_who_may_not_set_targets_is_refused_and_nothing_changes(steady, login):
    with pytest.raises(Refused, match="主管或领导"):
        set_targets(actor=steady[login], period=YEAR, targets=Targets(customers={pk("甲"): WAN}))
    assert not Target.objects.exists()


def test_a_manager_sets_targets_only_where_he_leads_and_a_refusal_changes_nothing(steady):
    """S1.110: rights: manager for his units, director for all."""
    foreign = (
        Targets(customers={pk("甲"): WAN, pk("丙"): WAN}), Targets(persons={person(steady, "e1"): WAN, person(steady, "w1"): WAN}),
        Targets(units={unit("East").pk: WAN, unit("West").pk: WAN}),
    )  # fmt: skip
    for each in foreign:
        with pytest.raises(Refused, match="什么都没有改"):
            set_targets(actor=steady["me"], period=YEAR, targets=each)
    assert not Target.objects.exists()
    assert not StaffTarget.objects.exists()
    assert set_targets(actor=steady["d"], period=YEAR, targets=foreign[2]) == 2
    assert staff_targets(steady["me"], YEAR)[1] == {unit("East").pk: WAN}
    assert staff_targets(steady["e1"], YEAR) == ({}, {})


def test_a_target_below_nothing_makes_no_sense(steady):
    with pytest.raises(InvalidTarget, match="负数"):
        set_targets(actor=steady["d"], period=YEAR, targets=Targets(units={unit("East").pk: -1}))


def test_a_year_without_its_own_target_is_the_sum_of_its_quarters_else_of_its_months(steady):
    def put(period, name, wan):
        set_targets(
            actor=steady["d"], period=period_of(period), targets=Targets(customers={pk(name): wan * WAN})
        )

    put("2026", "甲", 90)
    put("2026-Q1", "甲", 5)
    put("2026-Q1", "乙", 20)
    put("2026-Q2", "乙", 30)
    put("2026-01", "乙", 7)
    put("2026-01", "丙", 3)
    put("2026-02", "丙", 4)
    expected = {pk("甲"): 90 * WAN, pk("乙"): 50 * WAN, pk("丙"): 7 * WAN}
    assert target_sums(steady["d"], YEAR, "customer") == expected
    assert target_sums(steady["e1"], YEAR, "customer") == {pk("甲"): 90 * WAN}
    assert sum(target_sums(steady["d"], YEAR, "unit").values()) == 147 * WAN


def weigh(**forecasts):
    for name, wan in forecasts.items():
        Forecast.objects.filter(customer_id=pk(name)).update(next_12_fen=wan * WAN)


def wish(people, **more):
    return allocation.Wish(YEAR, 1_000 * WAN, "persons", unit=unit("总部"), **more)


def test_s1_110_a_thousand_is_shared_by_forecast_240_360_200(steady):
    """S1.110: 1000万 by forecasts 240/360/200 -> 300/450/250."""
    weigh(甲=240, 乙=360, 丙=200)
    found = allocation.propose(steady["d"], wish(steady))
    assert [(share.label, share.fen // WAN) for share in found.shares] == [
        ("E2", 450),
        ("E1", 300),
        ("W1", 250),
    ]
    assert allocation.allocate(actor=steady["d"], wish=wish(steady), mark=found.mark, reason="新年") == 4
    persons, units = staff_targets(steady["d"], YEAR)
    assert {persons[person(steady, login)] // WAN for login in ("e1", "e2", "w1")} == {300, 450, 250}
    assert units == {unit("总部").pk: 1_000 * WAN}


def test_units_and_customers_share_the_same_way_to_the_fen(steady):
    weigh(甲=1, 乙=1, 丙=1)
    odd = replace(wish(steady), amount_fen=100_000_01, among="units", step=1)
    found = allocation.propose(steady["d"], odd)
    assert {share.label for share in found.shares} == {"East", "West"}
    assert sum(share.fen for share in found.shares) == 100_000_01
    mine = replace(wish(steady), unit=None, person=steady.persons["e1"], among="customers")
    assert [(s.label, s.fen) for s in allocation.propose(steady["me"], mine).shares] == [("甲", 1_000 * WAN)]


def test_floors_and_caps_are_of_last_years_sales(steady):
    """In 2025 甲 sold 22万 (November and December), 乙 44万, 丙 11万."""
    weigh(甲=100, 乙=0, 丙=0)
    small = replace(wish(steady), amount_fen=100 * WAN, floor=Decimal(50))
    found = {share.label: share.fen for share in allocation.propose(steady["d"], small).shares}
    assert (found["E2"], found["W1"], found["E1"]) == (22 * WAN, 5_500_000, 100 * WAN - 22 * WAN - 5_500_000)
    with pytest.raises(InvalidTarget, match="下限加起来"):
        allocation.propose(steady["d"], replace(small, amount_fen=10 * WAN, floor=Decimal(200)))
    with pytest.raises(InvalidTarget, match="上限加起来"):
        allocation.propose(steady["d"], replace(small, floor=None, cap=Decimal(10)))


def test_without_any_forecast_all_get_the_same_and_it_is_said(steady):
    weigh(甲=0, 乙=0, 丙=0)
    found = allocation.propose(steady["d"], replace(wish(steady), amount_fen=100 * WAN))
    assert found.is_equal
    assert [(share.label, share.fen // 100) for share in found.shares] == [
        ("E1", 334_000),
        ("E2", 333_000),
        ("W1", 333_000),
    ]


def test_what_is_saved_is_what_was_shown(steady):
    weigh(甲=240, 乙=360, 丙=200)
    shown = allocation.propose(steady["d"], wish(steady)).mark
    weigh(甲=500)
    with pytest.raises(InvalidTarget, match="再看一眼"):
        allocation.allocate(actor=steady["d"], wish=wish(steady), mark=shown)
    assert not StaffTarget.objects.exists()


def test_nobody_shares_out_for_people_he_does_not_lead(steady):
    with pytest.raises(Refused):
        allocation.propose(steady["e1"], wish(steady))
    with pytest.raises(LookupError):
        allocation.propose(steady["me"], wish(steady))
    with pytest.raises(LookupError):
        allocation.propose(
            steady["me"], replace(wish(steady), unit=None, person=steady.persons["w1"], among="customers")
        )


def test_s1_111_target_300_actual_270_is_90_percent(steady):
    """S1.111: Target 300, actual 270 -> 90%."""
    line = assessment.Line(1, "E1", 300 * WAN, None, 270 * WAN, None)
    assert (str(line.completion), line.gap, line.outlook_percent) == ("90.00", None, None)
    # 2026 up to October: 甲 has sold 110万 of the series of 3.9 (without November and December 2025).
    set_targets(actor=steady["me"], period=YEAR, targets=Targets(persons={person(steady, "e1"): 125 * WAN}))
    [mine] = [each for each in assessment.persons(steady["me"], YEAR) if each.label == "E1"]
    assert (mine.actual, str(mine.completion)) == (110 * WAN, "88.00")
    forecast = Forecast.objects.get(customer_id=pk("甲"))
    assert mine.outlook == 110 * WAN + forecast.month_1_fen + forecast.month_2_fen
    assert mine.gap == mine.outlook - 125 * WAN


def test_persons_units_and_customers_give_the_same_total(steady):
    """S1.113: sums add up, whichever way one looks."""
    set_targets(
        actor=steady["d"], period=YEAR, targets=Targets(customers={pk(n): 99 * WAN for n in "甲乙丙"})
    )
    persons, units = assessment.persons(steady["d"], YEAR), assessment.units(steady["d"], YEAR)
    total = assessment.total(steady["d"], persons)
    top = next(line for line in units if line.label == "总部")
    customers, count = assessment.customers(steady["d"], YEAR, 0, None)
    assert count == 3
    assert (top.actual, top.outlook, top.aim) == (total.actual, total.outlook, total.aim)
    assert sum(line.outlook for line in customers) == total.outlook
    assert total.aim == 297 * WAN


def test_one_sees_only_the_people_and_customers_one_leads(steady):
    assert [line.label for line in assessment.persons(steady["e1"], YEAR)] == ["E1"]
    assert {line.label for line in assessment.persons(steady["me"], YEAR)} == {"E1", "E2"}
    assert {line.label for line in assessment.units(steady["me"], YEAR)} == {"East"}
    with pytest.raises(Refused):
        assessment.persons(steady["c"], YEAR)


def test_a_period_beyond_the_forecast_has_no_outlook_and_a_past_one_is_what_it_was(steady):
    assert assessment.figures(steady["d"], period_of("2028"), "owner").outlook is None
    past = assessment.figures(steady["d"], period_of("2025"), "owner")
    assert past.outlook == past.actual
    assert sum(past.actual.values()) == 22 * 35_000 * 100
