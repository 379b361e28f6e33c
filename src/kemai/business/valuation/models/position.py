"""Where a customer stands in the matrices of a run: performance, loyalty, credit, value and potential."""

from django.db import models

from kemai.business.valuation.models.rows import RunRow


class Position(RunRow):
    """Indices in hundredths of a point, amounts in fen; null is unknown. `label` is what a person recorded
    (`label_from` person) or what the loyalty index says (index); `spread_bp` how far the schemes disagree."""

    performance_centi = models.BigIntegerField(null=True)
    performance_source = models.CharField(max_length=12, null=True)
    loyalty_centi = models.BigIntegerField(null=True)
    label = models.CharField(max_length=16, null=True)
    label_from = models.CharField(max_length=10, null=True)
    on_cycle = models.BigIntegerField(null=True)
    grade = models.CharField(max_length=10, null=True)
    current_fen = models.BigIntegerField(null=True)
    gap_fen = models.BigIntegerField(null=True)
    expected_fen = models.BigIntegerField(null=True)
    sales_12m_fen = models.BigIntegerField(null=True)
    spread_bp = models.BigIntegerField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run_id", "customer"], name="position_once_per_run")]
