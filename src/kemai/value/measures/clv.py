"""Customer value over time (3.10, S4.48–S4.51, S4.56–S4.61): historical, current, potential and lifetime value.

`CLV = sum over t = 1..n of m * r**(t-1) / (1+d)**t - C0`, without end `m / (1+d-r) - C0`: m is the margin of a year
after the cost of keeping the customer, r the share that stays, d the discount rate, C0 the cost of acquisition.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import expm1, inf, isfinite, log1p
from typing import Any

from kemai.value.arguments import between, fen_of, not_negative, number, percent, whole_number, yuan
from kemai.value.errors import FactError
from kemai.value.measures.compounding import compounding


def clv(margin: Any, retention: Any, discount: Any, years: int | None = 5, acquisition: Any = 0) -> float:
    """Net present value of a customer, in the unit of `margin`; `years=None` is the infinite form.

    `margin` is the yearly margin after the cost of retention (may be negative), `retention` lies in 0 to 1,
    `discount` is above -1, `acquisition` is 0 for existing customers (sunk). FactError names what is out of range;
    the infinite form is refused where retention is not below 1 + discount.

    >>> round(clv(10_000, 0.8, 0.1), 2), round(clv(10_000, 0.8, 0.1, acquisition=5_000), 2)
    (26551.22, 21551.22)
    >>> round(clv(10_000, 0.8, 0.1, years=None, acquisition=5_000), 2)
    28333.33
    """
    m, r = float(number(margin, "margin")), between(retention, "retention", 0, 1)
    d, cost = number(discount, "discount"), float(not_negative(acquisition, "acquisition"))
    if d <= -1:
        raise FactError(f"discount：必须大于 -1，给的是 {discount}", code="out_of_range", column="discount")
    value = m * _annuity(1 + d - r, 1 + d, years) - cost
    if not isfinite(value):
        raise FactError("结果大到无法表示", code="too_large", column="years")
    return value


def _annuity(decay: Decimal, growth: Decimal, years: int | None) -> float:
    """What one yuan a year is worth: (1 - q**n) / (1+d-r) with q = r / (1+d), also where q is nearly 1."""
    if years is None:
        if decay <= 0:
            raise FactError(
                "retention：无限期要求保有率小于 1 + 贴现率", code="never_ends", column="retention"
            )
        return float(1 / decay)
    n = whole_number(years, "years")
    if decay == 0:
        return n / float(growth)
    stays = float((growth - decay) / growth)
    try:
        if stays < 0.5:
            return (1 - stays**n) / float(decay)
        return -expm1(n * log1p(-float(decay / growth))) / float(decay)
    except OverflowError:
        return inf


def acquisition_cost(spend: Any, new_customers: Any) -> Decimal | None:
    """CAC in yuan: what was spent on winning customers, for each one won; None where nobody was.

    >>> acquisition_cost(500_000, 200), acquisition_cost(500_000, 0)
    (Decimal('2500.00'), None)
    """
    won = whole_number(new_customers, "new_customers")
    spent = fen_of(not_negative(spend, "spend"), "spend")
    return yuan(Fraction(spent, won)) if won else None


def historical_value(
    profits: Iterable[Any], acquisition: Any = 0, *, discount: Any = 0, days_ago: Iterable[int] | None = None,
    acquired_days_ago: int = 0,
) -> Decimal:  # fmt: skip
    """Profit to date less the cost of acquisition, in yuan (S4.48): nominal, or in money of the as-of date.

    With a `discount` a year, each profit and the cost of acquisition are compounded over the days that have passed since
    (`compounding`). `days_ago` has a number of days for each profit, without it all are of the as-of date. FactError for
    another count of days than of profits.

    >>> historical_value([12_000, -500, "800.50"], acquisition=2_500)
    Decimal('9800.50')
    >>> historical_value([10_000, 1_000], 5_000, discount="0.1", days_ago=[1461, 0], acquired_days_ago=1461)
    Decimal('8320.50')
    """
    earned = [fen_of(each, "profits") for each in profits]
    days = [0] * len(earned) if days_ago is None else list(days_ago)
    if len(days) != len(earned):
        raise FactError("days_ago：每笔利润要有一个天数", code="wrong_count", column="days_ago")
    spent = fen_of(not_negative(acquisition, "acquisition"), "acquisition")
    flows = [*zip(earned, days, strict=True), (-spent, acquired_days_ago)]
    return yuan(sum((fen * Fraction(compounding(ago, discount)) for fen, ago in flows), Fraction(0)))


def cross_selling_value(demand: Any, share: Any, margin: Any, p: Any) -> Decimal:
    """Potential of one product line that the customer doesn't buy yet: demand, our reachable share, margin, P (S4.50).

    >>> cross_selling_value(1_000_000, "0.30", "0.20", "0.50")
    Decimal('30000.00')
    """
    parts = Fraction(fen_of(not_negative(demand, "demand"), "demand"))
    for each, name in ((share, "share"), (margin, "margin"), (p, "p")):
        parts *= Fraction(between(each, name, 0, 1))
    return yuan(parts)


def referral_value(referrals_a_year: Any, conversion: Any, mean_value: Any) -> Decimal:
    """What recommendations bring: referrals a year, share that buys, mean CLV of a new customer; one generation.

    >>> referral_value(4, "0.25", 8_000)
    Decimal('8000.00')
    """
    expected = Fraction(not_negative(referrals_a_year, "referrals_a_year"))
    expected *= Fraction(between(conversion, "conversion", 0, 1))
    return yuan(expected * fen_of(mean_value, "mean_value"))


def lifetime_value(current: Any, potential: Iterable[Any] = ()) -> Decimal:
    """Current value plus all potentials: the future alone, history is shown beside it (S4.51).

    >>> lifetime_value(clv(10_000, 0.8, 0.1), [cross_selling_value(1_000_000, "0.3", "0.2", "0.5")])
    Decimal('56551.22')
    """
    return yuan(fen_of(current, "current") + sum(fen_of(each, "potential") for each in potential))


def lifetime_purchases_value(purchases: Any, price: Any, service: Any = 0, finance: Any = 0) -> Decimal:
    """The motor trade's way: purchases of a lifetime times the mean price, parts and service, interest (S4.60).

    >>> lifetime_purchases_value(6, 20_000, service=15_000, finance=7_000)
    Decimal('142000.00')
    """
    bought = Fraction(not_negative(purchases, "purchases")) * fen_of(not_negative(price, "price"), "price")
    return yuan(bought + fen_of(service, "service") + fen_of(finance, "finance"))


@dataclass(frozen=True, slots=True)
class Economics:
    """The four parameters of a customer's card, in yuan, and two ratios in percent for show.

    `acquisition_cost`, `retention_cost`, `benefit` (tangible plus what was put on the intangible) and `revenue`;
    `margin_rate` is benefit / revenue, `cost_rate` is (acquisition + retention) / revenue, None without revenue.
    """

    acquisition_cost: Decimal
    retention_cost: Decimal
    benefit: Decimal
    revenue: Decimal
    margin_rate: Decimal | None
    cost_rate: Decimal | None


def economics(
    acquisition: Any, retention_costs: Iterable[Any], tangible: Any, revenue: Any, intangible: Any = 0
) -> Economics:
    """Cost of winning, cost of keeping (care, visits, gifts), benefit and revenue side by side (S4.56–S4.59).

    They are shown, never multiplied into a "value": such a product would rise with the money spent on winning.

    >>> card = economics(500, [120, 150, 30], 6_000, 20_000)
    >>> card.retention_cost, card.margin_rate, card.cost_rate
    (Decimal('300.00'), Decimal('30.00'), Decimal('4.00'))
    """
    won = fen_of(not_negative(acquisition, "acquisition"), "acquisition")
    kept = sum(fen_of(not_negative(each, "retention_costs"), "retention_costs") for each in retention_costs)
    benefit = fen_of(tangible, "tangible") + fen_of(intangible, "intangible")
    sold = fen_of(not_negative(revenue, "revenue"), "revenue")
    return Economics(
        yuan(won), yuan(kept), yuan(benefit), yuan(sold), percent(benefit, sold), percent(won + kept, sold)
    )
