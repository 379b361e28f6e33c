"""Own measures that name other own measures: order, circles, rights, and what may not be taken away from below them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import restore_measure, retire_measure, revalue, save_measure
from kemai.business.valuation.models import Measure, MeasureValue
from kemai.business.valuation.own.chains import in_order, read_formula
from kemai.business.valuation.own.reading import own_measures, reason_in_words, tried
from kemai.foundation.access.actor import Refused
from kemai.value.formulas import FormulaError

pytestmark = [pytest.mark.django_db, pytest.mark.parts]


def define(people, name, formula, measure=None):
    return save_measure(actor=people["d"], name=name, formula=formula, reason="试", measure=measure)


@pytest.fixture
def chain(people):
    """丙 names 乙 names 甲; 甲 is changed last, so that it is neither the youngest nor the oldest by versions."""
    first = define(people, "每小时毛利", "12 月毛利 / 12 月工时")
    second = define(people, "两倍时毛利", "每小时毛利 * 2")
    third = define(people, "时毛利之和", "每小时毛利 + 两倍时毛利")
    define(people, "每小时毛利", "12 月毛利 / 12 月工时 + 0", first)
    return first, second, third


def test_each_is_worked_out_after_those_it_names_with_their_units_reasons_and_rights(
    people, chain, tmp_path, settings
):
    settings.DATA_DIR = tmp_path
    shops = {}
    for name, cost, minutes in (("甲店", 600_000, 60), ("乙店", 400_000, None), ("丙店", None, 30)):
        shop = shops[name] = customer_of(people, "e1", name)
        day = TODAY - timedelta(9)
        post_sale(actor=people.system, customer=shop, day=day, amount_fen=1_000_000, cost_fen=cost)
        if minutes:
            on = TODAY - timedelta(3)
            log_contact(actor=people["e1"], customer=shop, channel="visit", on=on, note="", minutes=minutes)
    revalue(actor=people.system, as_of=TODAY)
    last = own_measures()[2]
    rows = {r.customer_id: (r.value, r.reason) for r in MeasureValue.objects.filter(measure_id=last.pk)}
    assert last.unit == "yuan/hour"
    assert rows[shops["甲店"].pk] == (1_200_000, None)  # 4,000 + 8,000 an hour
    assert rows[shops["乙店"].pk] == (None, f"missing:m{chain[0].pk}:divided_by_zero")
    assert rows[shops["丙店"].pk] == (None, "missing:profit_12m:no_cost")
    assert reason_in_words(rows[shops["乙店"].pk][1]) == "没有「每小时毛利」：除数是 0"
    assert last.groups == ("agenda", "margin", "value")
    found = tried(people["d"], read_formula("时毛利之和 / 12000"))
    assert found is not None
    assert [(name, value) for _code, name, value in found.top] == [("甲店", 100)]
    assert tried(people["c"], read_formula("时毛利之和 / 12000")) is None


def test_a_circle_is_refused_with_the_way_around(people, chain):
    first, second, _third = chain
    with pytest.raises(FormulaError, match="第 1 个字：指标转成了圈：每小时毛利 → 两倍时毛利 → 每小时毛利"):
        define(people, "每小时毛利", "两倍时毛利 / 2", first)
    with pytest.raises(FormulaError, match="第 4 个字：指标转成了圈：两倍时毛利 → 两倍时毛利"):
        define(people, "两倍时毛利", "1 ×两倍时毛利", second)
    assert [v.number for v in first.versions.all()] == [2, 1]
    rows = [
        {"key": "c", "uses": ["b", "a"]},
        {"key": "b", "uses": ["a"]},
        {"key": "a", "uses": ["sales_12m"]},
    ]
    assert [each["key"] for each in in_order(rows)] == ["a", "b", "c"]


def test_what_a_formula_names_is_neither_retired_nor_renamed_nor_given_another_unit(people, chain):
    first, second, third = chain
    with pytest.raises(Refused, match="「两倍时毛利」「时毛利之和」用到「每小时毛利」，先给它换个指标再停用"):
        retire_measure(actor=people["d"], measure=first, reason="不用")
    with pytest.raises(Refused, match="先改那边，再改名"):
        define(people, "时毛利", "12 月毛利 / 12 月工时", first)
    with pytest.raises(Refused, match="单位不能从「元/小时」变成「元」"):
        define(people, "每小时毛利", "12 月毛利", first)
    for measure in (third, second, first):
        retire_measure(actor=people["d"], measure=measure, reason="不用")
    with pytest.raises(Refused, match="公式现在算不了：第 1 个字"):
        restore_measure(actor=people["d"], measure=second, reason="再用")
    for measure in (first, second):
        restore_measure(actor=people["d"], measure=measure, reason="再用")
    assert Measure.objects.filter(is_active=True).count() == 2
