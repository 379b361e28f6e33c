"""What is wrong with a scheme or a scorecard is said in the reader's language, with the figures of the library."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils.translation import override

from kemai.business.valuation.scheme_problems import problem_of_scheme
from kemai.value import SchemeError
from kemai.value.schemes.definition import SchemeDefinition
from kemai.value.scorecards.card import Card


def card(weight: Any = 100, bands: Any = None, grades: Any = ()) -> Card:
    """A card of one criterion; a band is a pair of from and points."""
    pairs = bands or [(10, 50), (None, 0)]
    return Card.from_json(
        {
            "criteria": [
                {
                    "measure": "sales_12m",
                    "weight": weight,
                    "bands": [{"from": a, "points": b} for a, b in pairs],
                }
            ],
            "grades": [{"name": name, "from": start} for name, start in grades],
        }
    )


def refusals() -> list[SchemeError]:
    """Every way to write a card, and three to cut a scheme, that the library refuses."""
    tries: list[Callable[[], object]] = [
        lambda: card(90),
        lambda: card(0),
        lambda: card("1.5"),
        lambda: card("x"),
        lambda: card(bands=[(10, 50)]),
        lambda: card(bands=[(10, 500), (None, 0)]),
        lambda: card(bands=[(10, "0.5"), (None, 0)]),
        lambda: card(bands=[(None, 50), (None, 0)]),
        lambda: card(bands=[(10, 50), (20, 40), (None, 0)]),
        lambda: card(grades=[("A", 50)]),
        lambda: card(grades=[("A", 50), ("A", None)]),
        lambda: card(grades=[("A", 50), ("B", 60), ("C", None)]),
        lambda: Card(()),
        lambda: SchemeDefinition("own", "thresholds", "sales_12m", ("A", "B", "C"), (1, 2)),  # type: ignore[arg-type]
        lambda: SchemeDefinition("own", "value_share", "sales_12m", ("A", "B", "C"), (90, 80)),  # type: ignore[arg-type]
    ]
    found = []
    for each in tries:
        with pytest.raises(SchemeError) as refused:
            each()
        found.append(refused.value)
    return found


def test_every_refusal_is_said_in_english_with_its_figures() -> None:
    for wrong in refusals():
        with override("en"):
            said = problem_of_scheme(wrong)
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", said), said
        assert re.findall(r"\d+", said) == re.findall(r"\d+", str(wrong))
        with override("zh-hans"):
            assert problem_of_scheme(wrong) == str(wrong)
