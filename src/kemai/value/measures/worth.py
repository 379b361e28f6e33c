"""The value kinds of many customers at once (3.10, S4.48–S4.51): the formulas of `clv`, a column a term.

    historical = profit to date - cost of acquisition, nominal or compounded to the as-of date (`compounding`)
    current    = margin of a year * sum over t = 1..n of r**(t-1) / (1+d)**t
    potential  = cross-selling + recommendations
    lifetime   = current + potential

Money is whole fen, rounded half up once at the end; what cannot be known is null and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kemai.value.measures.clv import clv

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

REASONS = ("no_purchase", "no_cost", "lost", "no_estimate", "no_current", "partial_cost")
NO_PURCHASE, NO_COST, LOST, NO_ESTIMATE, NO_CURRENT, PARTIAL_COST = range(len(REASONS))
UNIT_MARGIN = 1_000_000_000  # fen: large enough that the annuity keeps every digit that a double has


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the company assumes: `discount` a year, `years` of the horizon, `retention_cost_fen` for a customer and year
    (S4.58), and `margin_rate`, profit as a fraction of sales where a customer's own costs are not known (None: then
    there is no number); `own_margin` False takes that rate for everybody; `grown_history` takes the past in money of
    the as-of date instead of the nominal sums."""

    discount: float = 0.1
    years: int = 5
    retention_cost_fen: int = 0
    margin_rate: float | None = None
    own_margin: bool = True
    grown_history: bool = False


NAMES = ("profit_all_fen", "sales_all_fen", "profit_12m_fen", "sales_12m_fen", "acquisition_fen", "retention", "growth_fen", "growth_bp", "extra_fen")  # fmt: skip
GROWN = ("profit_all_fen", "sales_all_fen", "acquisition_fen")
"""What the historical value is made of; `grown_<name>` holds each in fen of the as-of date, not rounded."""


def worth(customers: pa.Table, outlook: Outlook, key: str = "customer_id") -> pa.Table:
    """A row for each row of `customers`, in its order.

    `customers` has the key and, each null where unknown: profit_all_fen and sales_all_fen (to date), profit_12m_fen
    and sales_12m_fen, acquisition_fen (what winning the customer cost), retention (fraction that stays a year; null of who is lost),
    growth_fen (sales that could come on top in a year) with growth_bp (probability, 1/10000), and extra_fen (potential that
    was estimated line by line, profit). An optional is_partly_costed says that some lines to date have a cost and some have
    none. With `grown_history`, grown_profit_all_fen, grown_sales_all_fen and grown_acquisition_fen hold the same
    compounded to the as-of date.

    The result has the key, revenue_fen, benefit_fen (margin of a year before the cost of retention), margin
    (fraction), historical_fen, current_fen, potential_fen, lifetime_fen and for each of the four `…_reason`: no_purchase,
    no_cost (no costs are known and no margin rate was given), partial_cost (historical: not of every line), lost (current), no_estimate (potential), no_current (lifetime).
    """
    import numpy as np
    import pyarrow as pa

    have = {name: _floats(customers, name) for name in NAMES}
    benefit, margin = _margins(have, outlook)
    past = {name: _floats(customers, f"grown_{name}") for name in GROWN} if outlook.grown_history else have
    historical = _profit_to_date(past, outlook) - np.nan_to_num(past["acquisition_fen"])
    current = (benefit - outlook.retention_cost_fen) * _annuities(have["retention"], outlook)
    potential = _potential(have, margin)
    lifetime = current + np.nan_to_num(potential)
    bought = ~np.isnan(have["sales_all_fen"])
    why = np.where(bought, NO_COST, NO_PURCHASE)
    to_date = np.where(bought & _flags(customers, "is_partly_costed"), PARTIAL_COST, why)
    why_now = np.where(bought & np.isnan(have["retention"]), LOST, why)
    has_estimate = ~np.isnan(have["growth_fen"] * have["growth_bp"])
    kinds = {
        "historical": (historical, to_date), "current": (current, why_now),
        "potential": (potential, np.where(has_estimate, NO_COST, NO_ESTIMATE)),
        "lifetime": (lifetime, np.where(bought, NO_CURRENT, NO_PURCHASE)),
    }  # fmt: skip
    words = pa.array(REASONS, pa.string())
    columns: dict[str, Any] = {
        key: customers[key], "revenue_fen": _fen(have["sales_12m_fen"]), "benefit_fen": _fen(benefit),
        "margin": pa.array(margin, from_pandas=True),
    }  # fmt: skip
    for name, (values, reasons) in kinds.items():
        columns[f"{name}_fen"] = _fen(values)
        columns[f"{name}_reason"] = words.take(pa.array(reasons, mask=~np.isnan(values)))
    return pa.table(columns)


