"""Who is leaving and what customers are worth, in a run: found for everybody, read within rights, kept with the run."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import customer_of

from kemai import value
from kemai.business.archives.actions import Invalid, change_state
from kemai.business.archives.models import State
from kemai.business.prospects.actions import estimate_potential
from kemai.business.trade.actions import post_sale
from kemai.business.valuation import actions, queries
from kemai.business.valuation.churn import reading as leaving
from kemai.business.valuation.models import AcquisitionSpend, Benefit, ChurnRow, MissingLine, WorthRow
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.runs.past_parts import past_figures
from kemai.business.valuation.worth import benefits
from kemai.business.valuation.worth import reading as worth_reading
from kemai.business.valuation.worth.assumptions import check
from kemai.business.valuation.worth.preview import preview
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry
from kemai.value import SchemeError

pytestmark = [pytest.mark.django_db, pytest.mark.parts("churn", "worth")]
TODAY = date(2026, 11, 22)


def sells(people: Any, customer: Any, *, every: int, last: int, orders: int, fen: int = 1_000_000) -> None:
    for n in range(orders):
        day = TODAY - timedelta(days=last + every * n)
        post_sale(
            actor=people.system,
            customer=customer,
            day=day,
            amount_fen=fen,
            cost_fen=fen * 8 // 10,
            order_no=f"{customer.code}-{n}",
        )


@pytest.fixture
def shops(people: Any, tmp_path: Any, settings: Any) -> dict[str, Any]:
    """In the east one on time and one in the red, in the west one long gone; and a prospect."""
    settings.DATA_DIR = tmp_path
    made = {
        name: customer_of(people, owner, name)
        for name, owner in (("准时", "e1"), ("拖着", "e1"), ("早没影", "w1"), ("没买过", "e2"))
    }
    sells(people, made["准时"], every=30, last=5, orders=12)
    sells(people, made["拖着"], every=20, last=45, orders=10, fen=3_000_000)
    sells(people, made["早没影"], every=20, last=250, orders=8, fen=2_000_000)
    return made


def valued(people: Any, day: date = TODAY) -> Any:
    return actions.revalue(actor=people.system, as_of=day)


def test_s4_12_s4_9_the_run_says_who_is_leaving_and_the_list_puts_the_most_at_stake_first(
    people: Any, shops: Any
) -> None:
    run = valued(people)
    rows = leaving.leaving_rows(people["d"], run, ("red", "lost_proposed"))
    assert [(r["customer__name"], r["level"], r["at_risk_fen"]) for r in rows] == [
        ("拖着", "red", 30_000_000), ("早没影", "lost_proposed", 16_000_000),
    ]  # fmt: skip
    found = leaving.churn_of(people["e1"], shops["准时"])
    assert found is not None
    assert (found.level, found.days_since, found.cycle_days, found.cycle_from) == ("green", 5, 30.0, "own")
    assert leaving.churn_of(people["d"], shops["没买过"]) is None
    assert part_summary(run, "churn")["levels"]["red"] == {"count": 1, "fen": 30_000_000}  # type: ignore[index]


def test_the_warning_list_shows_nobody_the_reader_may_not_see(people: Any, shops: Any) -> None:
    run = valued(people)
    everybody = ("green", "red", "lost_proposed")
    named = {
        who: {r["customer__name"] for r in leaving.leaving_rows(people[who], run, everybody)}
        for who in ("e1", "w1", "e2", "me", "mw")
    }
    assert named == {
        "e1": {"准时", "拖着"},
        "w1": {"早没影"},
        "e2": set(),
        "me": {"准时", "拖着"},
        "mw": {"早没影"},
    }
    assert leaving.level_sums(people["w1"], run)["lost_proposed"] == {"count": 1, "fen": 16_000_000}
    assert leaving.level_sums(people["w1"], run)["red"]["count"] == 0
    assert leaving.churn_rates_of(people["w1"], run) == []
    assert leaving.churn_of(people["w1"], shops["拖着"]) is None
    assert worth_reading.worth_of(people["w1"], shops["拖着"]) is None


def test_a_confirmed_loss_counts_in_the_rates_and_is_worth_no_more_from_now_on(
    people: Any, shops: Any
) -> None:
    """2.9: lost in the period by those at the start, by heads and by sales."""
    change_state(actor=people["d"], customer=shops["早没影"], to=State.LOST, reason="被对手抢走")
    run = valued(people)
    year = leaving.churn_rates_of(people["d"], run)[-1]
    assert (year["start"], year["lost"], year["kind"]) == (1, 1, "year")
    row = worth_reading.worth_of(people["d"], shops["早没影"])
    assert row is not None
    assert (row.current_fen, row.current_reason, row.lifetime_fen) == (None, "lost", None)
    assert row.historical_fen == 3_200_000
    churn = leaving.churn_of(people["d"], shops["早没影"])
    assert churn is not None
    assert (churn.level, churn.at_risk_fen) == ("lost", None)


def test_s4_48_s4_49_s4_50_s4_51_the_kinds_of_value_of_a_customer(people: Any, shops: Any) -> None:
    """Profit of the year 24,000 yuan at r .8, d .1, 5 years; an estimated increase; and a missing line of 3万."""
    estimate_potential(
        actor=people["e1"],
        customer=shops["准时"],
        av_fen=10_000_000,
        p_bp=5_000,
        reason_market="旁边开了商场",
    )
    made = actions.save_missing_line(
        actor=people["e1"], customer=shops["准时"], kind="line", name="黄酒", demand_fen=100_000_000, share_bp=3_000, margin_bp=2_000, p_bp=5_000
    )  # fmt: skip
    assert made.worth_fen == 3_000_000
    post_sale(actor=people.system, customer=shops["拖着"], day=TODAY, amount_fen=50_000)
    valued(people)
    unclear = worth_reading.worth_of(people["d"], shops["拖着"])
    assert unclear is not None
    assert (unclear.historical_fen, unclear.historical_reason) == (None, "partial_cost")
    row = worth_reading.worth_of(people["d"], shops["准时"])
    assert row is not None
    assert (row.historical_fen, row.benefit_fen, row.revenue_fen) == (2_400_000, 2_400_000, 12_000_000)
    assert row.current_fen == round(value.clv(2_400_000, 0.8, 0.1))
    assert row.potential_fen == 10_000_000 * 5 // 10 * 2 // 10 + 3_000_000
    assert row.lifetime_fen == row.current_fen + row.potential_fen
    prospect = worth_reading.worth_of(people["d"], shops["没买过"])
    assert prospect is None


def test_where_a_fit_cannot_be_trusted_there_is_a_sentence_and_no_number(people: Any, shops: Any) -> None:
    run = valued(people)
    row = worth_reading.worth_of(people["d"], shops["准时"])
    assert row is not None
    assert (row.alive, row.purchases_12m, row.spend_fen, row.model_fen) == (None, None, None, None)
    assert (row.alive_reason, row.model_reason) == ("too_few_repeat_buyers", "too_few_repeat_buyers")
    assert (
        worth_reading.worth_told(people["d"], run, "model")["purchases"]["problem"] == "too_few_repeat_buyers"
    )


def test_s4_57_spend_by_new_customers_is_the_cost_of_winning_one(people: Any, shops: Any) -> None:
    """S4.57: spend by those who first bought in the period; nobody won -> none."""
    first = (TODAY - timedelta(days=20 * 9 + 45)).strftime("%Y-%m")
    actions.record_spend(actor=people["d"], period=first, amount_fen=250_000, note="展会")
    actions.record_spend(actor=people["d"], period="2020", amount_fen=100, note="")
    run = valued(people)
    told = {
        each["period"]: (each["won"], each["cac_fen"])
        for each in worth_reading.worth_told(people["d"], run, "acquisition")
    }
    assert told == {"2020": (0, None), first: (1, 250_000)}
    row = worth_reading.worth_of(people["d"], shops["拖着"])
    assert row is not None
    assert (row.acquisition_fen, row.historical_fen) == (250_000, 6_000_000 - 250_000)


def test_s4_57_a_spend_is_entered_once_by_who_may_and_leaves_a_trail(people: Any) -> None:
    with pytest.raises(Refused):
        actions.record_spend(actor=people["me"], period="2026-Q1", amount_fen=1)
    with pytest.raises(Invalid):
        actions.record_spend(actor=people["d"], period="去年", amount_fen=1)
    assert not AcquisitionSpend.objects.exists()
    actions.record_spend(actor=people["d"], period="2026-Q1", amount_fen=1)
    with pytest.raises(Invalid, match="重叠"):
        actions.record_spend(actor=people["d"], period="2026-02", amount_fen=1)
    actions.record_spend(actor=people["d"], period="2026-q1", amount_fen=50_000_000)
    assert [s.amount_fen for s in AcquisitionSpend.objects.all()] == [50_000_000]
    assert Entry.objects.filter(verb="valuation.spend.recorded").count() == 2


def test_s0_15_s1_100_s1_71_s1_166_both_sides_of_a_period_stand_side_by_side(people: Any, shops: Any) -> None:
    """S0.15: 10万 on sales 400万 -> 2.5%; S1.71: 400-300-8-12 = 80万 (20%); S1.166: 80万 on 50万 -> 60%."""
    shop = customer_of(people, "e1", "大客户")
    post_sale(
        actor=people.system, customer=shop, day=date(2025, 5, 1), amount_fen=400_000_000, cost_fen=300_000_000
    )
    for kind, fen in (
        ("rebate", 6_000_000),
        ("promotion", 2_000_000),
        ("service", 12_000_000),
        ("investment", 50_000_000),
    ):
        actions.record_benefit(actor=people["e1"], customer=shop, period="2025", kind=kind, amount_fen=fen)
    [year] = benefits.both_sides(people["e1"], shop)
    assert (year.profit_fen, year.profit_share, year.investment_return) == (80_000_000, 20, 60)
    assert (year.benefit_fen, year.benefit_share) == (8_000_000, 2)
    actions.record_benefit(
        actor=people["e1"], customer=shop, period="2025", kind="rebate", amount_fen=8_000_000
    )
    [year] = benefits.both_sides(people["me"], shop)
    assert (year.benefit_fen, str(year.benefit_share)) == (10_000_000, "2.50")


def test_s0_15_a_benefit_is_entered_by_who_sees_the_margin_and_taken_back_with_a_trail(
    people: Any, shops: Any
) -> None:
    shop = shops["准时"]
    for who in ("w1", "c", "s"):
        with pytest.raises((Refused, LookupError)):
            actions.record_benefit(
                actor=people[who], customer=shop, period="2026", kind="rebate", amount_fen=1
            )
    with pytest.raises(Invalid) as odd:
        actions.record_benefit(actor=people["e1"], customer=shop, period="某年", kind="gift", amount_fen=-1)
    assert set(odd.value.problems) == {"period", "kind", "amount"}
    assert not Benefit.objects.exists()
    made = actions.record_benefit(
        actor=people["e1"], customer=shop, period="2026-q1", kind="rebate", amount_fen=1
    )
    assert (made.period, made.starts_on, made.ends_on) == ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31))
    assert benefits.benefits_of(people["w1"], shop) == []
    with pytest.raises(LookupError):
        benefits.benefit_by_id(people["w1"], shop, made.pk)
    actions.remove_benefit(actor=people["e1"], benefit=made)
    assert not Benefit.objects.exists()
    assert {e.verb for e in Entry.objects.filter(verb__startswith="valuation.benefit")} == {
        "valuation.benefit.recorded",
        "valuation.benefit.removed",
    }


def test_s4_50_a_missing_line_needs_its_numbers_and_recommendations_count_one_generation(
    people: Any, shops: Any
) -> None:
    shop = shops["准时"]
    with pytest.raises(Invalid) as odd:
        actions.save_missing_line(actor=people["e1"], customer=shop, kind="line", name="", demand_fen=1)
    assert set(odd.value.problems) == {"name", "share_bp", "margin_bp", "p_bp"}
    with pytest.raises(Invalid):
        actions.save_missing_line(
            actor=people["e1"],
            customer=shop,
            kind="line",
            name="黄酒",
            demand_fen=1,
            share_bp=20_000,
            margin_bp=1,
            p_bp=1,
        )
    with pytest.raises((Refused, LookupError)):
        actions.save_missing_line(
            actor=people["w1"],
            customer=shop,
            kind="line",
            name="黄酒",
            demand_fen=1,
            share_bp=1,
            margin_bp=1,
            p_bp=1,
        )
    assert not MissingLine.objects.exists()
    made = actions.save_missing_line(
        actor=people["e1"],
        customer=shop,
        kind="referral",
        name="同街",
        referrals_milli=4_000,
        conversion_bp=2_500,
        mean_fen=800_000,
    )
    assert made.worth_fen == 800_000
    assert benefits.missing_lines_of(people["w1"], shop) == []
    actions.remove_missing_line(actor=people["e1"], line=made)
    assert not MissingLine.objects.exists()


def test_3_10_the_past_can_be_brought_to_the_day_of_the_valuation_and_nothing_else_changes(
    people: Any, shops: Any
) -> None:
    """Each day's profit and the cost of winning, by the company's rate; the library says the same of the same days."""
    first = TODAY - timedelta(days=20 * 9 + 45)
    actions.record_spend(actor=people["d"], period=first.strftime("%Y-%m"), amount_fen=250_000, note="展会")
    valued(people)
    nominal = worth_reading.worth_of(people["d"], shops["拖着"])
    assert worth_reading.history_rate(queries.published_run()) is None
    changed = {"history": "discounted", "discount": "0.12"}
    actions.save_parameters(actor=people["d"], key="worth", values={"discount": "0.12"}, reason="贷款贵了")
    valued(people)
    before = worth_reading.worth_of(people["d"], shops["拖着"])
    actions.save_parameters(actor=people["d"], key="worth", values=changed, reason="钱有时间价值")
    run = valued(people)
    row = worth_reading.worth_of(people["d"], shops["拖着"])
    assert nominal is not None
    assert before is not None
    assert row is not None
    days = [45 + 20 * n for n in range(10)]
    expected = value.historical_value(
        [6_000] * 10, 2_500, discount="0.12", days_ago=days, acquired_days_ago=days[-1]
    )
    assert row.historical_fen == expected * 100
    assert row.historical_fen > (before.historical_fen or 0) == nominal.historical_fen
    assert (row.profit_all_fen, row.lifetime_fen) == (before.profit_all_fen, before.lifetime_fen)
    assert worth_reading.history_rate(run) == Decimal("0.12")


def test_parameters_that_make_no_sense_are_refused_with_a_sentence(people: Any) -> None:
    values = parameters_of("worth")
    assert check(values) == values
    for name, odd in (
        ("years", "31"),
        ("retention", "120%"),
        ("discount", "x"),
        ("care_cost", "-1"),
        ("margin_from", "?"),
        ("margin_rate", "nan"),
        ("history", "?"),
    ):
        with pytest.raises(SchemeError):
            check({**values, name: odd})
    with pytest.raises(SchemeError, match="毛利率"):
        check({**values, "margin_from": "rate"})
    assert check({**values, "retention": "75%"})["retention"] == "0.75"
    assert (
        actions.save_parameters(actor=people["d"], key="worth", values={"years": "3"}, reason="看三年就够")
        is not None
    )
    assert parameters_of("worth")["years"] == 3


def test_a_preview_tells_the_totals_that_the_next_run_finds_and_stores_nothing(
    people: Any, shops: Any
) -> None:
    run = valued(people)
    changed = check({**parameters_of("worth"), "years": 3, "care_cost": "50"})
    told = preview(people["d"], run, changed)
    assert told is not None
    assert told.before["lifetime"] == sum(r.lifetime_fen or 0 for r in WorthRow.objects.filter(run_id=run.pk))
    assert parameters_of("worth")["years"] == 5
    with pytest.raises(Refused):
        preview(people["e1"], run, changed)
    east = preview(people["me"], run, changed)
    assert east is not None
    assert {row["name"] for row in east.top} <= {"准时", "拖着"}
    actions.save_parameters(actor=people["d"], key="worth", values=changed, reason="少看两年")
    again = valued(people)
    assert told.after["lifetime"] == sum(
        r.lifetime_fen or 0 for r in WorthRow.objects.filter(run_id=again.pk)
    )


def test_s4_62_customers_with_a_value_fall_into_ten_groups_of_one_size(people: Any, shops: Any) -> None:
    """S4.62: each group has its mean and its measures; a region's manager sees the means of his own."""
    run = valued(people)
    groups = worth_reading.worth_groups(people["d"], run)
    assert [g["customers"] for g in groups] == [1, 1, 1]
    assert [g["lifetime_fen"] for g in groups] == sorted((g["lifetime_fen"] for g in groups), reverse=True)
    assert sum(g["customers"] for g in worth_reading.worth_groups(people["mw"], run)) == 1
    with pytest.raises(Refused):
        worth_reading.worth_groups(people["e1"], run)
    with pytest.raises(Refused):
        worth_reading.worth_totals(people["c"], run)
    west = worth_reading.worth_totals(people["mw"], run)
    assert west["lifetime"]["count"] == 1


def test_a_customers_past_values_stay_readable_after_their_rows_have_left(people: Any, shops: Any) -> None:
    days = [TODAY - timedelta(days=60), TODAY - timedelta(days=30), TODAY]
    for day in days:
        valued(people, day)
    assert ChurnRow.objects.values("run_id").distinct().count() == 2
    told = past_figures(people["e1"], shops["准时"], "worth", ("lifetime_fen",))
    assert [row["as_of"] for row in told] == days[::-1]
    assert all(row["lifetime_fen"] for row in told)
    assert past_figures(people["w1"], shops["准时"], "worth", ("lifetime_fen",)) == []
