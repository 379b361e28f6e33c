"""The credit score of the five Cs, the grade it gives and what a grade may have (2.11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from kemai.value.arguments import between
from kemai.value.errors import FactError, SchemeError

FIVE_C: Mapping[str, int] = MappingProxyType(
    {"character": 30, "capacity": 25, "capital": 20, "collateral": 10, "conditions": 15}
)
# The score a grade begins above; below all of them is D. From CCC down nothing is lent.
GRADES: Mapping[str, int] = MappingProxyType(
    {"AAA": 90, "AA": 80, "A": 70, "BBB": 60, "BB": 50, "B": 40, "CCC": 30, "CC": 20, "C": 10}
)
LOWEST = "D"


@dataclass(frozen=True, slots=True)
class CreditTerms:
    """What a grade may have: the factor of the limit, the longest period in days, and the terms (open_account,
    prepaid_30, prepaid_50, cash_or_guarantee, prepaid)."""

    factor: Decimal
    days: int
    terms: str


NO_CREDIT = CreditTerms(Decimal(0), 0, "prepaid")
TERMS: Mapping[str, CreditTerms] = MappingProxyType(
    {
        "AAA": CreditTerms(Decimal("1.0"), 60, "open_account"),
        "AA": CreditTerms(Decimal("0.8"), 45, "open_account"),
        "A": CreditTerms(Decimal("0.6"), 30, "open_account"),
        "BBB": CreditTerms(Decimal("0.4"), 15, "prepaid_30"),
        "BB": CreditTerms(Decimal("0.2"), 7, "prepaid_50"),
        "B": CreditTerms(Decimal("0.1"), 7, "cash_or_guarantee"),
        **dict.fromkeys(("CCC", "CC", "C", LOWEST), NO_CREDIT),
    }
)


def five_c(scores: Mapping[str, Any], weights: Mapping[str, int] = FIVE_C) -> Decimal | None:
    """The weighted score of character, capacity, capital, collateral and conditions, each 0 to 100.

    None where one of them is unknown. FactError for a score out of range, SchemeError unless weights add to 100.

    >>> five_c({"character": 85, "capacity": 80, "capital": 70, "collateral": 60, "conditions": 75})
    Decimal('76.75')
    """
    if sum(weights.values()) != 100 or min(weights.values()) < 0:
        raise SchemeError("五项权重之和必须是 100", code="weights_must_add_to_100")
    if any(scores.get(name) is None for name in weights):
        return None
    return (
        sum((between(scores[name], name, 0, 100) * weight for name, weight in weights.items()), Decimal(0))
        / 100
    )


def credit_grade(score: Any) -> str:
    """The grade of a score of 0 to 100: above 90 AAA, above 80 AA, above 70 A, above 60 BBB, above 50 BB, above 40 B;
    from 40 down CCC, CC, C, D, which get no credit.

    >>> credit_grade(Decimal("76.75")), credit_grade(90), credit_grade(40)
    ('A', 'AA', 'CCC')
    """
    points = between(score, "score", 0, 100)
    return next((grade for grade, above in GRADES.items() if points > above), LOWEST)


def credit_terms(grade: str) -> CreditTerms:
    """The limit factor, period and terms of a grade; FactError for a grade there isn't.

    >>> credit_terms("A").factor, credit_terms("A").days
    (Decimal('0.6'), 30)
    """
    if grade not in TERMS:
        raise FactError(f"grade：没有信用等级 {grade}", code="unknown_grade", column="grade")
    return TERMS[grade]
