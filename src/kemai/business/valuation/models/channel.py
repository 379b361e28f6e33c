"""What hung on each dealer in a run (3.13), and who stood behind it."""

from __future__ import annotations

from django.db import models

from kemai.business.archives.models import Customer
from kemai.business.valuation.models.rows import RunRow


class DealerExposure(RunRow):
    """One row a dealer, amounts of twelve months in fen; `dependency_centi` is hundredths of a percent of its region."""

    region = models.CharField(max_length=60, null=True)
    behind = models.BigIntegerField()
    gross_fen = models.BigIntegerField()
    mapped_fen = models.BigIntegerField()
    reachable_fen = models.BigIntegerField()
    recoverable_fen = models.BigIntegerField()
    at_risk_fen = models.BigIntegerField()
    unmapped_fen = models.BigIntegerField()
    region_sales_fen = models.BigIntegerField(null=True)
    dependency_centi = models.BigIntegerField(null=True)
    flag = models.CharField(max_length=4, null=True)
    reason = models.CharField(max_length=30, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="exposure_once_per_run")]
        indexes = [models.Index(fields=["run_id", "at_risk_fen", "customer"], name="exposure_at_risk")]


class SuppliedThrough(RunRow):
    """What a customer took through a dealer: a row for each of both, so that a customer may have several."""

    dealer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    through_fen = models.BigIntegerField()
    saved_fen = models.BigIntegerField()
    keep_bp = models.BigIntegerField()
    is_reachable = models.BigIntegerField()
    is_moved = models.BigIntegerField()
    missing = models.CharField(max_length=60, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["run_id", "dealer", "through_fen"], name="supplied_through"),
            models.Index(fields=["run_id", "customer"], name="supplied_customer"),
        ]
