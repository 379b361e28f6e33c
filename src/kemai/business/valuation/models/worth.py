"""What the parts `churn` and `worth` of a run found for a customer."""

from django.db import models

from kemai.business.archives.models import Customer
from kemai.business.valuation.models.rows import RunRow


class ChurnRow(RunRow):
    """Whether the customer is leaving: its own cycle, how far it is overdue, and what leaves with it.

    `level` is green, yellow, orange, red, lost_proposed or lost; `reason` says why no cycle is known."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="churn_rows", db_constraint=False, db_index=False
    )
    level = models.CharField(max_length=14)
    purchases = models.BigIntegerField(null=True)
    last_order_on = models.DateField(null=True)
    days_since = models.BigIntegerField(null=True)
    cycle_days = models.FloatField(null=True)
    cycle_from = models.CharField(max_length=8, null=True)
    q = models.FloatField(null=True)
    on_cycle = models.BigIntegerField(null=True)
    drop_percent = models.FloatField(null=True)
    reasons = models.CharField(max_length=80, default="", blank=True)
    state = models.CharField(max_length=8, null=True)
    year_fen = models.BigIntegerField(null=True)
    at_risk_fen = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=30, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="churn_once_per_run")]
        indexes = [
            models.Index(fields=["run_id", "at_risk_fen", "customer"], name="churn_by_stake"),
            models.Index(fields=["run_id", "level", "at_risk_fen", "customer"], name="churn_by_level"),
        ]


class WorthRow(RunRow):
    """What the customer was, is and may become worth (fen), each kind with the reason why there is none; what the fitted
    model expects of it; the four parameters of its card. `worth_group` is its tenth by lifetime value, 1 the best."""

    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="worth_rows", db_constraint=False, db_index=False
    )
    historical_fen = models.BigIntegerField(null=True)
    historical_reason = models.CharField(max_length=30, null=True)
    current_fen = models.BigIntegerField(null=True)
    current_reason = models.CharField(max_length=30, null=True)
    potential_fen = models.BigIntegerField(null=True)
    potential_reason = models.CharField(max_length=30, null=True)
    lifetime_fen = models.BigIntegerField(null=True)
    lifetime_reason = models.CharField(max_length=30, null=True)
    worth_group = models.SmallIntegerField(null=True)
    acquisition_fen = models.BigIntegerField(null=True)
    retention_cost_fen = models.BigIntegerField(null=True)
    benefit_fen = models.BigIntegerField(null=True)
    revenue_fen = models.BigIntegerField(null=True)
    profit_all_fen = models.BigIntegerField(null=True)
    margin = models.FloatField(null=True)
    retention = models.FloatField(null=True)
    growth_fen = models.BigIntegerField(null=True)
    growth_bp = models.BigIntegerField(null=True)
    extra_fen = models.BigIntegerField(null=True)
    frequency = models.BigIntegerField(null=True)
    alive = models.FloatField(null=True)
    purchases_12m = models.FloatField(null=True)
    spend_fen = models.BigIntegerField(null=True)
    model_fen = models.BigIntegerField(null=True)
    alive_reason = models.CharField(max_length=30, null=True)
    model_reason = models.CharField(max_length=30, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="worth_once_per_run")]
        indexes = [models.Index(fields=["run_id", "lifetime_fen", "customer"], name="worth_by_lifetime")]
