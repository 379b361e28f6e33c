"""How much a customer may owe (2.11): six methods, the lowest of those chosen, times the factor of the grade.

All amounts are yuan, exact to the fen; the final limit is rounded down to 1,000 yuan.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kemai.value.arguments import between, fen_of, not_negative, number, whole_number, yuan
from kemai.value.credit.grade import credit_terms
from kemai.value.errors import FactError

STEP_FEN = 100_000
TENTH = Decimal("0.10")
YEAR = 365
PAYMENT_POINTS = {"discount": 10, "on_time": 5, "late": -5}
ASSET_EDGES = tuple(map(Decimal, ("-4.6", "-3.9", "-3.2", "-2.5", "-1.8", "-1.1", "-0.4", "0.3", "1.0")))
ASSET_PERCENT = tuple(map(Decimal, ("0", "2.5", "5", "7.5", "10", "12.5", "15", "17.5", "20", "25")))


def limit_by_need(annual_credit_purchases: Any, days: Any) -> Decimal:
    """What the customer buys on credit within one credit period.

    >>> limit_by_need(4_000_000, 30)
    Decimal('328767.12')
    """
    bought = _fen(annual_credit_purchases, "annual_credit_purchases")
    return yuan(Fraction(bought * whole_number(days, "days"), YEAR))


def limit_by_net_worth(net_worth: Any, share: Any = TENTH) -> Decimal:
    """A tenth of the customer's net worth; nothing where it is negative.

    >>> limit_by_net_worth(3_000_000)
    Decimal('300000.00')
    """
    return _part(net_worth, share, "net_worth")


def limit_by_working_capital(working_capital: Any, share: Any = TENTH) -> Decimal:
    """A tenth of the customer's working capital (some handbooks: a fifth); nothing where it is negative.

    >>> limit_by_working_capital(2_000_000, "0.2")
    Decimal('400000.00')
    """
    return _part(working_capital, share, "working_capital")


def limit_by_own_exposure(annual_business: Any, share: Any = TENTH) -> Decimal:
    """At most a tenth of our own yearly business with one customer.

    >>> limit_by_own_exposure(50_000_000)
    Decimal('5000000.00')
    """
    return _part(annual_business, share, "annual_business")


def limit_by_heuristic(
    net_worth: Any,
    *,
    credit_need: Any,
    payment: str,
    years: Any,
    margin: Any,
    current_ratio: Any,
    debt_ratio: Any,
) -> Decimal:
    """Net worth times `heuristic_percent`, whose arguments it takes.

    >>> limit_by_heuristic(3_000_000, credit_need="0.4", payment="on_time", years=5, margin="0.1",
    ...                    current_ratio="1.8", debt_ratio="0.4")
    Decimal('900000.00')
    """
    points = heuristic_percent(
        credit_need=credit_need, payment=payment, years=years, margin=margin, current_ratio=current_ratio,
        debt_ratio=debt_ratio,
    )  # fmt: skip
    return _part(net_worth, Decimal(points) / 100, "net_worth")


def heuristic_percent(
    *, credit_need: Any, payment: str, years: Any, margin: Any, current_ratio: Any, debt_ratio: Any
) -> int:
    """Percent of net worth, 0 at least: points for the share bought on credit, how it pays (discount, on_time, late),
    years with us, profit margin, current ratio, and debt by assets. Shares are fractions.

    >>> heuristic_percent(credit_need=0.6, payment="discount", years=11, margin=0.2, current_ratio=2.5, debt_ratio=0.2)
    60
    """
    if payment not in PAYMENT_POINTS:
        raise FactError(
            f"payment 只能是 {'、'.join(PAYMENT_POINTS)}", code="unknown_payment", column="payment"
        )
    debt = not_negative(debt_ratio, "debt_ratio")
    points = PAYMENT_POINTS[payment] + (10 if debt < Decimal("0.3") else 5 if debt <= Decimal("0.5") else -5)
    for given, name, low, high in (
        (credit_need, "credit_need", "0.25", "0.5"), (years, "years", "3", "10"),
        (margin, "margin", "0.05", "0.14"), (current_ratio, "current_ratio", "1.5", "2.2"),
    ):  # fmt: skip
        found = number(given, name)
        points += 10 if found > Decimal(high) else 5 if found >= Decimal(low) else 0
    return max(points, 0)


def limit_by_working_assets(
    working_capital: Any,
    net_worth: Any,
    *,
    current_ratio: Any,
    quick_ratio: Any,
    short_debt_ratio: Any,
    total_debt_ratio: Any,
) -> Decimal:
    """The working-asset model: the mean of working capital and net worth, times a percent by four ratios.

    The debts are by net worth. `current + quick - short debt - total debt` up to -4.6 gives 0 %, above 1.0 gives 25 %.

    >>> limit_by_working_assets(3_000_000, 5_000_000, current_ratio="1.8", quick_ratio="1.1",
    ...                         short_debt_ratio="0.4", total_debt_ratio="0.6")
    Decimal('1000000.00')
    """
    score = number(current_ratio, "current_ratio") + number(quick_ratio, "quick_ratio")
    score -= number(short_debt_ratio, "short_debt_ratio") + number(total_debt_ratio, "total_debt_ratio")
    both = fen_of(working_capital, "working_capital") + fen_of(net_worth, "net_worth")
    percent = ASSET_PERCENT[bisect_left(ASSET_EDGES, score)]
    return yuan(max(Fraction(both, 2) * Fraction(percent) / 100, Fraction(0)))


METHODS = ("need", "net_worth", "working_capital", "own_exposure", "heuristic", "working_assets")


@dataclass(frozen=True, slots=True)
class CreditLimit:
    """`limit` in yuan and what is `available` of it (below 0: already beyond); `method` set it, `factor` is the grade's.

    Both are None with reason missing_<method> where a chosen method gave nothing.
    """

    limit: Decimal | None
    available: Decimal | None
    method: str | None
    factor: Decimal
    reason: str | None = None

    def holds(self, order: Any) -> bool:
        """Whether an order of so many yuan must wait; always while the limit is unknown.

        >>> credit_limit({"net_worth": 300_000}, "A", receivables=120_000, undelivered=30_000).holds(40_000)
        True
        """
        return self.available is None or fen_of(not_negative(order, "order"), "order") > self.available * 100


def credit_limit(
    limits: Mapping[str, Any], grade: str, receivables: Any = 0, undelivered: Any = 0
) -> CreditLimit:
    """The lowest of the chosen methods' limits times the grade's factor, rounded down to 1,000 yuan.

    `limits` maps names of METHODS to yuan (None: not known). Available is the limit less receivables less orders not
    delivered. FactError for a method or grade there isn't, and where no method was chosen.

    >>> found = credit_limit({"need": limit_by_need(4_000_000, 30), "net_worth": 300_000}, "A", 120_000, 30_000)
    >>> found.limit, found.available, found.method
    (Decimal('180000.00'), Decimal('30000.00'), 'net_worth')
    """
    terms = credit_terms(grade)
    if not isinstance(limits, Mapping):
        raise FactError('limits：要写成 {"net_worth": 300000} 这样', code="not_a_mapping", column="limits")
    if not limits or (strangers := set(limits) - set(METHODS)):
        named = "、".join(sorted(strangers)) if limits else "空"
        raise FactError(f"limits：没有这样的方法 {named}", code="unknown_method", column="limits")
    missing = next((name for name in METHODS if name in limits and limits[name] is None), None)
    if missing is not None:
        return CreditLimit(None, None, None, terms.factor, f"missing_{missing}")
    method = min(limits, key=lambda name: (_fen(limits[name], name), METHODS.index(name)))
    fen = int(_fen(limits[method], method) * terms.factor) // STEP_FEN * STEP_FEN
    used = _fen(receivables, "receivables") + _fen(undelivered, "undelivered")
    return CreditLimit(yuan(fen), yuan(fen - used), method, terms.factor)


def _part(amount: Any, share: Any, name: str) -> Decimal:
    part = Fraction(between(share, "share", 0, 1))
    return yuan(max(fen_of(amount, name), 0) * part)


def _fen(amount: Any, name: str) -> int:
    return fen_of(not_negative(amount, name), name)
