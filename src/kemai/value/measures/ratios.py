"""Small ratios that stand beside the larger measures (3.16): share of wallet, return on discounts, cost of key accounts.

All are percent with two decimals, half up, and None where there is nothing to divide by or something isn't known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kemai.value.arguments import fen_of, not_negative, percent, yuan
from kemai.value.errors import FactError


def share_of_wallet(ours: Any, rivals: Iterable[Any] | None) -> Decimal | None:
    """What the customer buys from us, of what it buys from us and our rivals (yuan); None while rivals are unknown,
    wholly or one of them.

    >>> share_of_wallet(600_000, [300_000, 100_000]), share_of_wallet(600_000, None)
    (Decimal('60.00'), None)
    """
    theirs = None if rivals is None else list(rivals)
    if theirs is None or None in theirs:
        return None
    mine = fen_of(not_negative(ours, "ours"), "ours")
    others = sum(fen_of(not_negative(each, "rivals"), "rivals") for each in theirs)
    return percent(mine, mine + others)


def market_share(ours: Any, market: Any) -> Decimal | None:
    """Our part of a market segment, both in yuan; None while the size of the market is unknown or 0.

    >>> market_share(1_200_000, 10_000_000), market_share(1_540_000, 11_000_000), market_share(1, None)
    (Decimal('12.00'), Decimal('14.00'), None)
    """
    if market is None:
        return None
    return percent(
        fen_of(not_negative(ours, "ours"), "ours"), fen_of(not_negative(market, "market"), "market")
    )


def extra_margin(actual: Any, same_period_last_year: Any, market_index: Any = 1) -> Decimal:
    """Margin beyond the baseline, last year's times the market index, in yuan.

    >>> extra_margin(1_300_000, 1_000_000, "1.1")
    Decimal('200000.00')
    """
    baseline = fen_of(same_period_last_year, "same_period_last_year")
    return yuan(fen_of(actual, "actual") - baseline * Fraction(not_negative(market_index, "market_index")))


def discount_roi(extra: Any, cost: Any) -> Decimal | None:
    """(extra margin - cost) / cost of a discount or rebate; None where it cost nothing.

    >>> discount_roi(200_000, 120_000), discount_roi(200_000, 0)
    (Decimal('66.67'), None)
    """
    spent = fen_of(not_negative(cost, "cost"), "cost")
    return percent(fen_of(extra, "extra") - spent, spent)


def investment_ratios(investments: Sequence[Any], revenues: Sequence[Any]) -> list[Decimal | None]:
    """Investment by revenue of a key account, both added up to each period in turn (yuan a period).

    >>> [str(ratio) for ratio in investment_ratios([500, 50, 50], [1000, 1000, 1000])]
    ['50.00', '27.50', '20.00']
    """
    if len(investments) != len(revenues):
        raise FactError("revenues：每一期投入要有它的收入", code="different_lengths", column="revenues")
    found, spent, earned = [], 0, 0
    for investment, revenue in zip(investments, revenues, strict=True):
        spent += fen_of(not_negative(investment, "investments"), "investments")
        earned += fen_of(revenue, "revenues")
        found.append(percent(spent, earned) if earned > 0 else None)
    return found


def account_profit(
    sales: Any, cost: Any, rebates: Any = 0, service: Any = 0
) -> tuple[Decimal, Decimal | None]:
    """What is left of a customer in a period, in yuan and in percent of its sales: sales less the cost of goods, less
    what it earned with us (rebates, discounts, promotion), less what serving it cost (S1.71).

    >>> account_profit(4_000_000, 3_000_000, rebates=80_000, service=120_000)
    (Decimal('800000.00'), Decimal('20.00'))
    """
    sold = fen_of(sales, "sales")
    left = sold - fen_of(cost, "cost") - fen_of(rebates, "rebates") - fen_of(service, "service")
    return yuan(left), percent(left, sold) if sold > 0 else None


def investment_return(profit: Any, investment: Any) -> Decimal | None:
    """(profit - investment) / investment of what was put into one customer (S1.166); None where nothing was.

    >>> investment_return(800_000, 500_000), investment_return(800_000, 0)
    (Decimal('60.00'), None)
    """
    spent = fen_of(not_negative(investment, "investment"), "investment")
    return percent(fen_of(profit, "profit") - spent, spent)


def benefit_share(benefit: Any, sales: Any) -> Decimal | None:
    """What the customer earned with us, of what it bought (S0.15); None where it bought nothing.

    >>> benefit_share(100_000, 4_000_000)
    Decimal('2.50')
    """
    sold = fen_of(sales, "sales")
    return percent(fen_of(benefit, "benefit"), sold) if sold > 0 else None
