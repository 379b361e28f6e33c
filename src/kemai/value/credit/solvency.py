"""Ratios that say whether a customer can pay (2.4, S4.97–S4.100), each with its mark: good, watch or red."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from kemai.value.arguments import fen_of, percent, yuan
from kemai.value.errors import FactError

HIGH_CURRENT = 4
LIQUID = ("current_ratio", "quick_ratio", "cash_ratio")


@dataclass(frozen=True, slots=True)
class Ratio:
    """`value` with two decimals (times; percent for the debt ratio, net margin and ROE), None with a `reason`.

    `mark` is good, watch or red; None for turnovers, which are held against the industry. `note` is
    may_be_stock_or_bad_debts where a current ratio is suspiciously high.
    """

    value: Decimal | None
    mark: str | None = None
    reason: str | None = None
    note: str | None = None


# ratio -> (parts added, parts taken off, whole)
_Rule = tuple[tuple[str, ...], tuple[str, ...], str]
RULES: Mapping[str, _Rule] = {
    "current_ratio": (("current_assets",), (), "current_liabilities"),
    "quick_ratio": (("current_assets",), ("inventory", "prepayments", "other"), "current_liabilities"),
    "cash_ratio": (("cash",), (), "current_liabilities"),
    "debt_ratio": (("total_debt",), (), "total_assets"),
    "receivable_turnover": (("credit_sales",), (), "average_receivables"),
    "inventory_turnover": (("cost_of_sales",), (), "average_inventory"),
    "net_margin": (("profit",), (), "sales"),
    "return_on_equity": (("profit",), (), "equity"),
}
# The lowest value that is good, and the lowest that is to be watched; below is red.
MARKS: Mapping[str, tuple[Fraction, Fraction]] = {
    "current_ratio": (Fraction(2), Fraction(1)),
    "quick_ratio": (Fraction(1), Fraction(1, 2)),
    "cash_ratio": (Fraction(1, 5), Fraction(0)),
}
PERCENTS = ("debt_ratio", "net_margin", "return_on_equity")
OFTEN_NOTHING = ("prepayments", "other")
KNOWN = frozenset(name for parts, off, whole in RULES.values() for name in (*parts, *off, whole))


def solvency(statement: Mapping[str, Any]) -> dict[str, Ratio]:
    """All ratios of one year's statement, amounts in yuan under the names of KNOWN; what isn't told is missing, only
    prepayments and other (what else can't be turned into money) count as 0.

    A ratio without its figures has reason missing_<figure>; without current liabilities no_current_debt, without
    another divisor nothing_to_divide_by. FactError for an amount that is none or has an unknown name.

    >>> found = solvency({"current_assets": 900, "inventory": 350, "current_liabilities": 500})
    >>> found["current_ratio"].value, found["current_ratio"].mark
    (Decimal('1.80'), 'watch')
    >>> found["quick_ratio"].value, found["quick_ratio"].mark
    (Decimal('1.10'), 'good')
    """
    if strangers := set(statement) - KNOWN:
        name = min(strangers)
        raise FactError(f"{name}：报表里没有这一项", code="unknown_figure", column=name)
    fen = {name: fen_of(amount, name) for name, amount in statement.items() if amount is not None}
    return {name: _ratio(name, dict.fromkeys(OFTEN_NOTHING, 0) | fen) for name in RULES}


def operations(statements: Mapping[Any, Mapping[str, Any] | None]) -> dict[str, dict[Any, Ratio]]:
    """Past, present and forecast side by side (S4.97): each ratio by year, in the order of `statements`; a year without
    a statement has reason missing_year.

    >>> table = operations({2024: {"profit": 40, "sales": 1000}, 2025: None, 2026: {"profit": 60, "sales": 1000}})
    >>> [ratio.value and str(ratio.value) for ratio in table["net_margin"].values()]
    ['4.00', None, '6.00']
    """
    missing = dict.fromkeys(RULES, Ratio(None, reason="missing_year"))
    by_year = {year: solvency(given) if given else missing for year, given in statements.items()}
    return {name: {year: ratios[name] for year, ratios in by_year.items()} for name in RULES}


def _ratio(name: str, fen: Mapping[str, int]) -> Ratio:
    parts, off, whole = RULES[name]
    for figure in (*parts, *off, whole):
        if figure not in fen:
            return Ratio(None, reason=f"missing_{figure}")
    if fen[whole] <= 0:
        return Ratio(None, reason="no_current_debt" if name in LIQUID else "nothing_to_divide_by")
    part = sum(fen[each] for each in parts) - sum(fen[each] for each in off)
    exact = Fraction(part, fen[whole])
    value = percent(part, fen[whole]) if name in PERCENTS else yuan(100 * exact)
    note = (
        "may_be_stock_or_bad_debts" if name == "current_ratio" and part > HIGH_CURRENT * fen[whole] else None
    )
    return Ratio(value, _mark(name, exact), note=note)


def _mark(name: str, value: Fraction) -> str | None:
    if name == "debt_ratio":
        return "good" if value * 2 <= 1 else "watch" if value * 10 <= 7 else "red"
    if name in ("net_margin", "return_on_equity"):
        return "good" if value > 0 else "watch"
    if name not in MARKS:
        return None
    good, watch = MARKS[name]
    return "good" if value >= good else "watch" if value >= watch else "red"
