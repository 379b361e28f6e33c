"""Measures that the company defines: versions, values of a run, columns of lists, and who may see which."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.archives.directory import BadFilter, ListQuery, list_customers
from kemai.business.archives.directory.askable import askable_fields
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import restore_measure, retire_measure, revalue, save_measure
from kemai.business.valuation.models import Measure, MeasureValue
from kemai.business.valuation.own.chains import read_formula
from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.reading import measure_list, own_measures, reason_in_words, tried, values_of
from kemai.foundation.access.actor import Refused
from kemai.foundation.filters import read
from kemai.foundation.trail.models import Entry
from kemai.value.formulas import FormulaError, unit_of

pytestmark = [pytest.mark.django_db, pytest.mark.parts("effort", "measures")]


@pytest.fixture
def shops(people, tmp_path, settings):
    """Three customers of e1 and one of w1 with profit and hours; the second without hours, the third without cost."""
    settings.DATA_DIR = tmp_path
    found = {}
    for owner, name, fen, cost, minutes in (
        ("e1", "甲", 1_000_000, 600_000, 60), ("e1", "乙", 500_000, 400_000, None), ("e1", "丙", 300_000, None, 30),
        ("w1", "丁", 800_000, 200_000, 120),
    ):  # fmt: skip
        customer = found[name] = customer_of(people, owner, name)
        post_sale(
            actor=people.system, customer=customer, day=TODAY - timedelta(9), amount_fen=fen, cost_fen=cost
        )
        if minutes:
            log_contact(
                actor=people[owner],
                customer=customer,
                channel="visit",
                on=TODAY - timedelta(3),
                note="",
                minutes=minutes,
            )
    return found


@pytest.fixture
def measured(people, shops):
    """Profit an hour (margin) and sales in thousands (sales), in the published run."""
    save_measure(actor=people["d"], name="每小时毛利", formula="12 月毛利 / 12 月工时", reason="看时间")
    save_measure(actor=people["d"], name="千元销售", formula="12月销售 / 1000", reason="试")
    revalue(actor=people.system, as_of=TODAY)
    return {each.name: each for each in own_measures()}


def names(actor, **query):
    return [row["name"] for row in list_customers(actor, ListQuery(**query)).rows]


def test_a_measure_is_worked_out_for_everybody_with_a_reason_where_it_is_not(people, shops, measured):
    rows = MeasureValue.objects.filter(measure_id=measured["每小时毛利"].pk)
    found = {row.customer_id: (row.value, row.reason) for row in rows}
    assert found[shops["甲"].pk] == (400_000, None)  # 4,000 yuan in an hour, kept in fen
    assert found[shops["丁"].pk] == (300_000, None)
    assert found[shops["乙"].pk] == (None, "divided_by_zero")
    assert found[shops["丙"].pk] == (None, "missing:profit_12m:no_cost")
    assert reason_in_words("missing:profit_12m:no_cost") == "没有「12 月毛利」：没有成本"


def test_a_list_is_filtered_and_sorted_by_a_measure(people, shops, measured):
    key = measured["每小时毛利"].key
    assert names(people["d"], sort=f"-{key}")[:2] == ["甲", "丁"]
    assert names(people["d"], where=read(f"{key}:from:3500")) == ["甲"]
    assert sorted(names(people["d"], where=read(f"{key}:blank"))) == ["丙", "乙"]
    assert values_of(people["d"], [shops["甲"].pk], [key]) == {shops["甲"].pk: {key: 400_000}}


def test_a_formula_over_margin_inherits_its_right_everywhere(people, shops, measured):
    margin, sales = measured["每小时毛利"], measured["千元销售"]
    assert margin.groups == ("agenda", "margin", "value")
    assert margin.lacks(people["e1"]) == "margin"
    assert margin.lacks(people["e1"], people["e1"].person_id) is None  # his own customers
    assert sales.lacks(people["e1"]) is None
    offered = {each.key for each in askable_fields(people["e1"])}
    assert sales.key in offered
    assert margin.key not in offered
    assert margin.lacks(people["f1"]) == "agenda"
    for query in ({"sort": margin.key}, {"where": read(f"{margin.key}:from:1")}):
        with pytest.raises(BadFilter):
            list_customers(people["e1"], ListQuery(**query))
        with pytest.raises(BadFilter):
            list_customers(people["c"], ListQuery(**query))
    assert names(people["e1"], sort=f"-{sales.key}") == ["甲", "乙", "丙"]  # nobody of w1


def test_a_file_has_the_measure_only_for_those_who_see_what_it_rests_on(people, shops, measured):
    from kemai.oversight.exchange.export.lists import list_file

    columns = [measured["每小时毛利"].key, "value_class"]
    made = {
        login: list_file(
            actor=people[login], query=ListQuery(), columns=columns, told="全部", format="csv"
        ).decode("utf-8-sig")
        for login in ("d", "c")
    }
    assert "每小时毛利（元/小时）" in made["d"]
    assert "4000" in made["d"]
    assert "4000" not in made["c"]


def test_a_change_is_a_version_with_author_and_reason_and_nothing_is_deleted(people, shops, measured):
    measure = Measure.objects.get(name="千元销售")
    save_measure(
        actor=people["d"], measure=measure, name="千元销售", formula="12月销售 / 2000", reason="改口径"
    )
    (own, version) = next(pair for pair in measure_list(people["d"]) if pair[0].name == "千元销售")
    assert (own.number, version.author, version.reason) == (2, "D", "改口径")
    save_measure(
        actor=people["d"], measure=measure, name="千元销售", formula="12月销售 / 2000", reason="没改"
    )
    assert measure.versions.count() == 2
    retire_measure(actor=people["d"], measure=measure, reason="不用了")
    assert "千元销售" not in {each.name for each in own_measures()}
    assert MeasureValue.objects.filter(measure_id=measure.pk).exists()
    measure.refresh_from_db()
    restore_measure(actor=people["d"], measure=measure, reason="还是要")
    verbs = (
        Entry.objects.filter(verb__startswith="valuation.measure.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs)[-3:] == [f"valuation.measure.{verb}" for verb in ("changed", "retired", "restored")]


@pytest.mark.parametrize("login", ["e1", "me", "c", "f1", "a"])
def test_who_may_not_define_changes_nothing(people, shops, login):
    with pytest.raises(Refused):
        save_measure(actor=people[login], name="偷看", formula="12月毛利", reason="试")
    assert not Measure.objects.exists()


def test_names_and_formulas_that_make_no_sense_are_refused(people, shops):
    for name, formula, reason in (
        ("12 月毛利", "1", "x"),
        ("甲+乙", "1", "x"),
        ("好", "1", " "),
        ("profit_12m", "1", "x"),
    ):
        with pytest.raises(Refused):
            save_measure(actor=people["d"], name=name, formula=formula, reason=reason)
    with pytest.raises(FormulaError, match="元和天不能相加"):
        save_measure(actor=people["d"], name="好", formula="12月毛利 + 距上次订单的天数", reason="x")
    assert not Measure.objects.exists()


def test_a_trial_counts_reasons_over_the_published_run(people, shops, measured):
    found = tried(people["d"], read_formula("12月毛利 / 12月工时"))
    assert [(name, value) for _code, name, value in found.top] == [("甲", 400_000), ("丁", 300_000)]
    assert found.values == 2
    assert dict(found.reasons) == {"除数是 0": 1, "没有「12 月毛利」：没有成本": 1}


@pytest.mark.parts
def test_every_measure_that_may_be_named_is_there_in_a_run(people, shops, measured):
    """S0.34, S2.6: the engine's and every part's; a misspelt column would only show in somebody's formula."""
    for key, each in nameables().items():
        unit_of(each.unit)
        assert tried(people.system, read_formula(key)) is not None
    assert Customer.objects.count() == 4
