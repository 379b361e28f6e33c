"""One wide row per customer of a run that is or was lately published: the engine's columns by the engine's names."""

from django.db import models

from kemai.business.archives.models import Customer


class Standing(models.Model):
    """What the engine found. No foreign key constraint: rows are loaded and dropped by the million, and readers
    always join from the restricted customer."""

    run_id = models.BigIntegerField()
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="standings", db_constraint=False, db_index=False
    )
    population = models.CharField(max_length=20, null=True)
    first_order_on = models.DateField(null=True)
    last_order_on = models.DateField(null=True)
    orders_12m = models.BigIntegerField(null=True)
    sales_12m_fen = models.BigIntegerField(null=True)
    sales_prior_12m_fen = models.BigIntegerField(null=True)
    sales_all_fen = models.BigIntegerField(null=True)
    profit_12m_fen = models.BigIntegerField(null=True)
    returns_12m_fen = models.BigIntegerField(null=True)
    quantity_12m_milli = models.BigIntegerField(null=True)
    tenure_months = models.BigIntegerField(null=True)
    recency_days = models.BigIntegerField(null=True)
    rfm_orders = models.BigIntegerField(null=True)
    rfm_sales_fen = models.BigIntegerField(null=True)
    r = models.BigIntegerField(null=True)
    f = models.BigIntegerField(null=True)
    m = models.BigIntegerField(null=True)
    rfm_score_milli = models.BigIntegerField(null=True)
    ev_fen = models.BigIntegerField(null=True)
    cb_fen = models.BigIntegerField(null=True)
    av_fen = models.BigIntegerField(null=True)
    p_bp = models.BigIntegerField(null=True)
    mp_fen = models.BigIntegerField(null=True)
    es_bp = models.BigIntegerField(null=True)
    horizon_months = models.BigIntegerField(null=True)
    quality_score_centi = models.BigIntegerField(null=True)
    stability_months = models.BigIntegerField(null=True)
    stability_mean_fen = models.BigIntegerField(null=True)
    streak = models.BigIntegerField(null=True)
    longest_gap = models.BigIntegerField(null=True)
    sales_reason = models.CharField(max_length=30, null=True)
    profit_12m_reason = models.CharField(max_length=30, null=True)
    quantity_12m_reason = models.CharField(max_length=30, null=True)
    rfm_code = models.CharField(max_length=30, null=True)
    rfm_segment = models.CharField(max_length=30, null=True)
    ev_kind = models.CharField(max_length=30, null=True)
    ev_reason = models.CharField(max_length=30, null=True)
    stability_label = models.CharField(max_length=30, null=True)
    stability_reason = models.CharField(max_length=30, null=True)
    trend = models.CharField(max_length=30, null=True)
    priority = models.CharField(max_length=30, null=True)
    stability_cv = models.FloatField(null=True)
    active_ratio = models.FloatField(null=True)
    trend_per_year = models.FloatField(null=True)
    trend_r2 = models.FloatField(null=True)
    ev_abc_value = models.BigIntegerField(null=True)
    ev_abc_rank = models.BigIntegerField(null=True)
    ev_abc_class = models.CharField(max_length=20, null=True)
    ev_abc_reason = models.CharField(max_length=30, null=True)
    sales_abc_count_value = models.BigIntegerField(null=True)
    sales_abc_count_rank = models.BigIntegerField(null=True)
    sales_abc_count_class = models.CharField(max_length=20, null=True)
    sales_abc_count_reason = models.CharField(max_length=30, null=True)
    sales_abc_value_value = models.BigIntegerField(null=True)
    sales_abc_value_before = models.BigIntegerField(null=True)
    sales_abc_value_rank = models.BigIntegerField(null=True)
    sales_abc_value_class = models.CharField(max_length=20, null=True)
    sales_abc_value_reason = models.CharField(max_length=30, null=True)
    profit_abc_value = models.BigIntegerField(null=True)
    profit_abc_rank = models.BigIntegerField(null=True)
    profit_abc_class = models.CharField(max_length=20, null=True)
    profit_abc_reason = models.CharField(max_length=30, null=True)
    pyramid_value = models.BigIntegerField(null=True)
    pyramid_rank = models.BigIntegerField(null=True)
    pyramid_class = models.CharField(max_length=20, null=True)
    pyramid_reason = models.CharField(max_length=30, null=True)
    rfm_value = models.BigIntegerField(null=True)
    rfm_rank = models.BigIntegerField(null=True)
    rfm_class = models.CharField(max_length=20, null=True)
    rfm_reason = models.CharField(max_length=30, null=True)
    quality_value = models.BigIntegerField(null=True)
    quality_rank = models.BigIntegerField(null=True)
    quality_class = models.CharField(max_length=20, null=True)
    quality_reason = models.CharField(max_length=30, null=True)
    value_level_value = models.BigIntegerField(null=True)
    value_level_rank = models.BigIntegerField(null=True)
    value_level_class = models.CharField(max_length=20, null=True)
    value_level_reason = models.CharField(max_length=30, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="standing_once_per_run")]
        indexes = [
            models.Index(fields=["run_id", "ev_abc_rank"], name="standing_ev"),
            models.Index(fields=["run_id", "sales_abc_count_rank"], name="standing_sales"),
            models.Index(fields=["run_id", "sales_12m_fen", "customer"], name="standing_amount"),
            models.Index(
                fields=["run_id", "ev_abc_class", "sales_12m_fen", "customer"], name="standing_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}:{self.customer_id}"
