"""Every named measure of one customer: as the run found it, for who may see it, with the reason where it is missing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.cast import customer_of

from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.own.named import named_figures

pytestmark = [pytest.mark.django_db, pytest.mark.parts]
TODAY = date(2026, 11, 22)


def test_each_sees_the_measures_of_his_rights_and_why_one_is_missing(
    people: Any, tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    shop = customer_of(people, "e1", "云栖食府")
    assert named_figures(people["d"], shop) == {}
    for days in (10, 40, 70):
        post_sale(actor=people.system, customer=shop, day=TODAY - timedelta(days=days), amount_fen=1_000_000)
    revalue(actor=people.system, as_of=TODAY)
    whole = named_figures(people["d"], shop)
    assert (whole["sales_12m"].value, whole["cycle_days"].value) == (Decimal(30_000), Decimal(30))
    assert (whole["current_value"].value, whole["current_value"].reason) == (None, "no_cost")
    assert named_figures(people["w1"], shop) == {}
    credit, rep = named_figures(people["f1"], shop), named_figures(people["e1"], shop)
    assert ("limit_use" in credit, "limit_use" in rep) == (True, False)


def test_no_measure_is_missing_without_a_reason(people: Any, tmp_path: Any, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    shop, prospect = customer_of(people, "e1", "云栖食府"), customer_of(people, "e1", "山外楼")
    post_sale(actor=people.system, customer=shop, day=TODAY - timedelta(days=10), amount_fen=1_000_000)
    revalue(actor=people.system, as_of=TODAY)
    for customer in (shop, prospect):
        figures = named_figures(people.system, customer)
        assert [
            key for key, each in figures.items() if (each.value is None) != (each.reason is not None)
        ] == []
    assert figures["rfm_score"].reason == figures["recency_days"].reason == "no_purchase"
    assert (figures["need"].reason, figures["owed"].reason) == ("no_estimate", "no_invoice")
