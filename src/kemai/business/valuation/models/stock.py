"""What a customer's counts say of its stock and consumption, all its products together, as a run found it."""

from __future__ import annotations

from django.db import models

from kemai.business.valuation.models.rows import RunRow


class StockStanding(RunRow):
    """Thousandths of pieces, added over the products that could be worked out. `next_month_milli` is the consumption
    that the rate gives for the month after the as-of date; `odd` counts products whose counts can't be right, `single`
    those that were counted only once."""

    counted_on = models.DateField()
    products = models.BigIntegerField()
    closing_milli = models.BigIntegerField()
    sold_out_milli = models.BigIntegerField(null=True)
    day_milli = models.FloatField(null=True)
    order_milli = models.BigIntegerField(null=True)
    next_month_milli = models.BigIntegerField(null=True)
    odd = models.BigIntegerField()
    single = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="stock_once_per_run")]
