"""What every book beside the sale lines shares: a row is never updated in place, a later import ends it."""

from __future__ import annotations

from typing import TypeVar

from django.db import models

from kemai.business.trade.models.ledger import landed

V = TypeVar("V", bound=models.Model)


class Versions(models.QuerySet[V]):
    """Rows as readers see them."""

    def landed(self) -> Versions[V]:
        """The book as it stands; every read starts here."""
        return self.filter(landed())


class Version(models.Model):
    """One version of a row. It counts from the landing of its batch until a landed batch ends it, so that an
    import lands, and is undone, by changing the status of one batch."""

    batch_id = models.BigIntegerField()
    ended_by = models.BigIntegerField(null=True)

    objects = Versions.as_manager()

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["batch_id"], name="%(class)s_batch"),
            models.Index(
                fields=["ended_by"], name="%(class)s_ended", condition=models.Q(ended_by__isnull=False)
            ),
        ]
