"""Schemes that rank by a measure of the company's own (decision 0046): classes, rights, why, trials, refusals."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.agenda.actions import log_contact
from kemai.business.trade.actions import post_sale
from kemai.business.valuation import queries
from kemai.business.valuation.actions import (
    retire_measure,
    revalue,
    save_measure,
    save_scheme_version,
    save_valuation_settings,
)
from kemai.business.valuation.actions.versions import PARAMETERS
from kemai.business.valuation.definitions import measures_for, scheme_view
from kemai.business.valuation.models import ClassChange, Measure, Standing
from kemai.business.valuation.ranking import wording
from kemai.business.valuation.ranking.what_if import try_cuts
from kemai.business.valuation.runs.past_runs import past_rank_rows
from kemai.business.valuation.schemes import ensure_builtin_schemes
from kemai.foundation.access.actor import Refused
from kemai.foundation.preferences.company import company_setting
from kemai.value import SchemeError
from kemai.value.explain import simulate
from kemai.value.schemes.definition import OWN

pytestmark = [pytest.mark.django_db, pytest.mark.parts]
KEY, OPEN_KEY = "profit_abc", "value_level"


@pytest.fixture
def ranked(people, tmp_path, settings):
    """Four shops; 利润 ABC ranks by profit an hour, 销售 ABC by hours, 价值水平 by sales in thousands; valued once."""
    settings.DATA_DIR = tmp_path
    ensure_builtin_schemes()
    found = {}
    for owner, name, fen, cost, minutes in (
        ("e1", "甲", 1_000_000, 600_000, 60), ("e1", "乙", 500_000, 400_000, None), ("e1", "丙", 300_000, 100_000, 30),
        ("w1", "丁", 800_000, 200_000, 120),
    ):  # fmt: skip
        shop = found[name] = customer_of(people, owner, name)
        day = TODAY - timedelta(9)
        post_sale(actor=people.system, customer=shop, day=day, amount_fen=fen, cost_fen=cost)
        if minutes:
            on = TODAY - timedelta(3)
            log_contact(actor=people[owner], customer=shop, channel="visit", on=on, note="", minutes=minutes)
    for key, name, formula, cuts in (
        (KEY, "每小时毛利", "12 月毛利 / 12 月工时", ["40", "30", "30"]),
        (OPEN_KEY, "千元销售", "12月销售 / 1000", ["9", "6", "4"]),
        ("sales_abc_count", "工时十倍", "12 月工时 * 10", ["40", "30", "30"]),
    ):
        ranks(people, key, save_measure(actor=people["d"], name=name, formula=formula, reason="试"), cuts)
    revalue(actor=people.system, as_of=TODAY)
    return found


def ranks(people, key, measure, cuts):
    return save_scheme_version(
        actor=people["d"], scheme_key=key, cuts=cuts, measure=f"own_{measure.key}", reason="按自己的算"
    )


def rows_of(shops, key):
    found = Standing.objects.filter(run_id=queries.published_run().pk)
    names = {shop.pk: name for name, shop in shops.items()}
    parts = ("value", "rank", "class", "reason")
    rows = found.values_list("customer_id", *(f"{key}_{part}" for part in parts))
    return {names[row[0]]: row[1:] for row in rows}


def test_a_scheme_ranks_cuts_explains_and_tries_by_an_own_measure_like_by_any_other(people, ranked):
    run = queries.published_run()
    assert rows_of(ranked, KEY) == {
        "甲": (400_000, 1, "A", None), "丙": (400_000, 2, "B", None), "丁": (300_000, 3, "C", None),
        "乙": (None, None, None, "no_measure"),
    }  # fmt: skip
    rows = queries.rank_rows(people["d"], run, KEY)
    assert [row.name for row in rows] == ["甲", "丙", "丁"]  # 甲 bought more than 丙, which decides the tie
    assert [r.label for r in rows] == simulate([r.value for r in rows], queries.definition(run, KEY))
    levels = {name: row[2] for name, row in rows_of(ranked, OPEN_KEY).items()}
    assert levels == {"甲": "vip", "丁": "large", "乙": "medium", "丙": "small"}
    row = queries.standing_of(people["d"], ranked["丁"])
    told = wording.one_line(run, row, ranked["丁"].code, KEY)
    assert told == "每小时毛利 3,000 元/小时，差 1,000 元/小时 进 B"
    trial = try_cuts(people["d"], run, KEY, ["70", "0", "30"])
    assert [(m.name, m.old_class, m.new_class) for m in trial.movers] == [("丙", "B", "A")]
    assert [row.value for row in past_rank_rows(people["d"], run, KEY)] == [400_000, 400_000, 300_000]


def test_who_may_not_see_an_input_sees_neither_class_nor_value(people, ranked):
    run = queries.published_run()
    assert run.schemes[KEY]["groups"] == ["agenda", "margin", "value"]
    assert run.schemes[OPEN_KEY]["groups"] == ["sales", "value"]
    assert queries.lacks_for_scheme(people["c"], KEY, run) == "margin"
    assert queries.lacks_for_scheme(people["f1"], "sales_abc_count", run) == "agenda"
    assert queries.lacks_for_scheme(people["f1"], "sales_abc_value", run) is None
    for asked in (
        lambda: queries.rank_rows(people["e1"], run, KEY),
        lambda: try_cuts(people["e1"], run, KEY, ["50", "25", "25"]),
    ):
        with pytest.raises(Refused):
            asked()
    assert [row.name for row in queries.rank_rows(people["e1"], run, OPEN_KEY)] == ["甲", "乙", "丙"]


def test_a_measure_that_a_scheme_ranks_by_is_neither_retired_nor_given_another_unit(people, ranked):
    hourly = Measure.objects.get(name="每小时毛利")
    with pytest.raises(Refused, match="「利润 ABC」按「每小时毛利」排，先给它换个指标再停用"):
        retire_measure(actor=people["d"], measure=hourly, reason="不用了")
    with pytest.raises(Refused, match="「利润 ABC」按「每小时毛利」排，单位不能从「元/小时」变成「元」"):
        save_measure(actor=people["d"], measure=hourly, name="每小时毛利", formula="12 月毛利", reason="换")
    doubled = "12 月毛利 / 12 月工时 * 2"
    save_measure(actor=people["d"], measure=hourly, name="每小时毛利", formula=doubled, reason="换")
    save_scheme_version(
        actor=people["d"], scheme_key=KEY, cuts=["15", "20", "65"], measure="profit_12m", reason="换回来"
    )
    retire_measure(actor=people["d"], measure=hourly, reason="不用了")
    assert not Measure.objects.get(pk=hourly.pk).is_active
    revalue(actor=people.system, as_of=TODAY)
    run = queries.published_run()
    assert not ClassChange.objects.filter(run=run, scheme_key=KEY).exists()  # another measure moves nobody


def test_what_other_measures_look_at_does_not_rank_by_an_own_one(people, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    ensure_builtin_schemes()
    own = save_measure(actor=people["d"], name="千元销售", formula="12月销售 / 1000", reason="试")
    for key, cuts in (("ev_abc", ["15", "20", "65"]), ("pyramid", ["1", "4", "15", "80"])):
        with pytest.raises(Refused, match="不能按自定指标排"):
            ranks(people, key, own, cuts)
        assert not any(each.startswith("own_") for each in measures_for(scheme_view(people["d"], key)))
    offered = measures_for(scheme_view(people["d"], OPEN_KEY))
    assert f"own_{own.key}" in offered
    assert "sales_12m" in offered
    ranks(people, OPEN_KEY, own, ["9", "6", "4"])
    parameters = {name: company_setting(f"valuation.{name}") for name in PARAMETERS}
    with pytest.raises(Refused, match="不能当主用方案"):
        save_valuation_settings(
            actor=people["d"],
            reason="试",
            leading_scheme=OPEN_KEY,
            free_probability=False,
            parameters=parameters,
        )


def test_another_measure_is_tried_before_it_is_kept_and_moves_just_those(people, ranked):
    tried = try_cuts(
        people["d"], queries.published_run(), "value_level", ["3000", "2000", "1000"], "sales_12m"
    )
    assert tried.unit == "yuan"
    ranks_by(people, "value_level", "sales_12m", ["3000", "2000", "1000"])
    before = classes_of("value_level")
    revalue(actor=people.system, as_of=TODAY)
    after = classes_of("value_level")
    moved = {name for name in before if before[name] != after[name]}
    assert {m.code for m in tried.movers} == moved
    assert {m.code: m.new_class for m in tried.movers} == {name: after[name] or "" for name in moved}
    assert moved


def test_an_own_measure_is_tried_for_a_scheme_that_ranked_by_sales(people, ranked):
    mine = save_measure(actor=people["d"], name="十倍工时", formula="12 月工时 * 10", reason="试")
    run = queries.published_run()
    with pytest.raises(SchemeError) as wrong:
        try_cuts(people["d"], run, "sales_abc_value", ["50", "80"], f"{OWN}{mine.key}")
    assert wrong.value.code == "not_worked_out"
    revalue(actor=people.system, as_of=TODAY)
    tried = try_cuts(
        people["d"], queries.published_run(), "sales_abc_value", ["50", "80"], f"{OWN}{mine.key}"
    )
    ranks_by(people, "sales_abc_value", f"{OWN}{mine.key}", ["50", "80"])
    before = classes_of("sales_abc_value")
    revalue(actor=people.system, as_of=TODAY)
    after = classes_of("sales_abc_value")
    assert {m.code: m.new_class for m in tried.movers} == {
        code: after[code] or "" for code in before if before[code] != after[code]
    }
    assert tried.movers


def test_a_trial_by_a_measure_that_the_reader_may_not_see_is_refused(people, ranked):
    own = Measure.objects.get(name="每小时毛利")
    with pytest.raises(Refused):
        try_cuts(
            people["e1"], queries.published_run(), "value_level", ["3000", "2000", "1000"], f"{OWN}{own.key}"
        )


def ranks_by(people, key, measure, cuts):
    save_scheme_version(actor=people["d"], scheme_key=key, cuts=cuts, reason="试", measure=measure)


def classes_of(key):
    run = queries.published_run()
    rows = Standing.objects.filter(run_id=run.pk).values_list("customer__code", f"{key}_class")
    return dict(rows)
