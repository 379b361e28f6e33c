"""Scorecards that a company defines: points of bands, weights, what a missing measure does, grades."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from kemai.value.errors import SchemeError
from kemai.value.scorecards.card import Card

SALES = {"measure": "sales", "weight": 60, "bands": [{"from": "5000", "points": 100}, {"from": "2000.50", "points": 60}, {"from": None, "points": 10}]}  # fmt: skip
DAYS = {
    "measure": "days",
    "weight": 40,
    "bands": [{"from": "90", "points": 0}, {"from": None, "points": 100}],
}
GRADES = [{"name": "甲", "from": "80"}, {"name": "乙", "from": "50.5"}, {"name": "丙", "from": None}]
FACTORS = {"sales": 100, "days": 1}


def card(*criteria, grades=GRADES):
    return Card.from_json({"criteria": list(criteria or (SALES, DAYS)), "grades": grades})


def one(of, reasons=None, **values):
    return of.scored(values, FACTORS, reasons or {})


def test_a_total_is_the_weighted_points_of_the_bands_and_a_line_belongs_to_the_better_side():
    assert one(card(), sales=500_000, days=90).total == 60_000
    assert one(card(), sales=499_999, days=89).total == 76_000
    assert one(card(), sales=200_050, days=89).points == (60, 100)
    assert one(card(), sales=200_049, days=89).points == (10, 100)
    assert one(card(), sales=-1, days=0).grade == "丙"
    assert one(card(), sales=500_000, days=0).grade == "甲"


def test_what_is_missing_leaves_its_weight_gives_nothing_or_takes_the_total_away():
    skipped = one(card(), sales=500_000, days=None)
    assert (skipped.total, skipped.points) == (100_000, (100, None))
    zero = one(card(SALES, {**DAYS, "missing": "zero"}), sales=500_000, days=None)
    assert (zero.total, zero.points) == (60_000, (100, 0))
    strict = card(SALES, {**DAYS, "missing": "none"})
    assert one(strict, {"days": "no_purchase"}, sales=1, days=None).reason == "missing:days:no_purchase"
    nested = one(strict, {"days": "missing:cost:no_cost"}, sales=1, days=None)
    assert nested.reason == "missing:cost:no_cost"
    assert one(card(), sales=None, days=1).reason == "too_little_known"  # 40 of 100


def test_columns_and_one_customer_are_scored_alike():
    dice = random.Random(20_461)
    ways = ("skip", "zero", "none")
    for _round in range(40):
        made = card({**SALES, "missing": dice.choice(ways)}, {**DAYS, "missing": dice.choice(ways)})
        rows = [
            {
                "sales": dice.choice((None, 0, 200_049, 200_050, 499_999, 500_000, -7)),
                "days": dice.choice((None, 0, 89, 90, 91)), "days__reason": dice.choice((None, "no_purchase")),
            }
            for _n in range(30)
        ]  # fmt: skip
        schema = pa.schema([("sales", pa.int64()), ("days", pa.int64()), ("days__reason", pa.string())])
        totals, reasons, grades = (
            c.to_pylist() for c in made.scores(pa.Table.from_pylist(rows, schema), FACTORS)
        )
        alone = [one(made, {"days": r["days__reason"]}, sales=r["sales"], days=r["days"]) for r in rows]
        assert [(s.total, s.reason, s.grade) for s in alone] == list(
            zip(totals, reasons, grades, strict=True)
        )


def test_a_card_travels_as_json():
    assert Card.from_json(card().to_json()) == card()
    assert card().uses == ("sales", "days")


@pytest.mark.parametrize(
    ("criteria", "grades", "said"),
    [
        ([], [], "1 到 12 项"),
        ([SALES], [], "权重合计必须是 100，现在是 60"),
        ([SALES, {**SALES, "weight": 40}], [], "只能用一次"),
        ([SALES, {**DAYS, "weight": 0}], [], "第 2 项：权重"),
        ([SALES, {**DAYS, "missing": "?"}], [], "第 2 项：缺的时候"),
        ([SALES, {**DAYS, "bands": [{"from": "1", "points": 3}]}], [], "第 2 项：要写「其余」"),
        ([SALES, {**DAYS, "bands": [{"from": "1", "points": 3}, {"from": "2", "points": 3}, {"from": None, "points": 1}]}], [], "从高到低"),
        ([SALES, {**DAYS, "bands": [{"from": None, "points": 101}]}], [], "0 到 100 之间"),
        ([SALES, {**DAYS, "bands": [{"from": "一", "points": 1}, {"from": None, "points": 1}]}], [], "「一」不是数"),
        ([SALES, {**DAYS, "bands": [{"from": None, "points": "1.5"}]}], [], "得分要是整数"),
        ([SALES, DAYS], [{"name": "甲", "from": "80"}], "最后一个是「其余」"),
        ([SALES, DAYS], [{"name": "甲", "from": "80"}, {"name": "甲", "from": None}], "不能重名"),
    ],
)  # fmt: skip
def test_a_card_that_makes_no_sense_says_what_is_wrong(criteria, grades, said):
    with pytest.raises(SchemeError, match=said):
        Card.from_json({"criteria": criteria, "grades": grades})
