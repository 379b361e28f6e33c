"""What a customer will buy in the coming months, as a run found it."""

from __future__ import annotations

from django.db import models

from kemai.business.valuation.models.rows import RunRow


class Forecast(RunRow):
    """Columns by the names of `value.forecast`, in fen; those who get none carry the reason.

    The months ahead stand here one by one, so that sums over anybody's customers are one statement; their bands stay in
    the run's file. `sales_now_fen` and `cv_now` are of the last twelve complete months, `…_before` of the twelve before.
    """

    method = models.CharField(max_length=20, null=True)
    reason = models.CharField(max_length=30, null=True)
    label = models.CharField(max_length=10, null=True)  # up, flat, down: the next twelve beside the last
    months = models.BigIntegerField()
    next_3_fen = models.BigIntegerField(null=True)
    low_3_fen = models.BigIntegerField(null=True)
    high_3_fen = models.BigIntegerField(null=True)
    next_6_fen = models.BigIntegerField(null=True)
    low_6_fen = models.BigIntegerField(null=True)
    high_6_fen = models.BigIntegerField(null=True)
    next_12_fen = models.BigIntegerField(null=True)
    low_12_fen = models.BigIntegerField(null=True)
    high_12_fen = models.BigIntegerField(null=True)
    month_1_fen = models.BigIntegerField(null=True)
    month_2_fen = models.BigIntegerField(null=True)
    month_3_fen = models.BigIntegerField(null=True)
    month_4_fen = models.BigIntegerField(null=True)
    month_5_fen = models.BigIntegerField(null=True)
    month_6_fen = models.BigIntegerField(null=True)
    month_7_fen = models.BigIntegerField(null=True)
    month_8_fen = models.BigIntegerField(null=True)
    month_9_fen = models.BigIntegerField(null=True)
    month_10_fen = models.BigIntegerField(null=True)
    month_11_fen = models.BigIntegerField(null=True)
    month_12_fen = models.BigIntegerField(null=True)
    sales_now_fen = models.BigIntegerField()
    sales_before_fen = models.BigIntegerField(null=True)
    cv_now = models.FloatField(null=True)
    cv_before = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="forecast_once_per_run")]
