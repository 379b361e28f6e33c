"""Days sales outstanding (2.11): how many days of sales the receivables stand for.

Simple: `receivables / sales * days`. Countback: the receivables take up the latest month's sales, then the one before,
and so on; a month taken up in part counts for that part of its days, and nothing counts once all is taken up.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kemai.value.arguments import at_least_one, fen_of, not_negative
from kemai.value.errors import FactError
from kemai.value.exact import half_up

METHODS = ("simple", "countback")


@dataclass(frozen=True, slots=True)
class Dso:
    """`days` with two decimals, None where nothing was sold (reason no_sales); `is_more` where the receivables are
    larger than all the sales known: then the truth is more than `days` (reason beyond_known_sales)."""

    days: Decimal | None
    is_more: bool = False
    reason: str | None = None

    def __str__(self) -> str:
        return "" if self.days is None else f"{'>' if self.is_more else ''}{self.days}"

    def __float__(self) -> float:
        return float("nan") if self.days is None else float(self.days)


def dso(receivables: Any, sales: Any, days: Any, method: str = "simple") -> Dso:
    """DSO of `receivables` (yuan) by credit `sales` (yuan) and `days`: numbers of one span, or a sequence of each, a
    month a place, the latest first. Simple takes the sum of a sequence.

    >>> float(dso(212, [100, 80, 70], [30, 31, 30], method="countback"))
    74.71
    >>> float(dso(212, 250, 91))
    77.17
    """
    if method not in METHODS:
        raise FactError(f"method 只能是 {'、'.join(METHODS)}", code="bad_method", column="method")
    owed = fen_of(not_negative(receivables, "receivables"), "receivables")
    months = list(zip(*_months(sales, days), strict=True))
    sold = sum(fen for fen, _ in months)
    if sold <= 0:
        return Dso(None, reason="no_sales")
    if method == "simple":
        return Dso(_two_places(Fraction(owed * sum(length for _, length in months), sold)))
    return _counted_back(owed, months)


def _counted_back(owed: int, months: list[tuple[int, int]]) -> Dso:
    found = Fraction(0)
    for fen, length in months:
        if not owed:  # nothing left to look for: months without sales before count no days
            break
        if fen > owed:
            return Dso(_two_places(found + Fraction(owed * length, fen)))
        owed, found = owed - max(fen, 0), found + length
    # Exactly used up is no more than all the days; anything left is.
    return Dso(_two_places(found), is_more=owed > 0, reason="beyond_known_sales" if owed > 0 else None)


def _months(sales: Any, days: Any) -> tuple[list[int], list[int]]:
    amounts, lengths = _listed(sales), _listed(days)
    if _is_many(sales) != _is_many(days) or len(amounts) != len(lengths):
        raise FactError("days：每个月的销售额要有它的天数", code="different_lengths", column="days")
    return [fen_of(each, "sales") for each in amounts], [at_least_one(each, "days") for each in lengths]


def _is_many(given: Any) -> bool:
    return not isinstance(given, str) and hasattr(given, "__len__")


def _listed(given: Any) -> list[Any]:
    """The months of a list, a tuple, an array or a column; one number is one month."""
    return list(given) if _is_many(given) else [given]


def best_possible_dso(not_due: Any, sales: Any, days: Any) -> Dso:
    """What DSO would be if nothing were overdue: receivables that are not due yet, over sales, times days.

    >>> str(best_possible_dso(150, 250, 91))
    '54.60'
    """
    return dso(not_due, sales, days)


def average_days_delinquent(actual: Dso, best: Dso) -> Decimal | None:
    """DSO less the best possible DSO; None where either is unknown.

    >>> average_days_delinquent(dso(212, 250, 91), best_possible_dso(150, 250, 91))
    Decimal('22.57')
    """
    return None if actual.days is None or best.days is None else actual.days - best.days


def _two_places(days: Fraction) -> Decimal:
    return Decimal(half_up(days * 100)).scaleb(-2)
