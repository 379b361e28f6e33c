"""One wide row per customer of a run that is or was lately published."""

from django.db import models

from kemai.business.archives.models import Customer


class Standing(models.Model):
    """What the engine found. No foreign key constraints: rows are loaded and dropped by the million, and
    readers always join from the restricted customer."""

    run_id = models.BigIntegerField()
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="standings", db_constraint=False, db_index=False
    )
    first_order_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    orders_12m = models.IntegerField(null=True)
    sales_12m_fen = models.BigIntegerField(null=True)
    sales_prior_12m_fen = models.BigIntegerField(null=True)
    sales_all_fen = models.BigIntegerField(null=True)
    returns_12m_fen = models.BigIntegerField(null=True)
    profit_12m_fen = models.BigIntegerField(null=True)
    profit_reason = models.CharField(max_length=30, null=True)
    recency_days = models.IntegerField(null=True)
    rfm_code = models.CharField(max_length=3, null=True)
    rfm_score_milli = models.IntegerField(null=True)
    rfm_class = models.CharField(max_length=30, null=True)
    rfm_rank = models.IntegerField(null=True)
    rfm_reason = models.CharField(max_length=30, null=True)
    ev_fen = models.BigIntegerField(null=True)
    ev_rank = models.IntegerField(null=True)
    ev_class = models.CharField(max_length=2, null=True)
    ev_reason = models.CharField(max_length=30, null=True)
    ev_kind = models.CharField(max_length=10, null=True)
    sales_rank = models.IntegerField(null=True)
    sales_reason = models.CharField(max_length=30, null=True)
    sales_count_class = models.CharField(max_length=2, null=True)
    sales_value_class = models.CharField(max_length=2, null=True)
    pyramid_class = models.CharField(max_length=10, null=True)
    value_level = models.CharField(max_length=10, null=True)
    profit_rank = models.IntegerField(null=True)
    profit_class = models.CharField(max_length=2, null=True)
    quality_score = models.IntegerField(null=True)  # hundredths of a point
    quality_rank = models.IntegerField(null=True)
    quality_class = models.CharField(max_length=10, null=True)
    quality_reason = models.CharField(max_length=30, null=True)
    stability_cv = models.FloatField(null=True)
    stability_class = models.CharField(max_length=12, null=True)
    stability_reason = models.CharField(max_length=30, null=True)
    trend = models.CharField(max_length=6, null=True)
    trend_per_year = models.FloatField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="standing_once_per_run")]
        indexes = [
            models.Index(fields=["run_id", "ev_rank"], name="standing_ev"),
            models.Index(fields=["run_id", "sales_rank"], name="standing_sales"),
            models.Index(fields=["run_id", "profit_rank"], name="standing_profit"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.customer_id}"
