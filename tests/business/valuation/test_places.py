"""Ranked places by the page, their shares, and what stands beside them."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any

import pytest

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import SchemeVersion, Standing
from kemai.business.valuation.ranking.composition import composition, concentration, goal_rank
from kemai.business.valuation.ranking.curve import curve_of
from kemai.business.valuation.ranking.drivers import driver_lines, rows_by_customer
from kemai.business.valuation.ranking.narrowing import Narrow, owners, units
from kemai.business.valuation.ranking.places import (
    largest_moves,
    lines_of,
    places_after,
    places_around,
    places_before,
)
from kemai.business.valuation.ranking.what_if import cuts_from, try_cuts
from kemai.business.valuation.runs.past_runs import past_rank_rows
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 6, 30)
KEY = "sales_abc_value"


@pytest.fixture
def run(books: Any) -> Any:
    return revalue(actor=books.system, as_of=AS_OF)


def named(rows: list[Any]) -> list[str]:
    return [row.name for row in rows]


def test_pages_by_rank_give_what_one_long_list_gives(books: Any, run: Any) -> None:
    for login in ("d", "e1", "me"):
        pages_equal_the_list(books[login], run)


def pages_equal_the_list(actor: Any, run: Any) -> None:
    whole = queries.rank_rows(actor, run, KEY)
    curve, paged, after = curve_of(actor, run, KEY), [], 0
    while rows := places_after(actor, run, KEY, curve, after=after, count=3):
        paged += rows
        after = rows[-1].rank
    assert [(r.name, r.rank, r.share, r.cumulative) for r in paged] == [
        (r.name, r.rank, r.share, r.cumulative) for r in whole
    ]
    back = places_before(actor, run, KEY, curve, before=paged[-1].rank, count=2)
    assert named(back) == named(whole[-3:-1])
    assert back[-1].cumulative == whole[-2].cumulative


def test_the_table_opens_around_the_line(books: Any, run: Any) -> None:
    [first, second] = lines_of(run, KEY)
    assert (first, second) == (4, 7)
    rows = places_around(books["d"], run, KEY, curve_of(books["d"], run, KEY), line=first)
    assert [r.label for r in rows] == ["A"] * 4 + ["B"] * 3 + ["C"] * 3


def test_shares_are_over_what_the_reader_sees(books: Any, run: Any) -> None:
    rows = places_after(books["e1"], run, KEY, curve_of(books["e1"], run, KEY))
    assert named(rows) == ["C01", "C03", "C05", "C07", "C09"]
    assert str(rows[-1].cumulative) == "100.00"


def test_the_running_share_is_the_sum_of_the_shares_shown_and_ends_in_100(books: Any, run: Any) -> None:
    """Three thirds are 33.34, 33.33, 33.33 by largest remainder: the first row's sum is 33.34, not 33.33."""
    rest = Standing.objects.filter(run_id=run.pk).exclude(customer__name__in=("C01", "C03", "C05"))
    Standing.objects.filter(run_id=run.pk).update(**{f"{KEY}_value": 100})
    rest.update(**{f"{KEY}_value": 0})
    actor, key = books["e1"], KEY
    curve = curve_of(actor, run, key)
    assert str(queries.rank_rows(actor, run, key)[0].cumulative) == "33.34"
    for rows in (
        places_after(actor, run, KEY, curve),
        queries.rank_rows(actor, run, KEY),
        past_rank_rows(actor, run, KEY),
    ):
        shown = list(accumulate(row.share for row in rows))
        assert [row.cumulative for row in rows] == shown
        assert str(shown[-1]) == "100.00"
    assert (
        queries.rank_rows(actor, run, KEY, 2, 1)[0].cumulative
        == queries.rank_rows(actor, run, KEY)[2].cumulative
    )


def test_a_ranking_is_narrowed_to_an_owner_a_unit_or_a_region(books: Any, run: Any) -> None:
    Customer.objects.filter(name="C02").update(region="镇江")
    boss = books["d"]
    east = next(row.unit.pk for row in units(boss) if row.unit.name == "East")
    for narrow, names in (
        (Narrow(owner="w1"), ["C02", "C04", "C06", "C08", "C10"]), (Narrow(region="镇江"), ["C02"]),
        (Narrow(unit=east), ["C01", "C03", "C05", "C07", "C09"]), (Narrow(owner="w1", unit=east), []),
    ):  # fmt: skip
        curve = curve_of(boss, run, KEY, narrow)
        assert sorted(named(places_after(boss, run, KEY, curve, narrow=narrow))) == names
        assert sum(b["count"] for b in queries.band_totals(boss, run, KEY, narrow)) == len(names)
    assert [login for login, _name in owners(books["me"])] == ["e1"]


def test_a_narrowing_never_widens_what_one_sees(books: Any, run: Any) -> None:
    narrow = Narrow(owner="w1")
    assert places_after(books["e1"], run, KEY, curve_of(books["e1"], run, KEY, narrow), narrow=narrow) == []


def test_band_totals_of_the_whole_company_are_those_of_its_rows(books: Any, run: Any) -> None:
    whole = queries.band_totals(books["d"], run, KEY)
    assert [(b["key"], b["count"], str(b["share"])) for b in whole] == [("A", 4, "85.49"), ("B", 3, "11.66"), ("C", 3, "2.85")]  # fmt: skip
    assert [(b["key"], b["count"]) for b in queries.band_totals(books["e1"], run, KEY)] == [("A", 2), ("B", 2), ("C", 1)]  # fmt: skip


