"""Lifetime value of each customer: discounted purchases to come, times what a purchase is expected to bring."""

from __future__ import annotations

from typing import Any

import numpy as np

from kemai.value.errors import FactError
from kemai.value.lifetime.gamma_gamma import GammaGamma
from kemai.value.lifetime.model import PurchaseModel
from kemai.value.measures.compounding import DAYS_A_YEAR


def lifetime_value(
    purchases: PurchaseModel,
    spend: GammaGamma,
    x: Any,
    t_x: Any,
    T: Any,
    mean_value: Any,
    *,
    margin: float,
    discount: float,
    years: float | None = None,
    unit_days: float = 7,
) -> Any:
    """Expected profit in yuan after T, in money of T: margin x spend x discounted purchases.

    `margin` is a fraction of sales, `discount` a year's rate, `years` the horizon (None: for ever), `unit_days` the
    days of the model's unit of time. nan where no expected spend exists. `mean_value` is yuan per repeat purchase (the
    column of `summary`); the answer is an array in the order of the columns, a float for one customer.
    FactError where the margin is above 1, the discount negative, or years or unit_days not above 0.
    """
    if not margin <= 1:
        raise FactError(
            f"margin：是销售额的一部分，不大于 1（三成写 0.3），给的是 {margin}",
            code="out_of_range",
            column="margin",
        )
    if discount < 0 or (discount == 0 and years is None):
        raise FactError("discount：没有期限时贴现率要大于 0", code="bad_value", column="discount")
    for name, given in (("years", years), ("unit_days", unit_days)):
        if given is not None and not given > 0:
            raise FactError(f"{name}：要大于 0，给的是 {given}", code="bad_value", column=name)
    units_a_year = DAYS_A_YEAR / unit_days
    rate = float(np.log1p(discount)) / units_a_year
    horizon = None if years is None else years * units_a_year
    to_come = purchases.discounted_purchases(x, t_x, T, rate, horizon)
    return margin * spend.expected_spend(x, mean_value) * to_come