def _margins(have: dict[str, Floats], outlook: Outlook) -> tuple[Floats, Floats]:
    """Profit of the last year, and as a fraction of its sales; the company's rate where own costs are unknown."""
    import numpy as np

    sales, rate = have["sales_12m_fen"], np.nan if outlook.margin_rate is None else outlook.margin_rate
    by_rate = sales * rate
    benefit = np.where(np.isnan(have["profit_12m_fen"]), by_rate, have["profit_12m_fen"])
    benefit = benefit if outlook.own_margin else by_rate
    with np.errstate(divide="ignore", invalid="ignore"):
        own = np.where(sales > 0, benefit / np.where(sales > 0, sales, 1.0), np.nan)
    return benefit, np.where(np.isnan(own), rate, own)


def _profit_to_date(have: dict[str, Floats], outlook: Outlook) -> Floats:
    import numpy as np

    by_rate = have["sales_all_fen"] * (np.nan if outlook.margin_rate is None else outlook.margin_rate)
    if not outlook.own_margin:
        return np.asarray(by_rate)
    return np.where(np.isnan(have["profit_all_fen"]), by_rate, have["profit_all_fen"])


def _potential(have: dict[str, Floats], margin: Floats) -> Floats:
    """Cross-selling from the estimate of growth at the customer's own margin, and what was estimated line by line."""
    import numpy as np

    growth = have["growth_fen"] * have["growth_bp"] / 10_000 * np.maximum(margin, 0)
    both = np.nan_to_num(growth) + np.nan_to_num(have["extra_fen"])
    return np.where(np.isnan(growth) & np.isnan(have["extra_fen"]), np.nan, both)


def _annuities(retention: Floats, outlook: Outlook) -> Floats:
    """What a fen a year is worth, worked out once for each retention there is."""
    import numpy as np

    values, place = np.unique(retention, return_inverse=True)
    made = [
        np.nan if np.isnan(r) else clv(UNIT_MARGIN, r, outlook.discount, outlook.years) / UNIT_MARGIN
        for r in values.tolist()
    ]
    return np.asarray(made, dtype=np.float64)[place]


def _floats(table: pa.Table, name: str) -> Floats:
    import numpy as np
    import pyarrow as pa

    if name not in table.column_names:
        return np.full(len(table), np.nan)
    return np.array(table[name].cast(pa.float64()).to_numpy(), dtype=np.float64)


def _flags(table: pa.Table, name: str) -> NDArray[np.bool_]:
    import numpy as np

    if name not in table.column_names:
        return np.zeros(len(table), dtype=bool)
    return np.array(table[name].fill_null(False).to_numpy(), dtype=bool)


def _fen(values: Floats) -> pa.Array:
    """Rounded half away from zero, null where there is none."""
    import numpy as np
    import pyarrow as pa

    missing = np.isnan(values)
    rounded = np.sign(values) * np.floor(np.abs(values) + 0.5)
    return pa.array(np.where(missing, 0, rounded).astype(np.int64), mask=missing)