def test_the_largest_moves_come_first_with_what_moved_them(books: Any, run: Any) -> None:
    from kemai.business.trade.models import SaleLine

    lost = Customer.objects.get(name="C01")
    SaleLine.objects.filter(customer=lost).update(day=date(2024, 1, 5))
    from kemai.business.trade.facts.dirty import note_dirty

    note_dirty([date(2026, 5, 1), date(2024, 1, 5)])
    second = revalue(actor=books.system, as_of=AS_OF)
    boss, curve = books["d"], curve_of(books["d"], second, KEY)
    rows = largest_moves(boss, second, KEY, curve)
    assert rows[0].name == "C01"
    ids = [r.customer_id for r in rows]
    now, before = rows_by_customer(boss, second, ids), rows_by_customer(boss, run, ids)
    assert driver_lines(second, KEY, rows, now, before)[lost.pk].startswith("由 A 降；")


def test_a_reason_says_how_far_the_next_class_is(books: Any, run: Any) -> None:
    boss, curve = books["d"], curve_of(books["d"], run, KEY)
    rows = places_after(boss, run, KEY, curve)
    now = rows_by_customer(boss, run, [r.customer_id for r in rows])
    why = driver_lines(run, KEY, rows, now, {})
    assert all(why.values())
    assert "没估增量" not in " ".join(why.values())


def test_s1_138_s3_1_how_few_carry_most_is_said_in_figures(books: Any, run: Any) -> None:
    found = concentration(books["d"], run)
    assert found is not None
    assert (f"{found.top_share:.2f}", found.for_80, found.percent(found.for_80), found.verdict) == ("67.36", 4, 40.0, "flatter")  # fmt: skip
    assert found.for_70 == 3


def test_s4_38_s4_39_the_first_goal_brings_80_percent_and_the_rest_is_to_be_developed(
    books: Any, run: Any
) -> None:
    curve = curve_of(books["d"], run, KEY)
    goal = places_after(books["d"], run, KEY, curve, count=goal_rank(curve))
    assert named(goal) == ["C01", "C02", "C04", "C03"]
    rest = places_after(books["d"], run, KEY, curve, after=goal_rank(curve))
    assert len(rest) == 6
    assert str(100 - goal[-1].cumulative) == "14.51"


def test_s4_93_s4_94_shares_add_to_100_and_what_is_not_filled_in_is_a_group_of_its_own(
    books: Any, run: Any
) -> None:
    Customer.objects.filter(name__in=["C01", "C02"]).update(region="镇江")
    Customer.objects.filter(name="C03").update(region="常州")
    for by in ("region", "type", "category", "class", "state", "owner"):
        groups = composition(books["d"], run, by)
        assert sum(g.customers_share for g in groups) == 100, by
        assert sum(g.sales_share for g in groups) == 100, by
    found = [(g.label, g.customers, g.sales_fen) for g in composition(books["d"], run, "region")]
    assert found == [("镇江", 2, 78_000_000), ("常州", 1, 9_000_000), ("未填", 7, 28_800_000)]
    assert sum(g.customers for g in composition(books["e1"], run, "region")) == 5
    with pytest.raises(Refused):
        composition(books["c"], run, "region")


def test_a_trial_tells_its_price_and_who_carries_it(books: Any, run: Any) -> None:
    tried = try_cuts(books["d"], run, "ev_abc", ["30", "20", "50"])
    assert (tried.moved, tried.pairs) == (2, {("B", "A"): 1, ("C", "B"): 1})
    assert round(tried.contacts, 2) == round(30 / 7 - 30 / 14 + 30 / 14 - 1, 2)
    assert {owner for owner, _n in tried.by_owner} <= {"E1", "W1"}
    assert tried.lines[0] == (30_000_000, 12_000_000)
    assert not SchemeVersion.objects.filter(number=2).exists()


def test_a_trial_names_only_customers_whom_the_reader_sees(books: Any, run: Any) -> None:
    tried = try_cuts(books["e1"], run, "ev_abc", ["30", "20", "50"])
    assert {m.owner for m in tried.movers} <= {"E1"}
    assert (tried.moved, tried.seen) == (2, len(tried.movers))


@pytest.mark.parametrize("lines", [["50", "30"], ["abc", "40"], ["15", "101"], ["NaN", "40"]])
def test_lines_that_make_no_sense_are_a_named_error(lines: list[str]) -> None:
    with pytest.raises(SchemeError):
        cuts_from(value.schemes.BUILTIN["ev_abc"], lines)


def test_a_trial_tells_who_moves_up_from_who_moves_down_with_both_values(books: Any, run: Any) -> None:
    tried = try_cuts(books["d"], run, KEY, ["50", "95"])
    order = "ABC"
    assert {m.way for m in tried.movers} == {"down"}
    assert all(order.index(m.new_class) > order.index(m.old_class) for m in tried.movers)
    assert all(m.old_value == m.value is not None for m in tried.movers)
    first = try_cuts(books["d"], run, KEY, ["50", "95"], limit=1)
    assert first.ways == tried.ways == {"down": tried.moved}
    assert len(first.movers) == 1 < tried.moved
    wider = try_cuts(books["d"], run, KEY, ["90", "95"])
    assert {m.way for m in wider.movers} == {"up"}


def test_a_scheme_is_tried_by_all_sales_which_also_break_ties(books: Any, run: Any) -> None:
    tried = try_cuts(books["d"], run, KEY, ["50", "95"], measure="sales_all")
    assert {m.way for m in tried.movers} == {"down"}
    assert all(m.old_value == m.value for m in tried.movers)
