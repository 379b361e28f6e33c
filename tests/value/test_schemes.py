"""Schemes are data: they travel as JSON and refuse what makes no sense."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from kemai.value import SchemeDefinition, SchemeError
from kemai.value.exact import half_up, largest_remainder
from kemai.value.schemes import BUILTIN, DEFAULT_KEY
from kemai.value.schemes.methods import METHODS, Totals

ABC = ("A", "B", "C")


def test_the_builtin_keys_are_those_that_are_pinned():
    pinned = {
        "ev_abc",
        "sales_abc_count",
        "sales_abc_value",
        "profit_abc",
        "pyramid",
        "rfm",
        "quality",
        "value_level",
    }
    assert set(BUILTIN) == pinned
    assert DEFAULT_KEY == "ev_abc"


@pytest.mark.parametrize("scheme", BUILTIN.values(), ids=str)
def test_a_definition_survives_json(scheme):
    assert SchemeDefinition.from_json(json.loads(json.dumps(scheme.to_json()))) == scheme


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cuts": (15, 20, 64)}, "shares_must_add_to_100"),
        ({"cuts": (-15, 50, 65)}, "shares_must_add_to_100"),
        ({"cuts": (35, 65)}, "wrong_number_of_cuts"),
        ({"cuts": ("NaN", 1, 2)}, "bad_cut"),
        ({"method": "value_share", "cuts": (95, 80)}, "bad_cuts"),
        ({"method": "value_share", "cuts": (80, 101)}, "bad_cuts"),
        ({"method": "thresholds", "cuts": (5, 20)}, "bad_cuts"),
        ({"method": "score", "cuts": ()}, "no_class_column"),
        ({"method": "dice"}, "unknown_method"),
        ({"measure": "beauty"}, "unknown_measure"),
        ({"classes": ("A", "A", "B")}, "bad_classes"),
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused_in_a_sentence(changes, code):
    good = {
        "key": "mine",
        "method": "count_share",
        "measure": "sales_12m",
        "classes": ABC,
        "cuts": (15, 20, 65),
    }
    with pytest.raises(SchemeError) as refused:
        SchemeDefinition(**(good | changes))
    assert refused.value.code == code
    assert len(str(refused.value)) > 5


def test_json_without_its_parts_is_refused():
    with pytest.raises(SchemeError):
        SchemeDefinition.from_json({"key": "x"})


def test_fractions_of_a_percent_are_exact():
    scheme = SchemeDefinition(
        "x", "count_share", "value", ABC, (Decimal("0.05"), Decimal("0.45"), Decimal("99.5"))
    )
    assert list(METHODS["count_share"].lines(scheme, Totals(1000, 1))) == [1, 5]


def test_lines_by_count_are_the_pinned_integer_formula():
    for n in range(400):
        lines = METHODS["count_share"].lines(BUILTIN["sales_abc_count"], Totals(n, 1))
        assert list(lines) == [(n * 15 * 2 + 100) // 200, (n * 35 * 2 + 100) // 200]


def test_largest_remainder_adds_up_and_prefers_the_larger():
    assert largest_remainder([1, 1, 1], 10) == [4, 3, 3]
    assert largest_remainder([0, 0]) == [0, 0]
    assert sum(largest_remainder([7, 11, 13, 17])) == 10_000


def test_halves_go_away_from_zero():
    from fractions import Fraction

    assert [half_up(Fraction(n, 2)) for n in (1, 3, -1, -3)] == [1, 2, -1, -2]
