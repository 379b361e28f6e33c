"""Who buys what when: few buy most, some begin late, some stop early, winter sells more than summer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from kemai.oversight.demo.synthetic.plan import DAYS, PRODUCTS, PROSPECT_SHARE, CompanyPlan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

MONTH_WEIGHTS = (1.5, 0.7, 1.0, 1.0, 0.95, 0.85, 0.8, 0.95, 1.2, 1.0, 1.1, 1.35)
WEEKDAY_WEIGHTS = (1.1, 1.1, 1.1, 1.1, 1.0, 0.5, 0.15)
LINES_PER_ORDER = (0.3, 0.28, 0.18, 0.12, 0.08, 0.04)
CHUNK = 500_000


@dataclass(frozen=True, slots=True)
class Orders:
    """Every order in the order of days: customer (from 0), day (from 0), lines, and whether it was cancelled."""

    customer: Numbers
    day: Numbers
    lines: Numbers
    is_cancelled: NDArray[np.bool_]
    size: NDArray[np.float64]

    def days_of_customers(self, customers: int) -> tuple[Numbers, Numbers, Numbers]:
        """How many days each customer ordered on, the first and the last (-1 without an order)."""
        kept = ~self.is_cancelled
        pairs = np.unique(self.customer[kept] * DAYS + self.day[kept])
        who, day = pairs // DAYS, pairs % DAYS
        first, last = np.full(customers, -1), np.full(customers, -1)
        last[who] = day
        first[who[::-1]] = day[::-1]
        return np.bincount(who, minlength=customers), first, last


def make_orders(plan: CompanyPlan) -> Orders:
    """As many orders as their lines make up the sales of the plan."""
    dice = plan.dice("orders")
    lines = _line_counts(plan, dice)
    size = dice.lognormal(0, 1.1, plan.customers)
    customer = _buyers(plan, dice, len(lines), size)
    day = _days(plan, dice, customer)
    order = np.argsort(day, kind="stable")
    return Orders(customer[order], day[order], lines, dice.random(len(lines)) < 0.007, size)


def sale_columns(plan: CompanyPlan, orders: Orders) -> Iterator[dict[str, Any]]:
    """The lines in chunks: place of the order, number of the line, customer, day, product, quantity, fen, kind, status."""
    ends = np.cumsum(orders.lines)
    for number, start in enumerate(range(0, plan.sales, CHUNK)):
        count = min(CHUNK, plan.sales - start)
        place = np.searchsorted(ends, np.arange(start, start + count), side="right")
        line = np.arange(start, start + count) - (ends[place] - orders.lines[place]) + 1
        yield _lines(plan.dice(f"lines {number}"), orders, place, line)


def _line_counts(plan: CompanyPlan, dice: Any) -> Numbers:
    drawn = dice.choice(len(LINES_PER_ORDER), plan.sales, p=LINES_PER_ORDER).astype(np.int64) + 1
    ends = np.cumsum(drawn)
    count = int(np.searchsorted(ends, plan.sales)) + 1 if plan.sales else 0
    lines: Numbers = drawn[:count].copy()
    if count:
        lines[-1] -= ends[count - 1] - plan.sales
    return lines


def _buyers(plan: CompanyPlan, dice: Any, orders: int, size: Any) -> Numbers:
    """Every buyer once as long as there are orders, the others by weight."""
    buyers = dice.permutation(plan.customers)[: round(plan.customers * (1 - PROSPECT_SHARE))]
    once = buyers[:orders]
    chances = np.cumsum(size[buyers] ** 0.7 * dice.lognormal(0, 0.9, len(buyers)))
    drawn = np.sort(dice.random(orders - len(once))) * (chances[-1] if len(chances) else 0)
    more = buyers[np.searchsorted(chances, drawn, side="right")]
    found: Numbers = dice.permutation(np.concatenate([once, more]).astype(np.int64))
    return found


def _days(plan: CompanyPlan, dice: Any, customer: Numbers) -> Numbers:
    """Days within each customer's own span, by the weights of months and weekdays."""
    all_days = [plan.first_day + timedelta(days=n) for n in range(DAYS)]
    weights = [MONTH_WEIGHTS[day.month - 1] * WEEKDAY_WEIGHTS[day.weekday()] for day in all_days]
    spread = np.concatenate([[0.0], np.cumsum(weights)])
    is_new, is_gone = dice.random(plan.customers) < 0.4, dice.random(plan.customers) < 0.15
    begins = np.where(is_new, dice.random(plan.customers) * 0.95, 0)
    stops = np.where(is_gone, begins + (1 - begins) * dice.random(plan.customers), 1)
    at = begins[customer] + (stops - begins)[customer] * dice.random(len(customer))
    found: Numbers = np.clip(np.searchsorted(spread, at * spread[-1], side="right") - 1, 0, DAYS - 1)
    return found


def _lines(dice: Any, orders: Orders, place: Numbers, line: Numbers) -> dict[str, Any]:
    """Second, fourth and sixth lines are now and then a return of a quarter of the line before."""
    count = len(place)
    product = np.minimum((PRODUCTS * dice.random(count) ** 2.2).astype(np.int64), PRODUCTS - 1)
    quantity = 1 + np.floor(dice.exponential(6 * orders.size[orders.customer[place]])).astype(np.int64)
    amount = quantity * price_fen(product) * dice.integers(86, 101, count) // 100
    is_return = (
        (line % 2 == 0) & (dice.random(count) < 0.06) & np.concatenate([[False], place[1:] == place[:-1]])
    )
    before = np.concatenate([[0], np.arange(count - 1)])
    amount = np.where(is_return, -(amount[before] // 4), amount)
    product = np.where(is_return, product[before], product)
    quantity = np.where(is_return, -np.maximum(quantity[before] // 4, 1), quantity)
    day = orders.day[place]
    is_open = (day > DAYS - 10) & (place % 5 < 2)
    status = np.where(orders.is_cancelled[place], 2, np.where(is_open, 1, 0))
    return {
        "order": place, "line": line, "customer": orders.customer[place], "day": day, "product": product,
        "quantity": quantity, "amount": amount, "cost": amount * (58 + product % 31) // 100, "has_cost": product % 50 != 7,
        "is_return": is_return, "status": status,
    }  # fmt: skip


def price_fen(product: Any) -> Any:
    """From 9.90 to 800 yuan, many cheap and few dear."""
    return 990 + (product * 7919 % 400) ** 2 // 2
