"""What every table of a run's results shares: whose row, of which run."""

from django.db import models

from kemai.business.archives.models import Customer


class RunRow(models.Model):
    """A customer's row of a run that is or was lately published. No foreign key constraint: rows are loaded and dropped
    by the million, and readers always join from the restricted customer."""

    run_id = models.BigIntegerField()
    customer = models.ForeignKey(
        Customer, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.run_id}:{self.pk}"
