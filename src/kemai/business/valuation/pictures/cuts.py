"""The cuts of the three matrices as the company decided them (a group of parameters), and the matrices with them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.parameter_groups import ParameterGroup
from kemai.value.errors import SchemeError
from kemai.value.schemes.matrix import Matrix

KEY = "matrices"
DEFAULTS = {
    "performance": "80", "loyalty": "60", "performance_high": "100", "performance_medium": "70", "value": "", "growth": "",
}  # fmt: skip
KINDS: Mapping[str, tuple[str, ...]] = {
    "performance_loyalty": ("performance", "loyalty"),
    "credit_performance": ("performance_high", "performance_medium"),
    "value_potential": ("value", "growth"),
}
"""Which cuts each matrix has. Value and growth are yuan; empty is the median of all customers of the run."""
HIGHEST = {"performance": 150, "loyalty": 100, "performance_high": 150, "performance_medium": 150}
MOST_YUAN = Decimal(10) ** 12


def check(values: Mapping[str, Any]) -> dict[str, Any]:
    """The cuts as plain text. Raises SchemeError with a sentence that names what makes no sense."""
    found = {name: _checked(name, str(values[name]).strip()) for name in DEFAULTS}
    if Decimal(found["performance_high"]) <= Decimal(found["performance_medium"]):
        raise SchemeError(_("业绩的高线要大于中线。"), code="bad_cuts")
    return found


def _checked(name: str, text: str) -> str:
    if not text and name in ("value", "growth"):
        return ""
    try:
        cut = Decimal(text)
    except InvalidOperation as odd:
        raise SchemeError(_("「%(text)s」不是数。") % {"text": text}, code="not_a_number") from odd
    most = Decimal(HIGHEST.get(name, MOST_YUAN))
    if not cut.is_finite() or not 0 <= cut <= most:
        raise SchemeError(_("分界要在 0 到 %(n)s 之间。") % {"n": f"{most:,}"}, code="out_of_range")
    return f"{cut.quantize(Decimal('0.01')).normalize():f}"


GROUP = ParameterGroup(KEY, DEFAULTS, check)


def matrix_of(kind: str, cuts: Mapping[str, str], medians: Mapping[str, int]) -> Matrix:
    """The matrix with its cuts; amounts in yuan. Raises LookupError for an unknown kind."""
    if kind == "performance_loyalty":
        return value.performance_loyalty(cuts["performance"], cuts["loyalty"])
    if kind == "credit_performance":
        return value.credit_performance(cuts["performance_high"], cuts["performance_medium"])
    if kind == "value_potential":
        return value.value_potential(
            cuts["value"] or Decimal(medians["current_fen"]) / 100, cuts["growth"] or Decimal(medians["gap_fen"]) / 100
        )  # fmt: skip
    raise LookupError(kind)
