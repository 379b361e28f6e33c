"""The leading scheme is the one whose class, rank, value and moves every page shows, from the moment it is chosen."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection

from kemai.business.archives.directory import ListQuery, filter_customers, list_customers
from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import revalue, save_valuation_settings
from kemai.business.valuation.actions.versions import PARAMETERS
from kemai.business.valuation.leading import fell, leading_scheme
from kemai.business.valuation.models import ClassChange, Run
from kemai.business.valuation.ranking.composition import composition
from kemai.business.valuation.runs.moved import money_lost, move_counts, moves
from kemai.business.valuation.runs.news import tell_owners
from kemai.business.valuation.schemes import ensure_builtin_schemes
from kemai.foundation.access.actor import Refused
from kemai.foundation.notifications import unread
from kemai.foundation.preferences.company import company_setting

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 6, 30)


def lead_with(people: Any, key: str) -> None:
    ensure_builtin_schemes()
    save_valuation_settings(
        actor=people["d"], reason="换主用方案", leading_scheme=key, free_probability=False,
        parameters={name: company_setting(f"valuation.{name}") for name in PARAMETERS},
    )  # fmt: skip


def shown(people: Any, login: str = "d", **asked: Any) -> dict[str, tuple[Any, ...]]:
    rows = list_customers(people[login], ListQuery(**asked)).rows
    return {r["name"]: (r["class"], r["rank"], r["value"]) for r in rows}


def test_lists_show_filter_and_sort_by_it_without_a_new_run(books):
    revalue(actor=books.system, as_of=AS_OF)
    assert shown(books)["C03"] == ("B", 4, 9_000_000)
    lead_with(books, "value_level")
    assert Run.objects.count() == 1
    assert shown(books)["C03"] == ("medium", 4, 9_000_000)
    assert list(shown(books, filters={"class": ("large",)}, sort="rank")) == ["C01", "C02"]
    assert set(filter_customers(books["d"], ListQuery(filters={"class": ("large",)}))) == set(
        Customer.objects.filter(name__in=("C01", "C02"))
    )
    assert list(shown(books, sort="class"))[:3] == ["C01", "C02", "C04"]
    assert next(g.key for g in composition(books["d"], Run.objects.get(), "class")) == "large"


def test_a_rep_sees_it_of_his_own_and_a_custodian_of_nobody(books):
    revalue(actor=books.system, as_of=AS_OF)
    lead_with(books, "pyramid")
    assert shown(books, "e1")["C01"][0] == "key"
    assert set(shown(books, "e1")) < set(shown(books))
    assert all(row == (None, None, None) for row in shown(books, "c").values())


def test_moves_and_news_follow_it_and_know_which_class_is_the_better(books):
    revalue(actor=books.system, as_of=AS_OF)
    lead_with(books, "value_level")
    run, mine = Run.objects.get(), Customer.objects.get(name="C01")
    ClassChange.objects.create(
        run=run, scheme_key="ev_abc", customer_id=mine.pk, old_class="A", new_class="B"
    )
    ClassChange.objects.create(
        run=run, scheme_key="value_level", customer_id=mine.pk, old_class="large", new_class="vip", old_value=1, new_value=9
    )  # fmt: skip
    assert (move_counts(books["d"], run).up, move_counts(books["d"], run).down) == (1, 0)
    assert [(m.old_class, m.new_class) for m in moves(books["e1"], run, "up")] == [("large", "vip")]
    tell_owners(run)
    (line,) = unread(books["e1"])
    assert (line.title, line.link) == ("C01 由 大客户 升到 VIP", f"/customers/{mine.code}/why/value_level/")
    assert fell(("vip", "large"), "vip", "large")
    assert fell(("vip", "large"), "large", "")
    assert not fell(("vip", "large"), "", "large")


def test_points_lost_are_no_money(books):
    revalue(actor=books.system, as_of=AS_OF)
    run, mine = Run.objects.get(), Customer.objects.get(name="C01")
    for key, old, new in (("rfm", "重要价值", "一般挽留"), ("ev_abc", "A", "B")):
        ClassChange.objects.create(
            run=run, scheme_key=key, customer_id=mine.pk, old_class=old, new_class=new, old_value=400, new_value=300
        )  # fmt: skip
    assert money_lost(books["e1"], [mine.pk]) == {mine.pk: 100}
    lead_with(books, "rfm")
    assert move_counts(books["d"], run).down == 1
    assert money_lost(books["e1"], [mine.pk]) == {}


@pytest.mark.parametrize("key", ["profit_abc", "quality"])
def test_schemes_over_margins_may_not_lead(books, key):
    with pytest.raises(Refused):
        lead_with(books, key)
    assert leading_scheme() == "ev_abc"


def indexes() -> set[str]:
    with connection.cursor() as cursor:
        known = connection.introspection.get_constraints(cursor, "valuation_standing")
    return {name for name, each in known.items() if name.startswith("lead_") and each["index"]}


def test_it_has_indexes_of_its_own_and_the_one_before_loses_them(books):
    assert indexes() == set()
    lead_with(books, "pyramid")
    assert indexes() == {"lead_pyramid_rank", "lead_pyramid_class"}
    lead_with(books, "rfm")
    assert indexes() == {"lead_rfm_rank", "lead_rfm_class"}
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX lead_rfm_rank")
    revalue(actor=books.system, as_of=AS_OF)
    assert indexes() == {"lead_rfm_rank", "lead_rfm_class"}
    lead_with(books, "ev_abc")
    assert indexes() == set()
