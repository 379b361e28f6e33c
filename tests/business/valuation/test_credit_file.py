"""The credit file of a customer: books by year, their ratios, the five Cs, and the limit that follows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import Invalid, LayerConflict
from kemai.business.archives.models import Credit, Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import (
    StatementConflict,
    accept_limit,
    assess_credit,
    revalue,
    save_parameters,
    save_statement,
)
from kemai.business.valuation.credit import file as credit_file
from kemai.business.valuation.credit.reading import credit_of, credit_use_of
from kemai.business.valuation.models import CreditAssessment, Statement
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.parts("credit")]
WAN = 1_000_000
FIVE = {"character": 85, "capacity": 80, "capital": 70, "collateral": 60, "conditions": 75}


@pytest.fixture
def shop(people: Any) -> Customer:
    customer: Customer = customer_of(people, "e1", "要赊账的店")
    return customer


def saved(people: Any, shop: Customer, year: int, **wan: int) -> Statement:
    figures = {name: amount * WAN for name, amount in wan.items()}
    kind = "forecast" if year > 2025 else "actual"
    found: Statement = save_statement(
        actor=people["f1"], customer=shop, year=year, version=0, figures=figures, kind=kind
    )
    return found


def test_s4_97_two_years_and_a_forecast_stand_side_by_side_and_a_missing_year_says_so(
    people: Any, shop: Customer
) -> None:
    saved(people, shop, 2024, profit=40, sales=1000)
    saved(people, shop, 2026, profit=60, sales=1000)
    statements = credit_file.statements_of(people["f1"], shop)
    years = credit_file.years_shown(statements, TODAY)
    assert years == [2024, 2025, 2026]
    margin = credit_file.ratios_by_year(statements, years)["net_margin"]
    assert [margin[year].value for year in years] == [Decimal("4.00"), None, Decimal("6.00")]
    assert margin[2025].reason == "missing_year"


def test_s4_98_s4_99_s4_100_ratios_with_their_marks(people: Any, shop: Customer) -> None:
    saved(people, shop, 2023, current_assets=900, inventory=350, current_liabilities=500)
    saved(people, shop, 2024, current_assets=450, inventory=150, current_liabilities=500)
    saved(people, shop, 2025, current_assets=550, inventory=350, current_liabilities=500)
    found = credit_file.ratios_by_year(credit_file.statements_of(people["f1"], shop), [2023, 2024, 2025])
    said = {
        name: [(str(found[name][y].value), found[name][y].mark) for y in (2023, 2024, 2025)]
        for name in ("current_ratio", "quick_ratio")
    }
    assert said == {
        "current_ratio": [("1.80", "watch"), ("0.90", "red"), ("1.10", "watch")],
        "quick_ratio": [("1.10", "good"), ("0.60", "watch"), ("0.40", "red")],
    }  # fmt: skip


def test_a_year_is_changed_over_the_version_that_was_seen(people: Any, shop: Customer) -> None:
    first = saved(people, shop, 2025, sales=100)
    save_statement(
        actor=people["f1"], customer=shop, year=2025, version=first.version, figures={"sales": 120 * WAN}
    )
    with pytest.raises(StatementConflict):
        save_statement(
            actor=people["f1"], customer=shop, year=2025, version=first.version, figures={"sales": 999 * WAN}
        )
    assert Statement.objects.get().figures == {"sales": 120 * WAN}
    assert Entry.objects.filter(verb="valuation.credit.statement_saved").count() == 2
    for figures, year in (({}, 2025), ({"sales": -1}, 2025), ({"sales": 1}, 1900), ({"magic": 1}, 2025)):
        with pytest.raises(Invalid):
            save_statement(actor=people["f1"], customer=shop, year=year, version=2, figures=figures)
    assert Statement.objects.get().version == 2


def test_only_the_credit_role_writes_and_reps_read_nothing(people: Any, shop: Customer) -> None:
    saved(people, shop, 2025, sales=100)
    for login in ("e1", "me", "d", "c", "stranger"):
        with pytest.raises(Refused):
            save_statement(actor=people[login], customer=shop, year=2024, version=0, figures={"sales": 1})
        with pytest.raises(Refused):
            assess_credit(actor=people[login], customer=shop, points=FIVE)
        with pytest.raises(Refused):
            accept_limit(actor=people[login], customer=shop, limit_fen=100, days=30, version=0, reason="要")
    assert (Statement.objects.count(), CreditAssessment.objects.count(), Credit.objects.count()) == (1, 0, 0)
    assert credit_file.statements_of(people["e1"], shop) == []
    assert credit_file.statements_of(people["mw"], shop) == []
    assert len(credit_file.statements_of(people["me"], shop)) == 1


def test_points_become_a_grade_and_odd_ones_are_named(people: Any, shop: Customer) -> None:
    made = assess_credit(actor=people["f1"], customer=shop, points=FIVE, note="看了三年报表")
    assert (made.score_centi, made.grade) == (7_675, "A")
    with pytest.raises(Invalid) as odd:
        assess_credit(actor=people["f1"], customer=shop, points={**FIVE, "capital": "很多", "character": 101})
    assert set(odd.value.problems) == {"capital", "character"}
    assert CreditAssessment.objects.count() == 1


def test_the_lowest_chosen_method_times_the_grade_is_proposed_and_accepted_with_a_reason(
    people: Any, shop: Customer, tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    post_sale(actor=people.system, customer=shop, day=TODAY - timedelta(days=30), amount_fen=400 * WAN)
    revalue(actor=people.system, as_of=TODAY)
    saved(people, shop, 2025, equity=300)
    found = credit_file.propose_limit(
        people["f1"], shop, credit_file.statements_of(people["f1"], shop), "A", credit_of(people["f1"], shop)
    )
    assert (str(found.by_method["need"]), str(found.by_method["net_worth"])) == ("328767.12", "300000.00")
    assert (str(found.found.limit), found.found.method, found.days) == ("180000.00", "net_worth", 30)
    assert found.reasons["heuristic"] == "no_statement"
    save_parameters(actor=people["d"], key="credit", values={"methods": ["need"]}, reason="先看买多少")
    again = credit_file.propose_limit(
        people["f1"], shop, credit_file.statements_of(people["f1"], shop), "A", None
    )
    assert str(again.found.limit) == "197000.00"
    with pytest.raises(Invalid):
        accept_limit(actor=people["f1"], customer=shop, limit_fen=18 * WAN, days=30, version=0, reason=" ")
    accept_limit(
        actor=people["f1"], customer=shop, limit_fen=18 * WAN, days=30, version=0, reason="按净资产定"
    )
    terms = Credit.objects.get(customer=shop)
    assert (terms.credit_limit_fen, terms.credit_days) == (18 * WAN, 30)
    with pytest.raises(LayerConflict):
        accept_limit(actor=people["f1"], customer=shop, limit_fen=20 * WAN, days=30, version=0, reason="再定")
    assert Entry.objects.get(verb="archives.credit.changed").reason == "按净资产定"


def test_use_of_the_limit_is_told_to_who_sees_credit_with_a_reason_where_there_is_none(
    people: Any, shop: Customer
) -> None:
    assert credit_use_of(people["e1"], shop) is None
    found = credit_use_of(people["f1"], shop)
    assert found is not None
    assert (found.percent, found.reason) == (None, "no_books")
