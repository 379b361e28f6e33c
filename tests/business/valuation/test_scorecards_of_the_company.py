"""Scorecards that the company defines: totals of a run, lists, rights, why, formulas and schemes over them, versions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.directory import BadFilter, ListQuery, list_customers
from kemai.business.archives.directory.askable import askable_fields
from kemai.business.trade.actions import post_sale
from kemai.business.valuation.actions import (
    restore_measure,
    retire_measure,
    revalue,
    save_measure,
    save_scheme_version,
    save_scorecard,
)
from kemai.business.valuation.models import Measure, MeasureValue, Standing
from kemai.business.valuation.own.cards import card_words, told_of_card
from kemai.business.valuation.own.reading import own_measure, own_measures, tried
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.schemes import ensure_builtin_schemes
from kemai.foundation.access.actor import Refused
from kemai.foundation.filters import read
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.export.lists import list_file
from kemai.value import SchemeError

pytestmark = [pytest.mark.django_db, pytest.mark.parts]
GRADES = [{"name": "甲等", "from": "80"}, {"name": "乙等", "from": "40"}, {"name": "丙等", "from": None}]


def criterion(measure, weight, start, points=100, rest=20, missing="skip"):
    bands = [{"from": start, "points": points}, {"from": None, "points": rest}]
    return {"measure": measure, "weight": weight, "missing": missing, "bands": bands}


def card(*criteria):
    return {"criteria": list(criteria), "grades": GRADES}


def define(people, name, *criteria, measure=None):
    return save_scorecard(
        actor=people["d"], name=name, definition=card(*criteria), reason="试", measure=measure
    )


@pytest.fixture
def scored(people, tmp_path, settings):
    """Sales and margin give points; a formula and a scheme stand on the card; one shop never bought."""
    settings.DATA_DIR = tmp_path
    ensure_builtin_schemes()
    shops = {
        name: customer_of(people, owner, name)
        for owner, name in (("e1", "甲"), ("e1", "乙"), ("w1", "丙"), ("e1", "丁"))
    }
    for name, fen, cost in (("甲", 1_000_000, 400_000), ("乙", 300_000, None), ("丙", 800_000, 700_000)):
        day = TODAY - timedelta(9)
        post_sale(actor=people.system, customer=shops[name], day=day, amount_fen=fen, cost_fen=cost)
    made = define(
        people,
        "综合分",
        criterion("sales_12m", 60, "8000", missing="none"),
        criterion("profit_12m", 40, "2000", rest=10),
    )
    open_card = define(people, "销售分", criterion("sales_12m", 100, "8000"))
    save_measure(actor=people["d"], name="两倍综合分", formula="综合分 * 2", reason="试")
    save_scheme_version(
        actor=people["d"],
        scheme_key="value_level",
        cuts=["90", "60", "30"],
        measure=f"own_{made.key}",
        reason="试",
    )
    revalue(actor=people.system, as_of=TODAY)
    return shops, own_measure(made.key), own_measure(open_card.key)


def names(actor, **query):
    return [row["name"] for row in list_customers(actor, ListQuery(**query)).rows]


def test_a_card_gives_totals_and_grades_that_lists_files_formulas_and_schemes_use(people, scored):
    shops, own, _open = scored
    rows = {
        r.customer_id: (r.value, r.label, r.reason) for r in MeasureValue.objects.filter(measure_id=own.pk)
    }
    assert rows[shops["甲"].pk] == (100_000, "甲等", None)
    assert rows[shops["乙"].pk] == (20_000, "丙等", None)  # no cost: the weight of margin went to sales
    assert rows[shops["丙"].pk] == (64_000, "乙等", None)  # 60 × 100 + 40 × 10
    assert rows[shops["丁"].pk] == (None, None, "missing:sales_12m:no_purchase")
    boss = people["d"]
    assert names(boss, sort=f"-{own.key}") == ["甲", "丙", "乙", "丁"]
    assert names(boss, sort=f"-{own.key}_grade")[0] == "甲"
    assert names(boss, where=read(f"{own.key}:from:60"), sort=f"-{own.key}") == ["甲", "丙"]
    assert names(boss, where=read(f"{own.key}_grade:is:乙等")) == ["丙"]
    file = list_file(
        actor=boss, query=ListQuery(), columns=[own.key, f"{own.key}_grade"], told="全部", format="csv"
    ).decode("utf-8-sig")
    assert "综合分（分）" in file
    assert "64,乙等" in file
    double = next(each for each in own_measures() if each.name == "两倍综合分")
    assert MeasureValue.objects.get(measure_id=double.pk, customer=shops["丙"]).value == 128_000
    classes = Standing.objects.filter(run_id=published_run().pk).values_list(
        "customer_id", "value_level_class"
    )
    found = dict(classes)
    assert [found[shops[name].pk] for name in "甲乙丙丁"] == ["vip", "small", "large", None]


def test_why_gives_the_points_of_each_criterion_and_what_was_missing(people, scored):
    shops, own, _open = scored
    told = told_of_card(published_run(), own.key, shops["丙"].pk)
    assert [(line.label, line.value, line.points, line.weight) for line in told.lines] == [
        ("12 月销售", "0.8 万", 100, 60), ("12 月毛利", "0.1 万", 10, 40),
    ]  # fmt: skip
    assert (told.scored.total, told.scored.grade) == (64_000, "乙等")
    lacking = told_of_card(published_run(), own.key, shops["乙"].pk)
    assert lacking.lines[1].note == "没有「12 月毛利」：没有成本，权重让给别项"
    assert told_of_card(published_run(), own.key, shops["丁"].pk).missing == "没有「12 月销售」：从没买过"


def test_who_may_not_see_an_input_sees_no_total_no_grade_and_no_column(people, scored):
    _shops, own, open_card = scored
    assert own.groups == ("margin", "sales", "value")
    assert open_card.groups == ("sales", "value")
    offered = {each.key for each in askable_fields(people["e1"])}
    assert {open_card.key, f"{open_card.key}_grade"} <= offered
    assert not {own.key, f"{own.key}_grade"} & offered
    for query in (
        {"sort": f"{own.key}_grade"},
        {"where": read(f"{own.key}_grade:is:甲等")},
        {"sort": own.key},
    ):
        with pytest.raises(BadFilter):
            list_customers(people["e1"], ListQuery(**query))
    assert names(people["e1"], sort=f"-{open_card.key}")[:2] == ["甲", "乙"]
    assert tried(people["c"], own.card) is None
    found = tried(people["d"], own.card)
    assert found.grades == [("甲等", 1), ("乙等", 1), ("丙等", 1)]
    assert [(name, total) for _code, name, total in found.top] == [
        ("甲", 100_000),
        ("丙", 64_000),
        ("乙", 20_000),
    ]


def test_a_change_is_a_version_with_author_and_reason_and_circles_and_users_are_named(people):
    made = define(people, "综合分", criterion("sales_12m", 100, "8000"))
    formula = save_measure(actor=people["d"], name="一半综合分", formula="综合分 / 2", reason="试")
    with pytest.raises(Refused, match="指标转成了圈：综合分 → 一半综合分 → 综合分"):
        define(people, "综合分", criterion(formula.key, 100, "10"), measure=made)
    define(people, "综合分", criterion("sales_12m", 100, "9000"), measure=made)
    define(people, "综合分", criterion("sales_12m", 100, "9000"), measure=made)  # nothing differs
    assert [(v.number, v.author, v.reason) for v in made.versions.all()] == [(2, "D", "试"), (1, "D", "试")]
    assert Entry.objects.filter(verb="valuation.measure.changed", subject_id=made.pk).count() == 1
    assert (
        card_words(own_measure(made.key).card) == "12 月销售 100%；80 分起是甲等，40 分起是乙等，其余是丙等"
    )
    with pytest.raises(Refused, match="「一半综合分」用到「综合分」，先给它换个指标再停用"):
        retire_measure(actor=people["d"], measure=made, reason="不用")
    with pytest.raises(Refused, match="没有「nothing」这个指标"):
        define(people, "别的", criterion("nothing", 100, "1"))
    with pytest.raises(Refused, match="已经有叫「综合分」的指标"):
        define(people, "综合分", criterion("sales_12m", 100, "1"))
    with pytest.raises(SchemeError, match="权重合计必须是 100"):
        define(people, "别的", criterion("sales_12m", 60, "1"))
    with pytest.raises(Refused):
        save_scorecard(
            actor=people["me"], name="别的", definition=card(criterion("sales_12m", 100, "1")), reason="试"
        )
    retire_measure(actor=people["d"], measure=formula, reason="不用")
    retire_measure(actor=people["d"], measure=made, reason="不用")
    restore_measure(actor=people["d"], measure=Measure.objects.get(pk=made.pk), reason="再用")
    assert own_measure(made.key) is not None
