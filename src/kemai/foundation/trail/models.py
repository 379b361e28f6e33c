"""Entries chain by hash over salted digests; the values lie beside them and can be erased."""

from django.db import models


class Entry(models.Model):
    """One thing somebody did. Rows of a bulk change carry no sequence: their batch's entry seals them.

    `digest` covers every other column but `previous`; `previous` is the link of the entry before.
    `values_digest` is the salted digest of the values (empty without values); it stays when they are
    erased. `rows_digest` is set on the entry that seals the rows of a batch.
    """

    sequence = models.BigIntegerField(null=True, unique=True)
    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=60)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40, default="")
    subject_id = models.BigIntegerField(null=True)
    customer_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=500, default="", blank=True)
    batch_id = models.BigIntegerField(null=True)
    values_digest = models.BinaryField(max_length=32, default=bytes)
    rows_digest = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32)
    previous = models.BinaryField(max_length=32, null=True)

    class Meta:
        indexes = [
            models.Index(fields=["customer_id", "-id"], name="trail_by_customer"),
            models.Index(
                fields=["batch_id", "id"], name="trail_by_batch", condition=models.Q(batch_id__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type}:{self.subject_id}"


class EntryValues(models.Model):
    """What changed, as JSON {field: [old, new]}, with the salt of its digest; erasable on request."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="values_row")
    salt = models.BinaryField(max_length=16)
    changes = models.JSONField()

    def __str__(self) -> str:
        return str(self.entry_id)


class Head(models.Model):
    """The end of the chain: one row, locked while an entry is added."""

    sequence = models.BigIntegerField(default=0)
    digest = models.BinaryField(max_length=32, default=bytes)

    def __str__(self) -> str:
        return str(self.sequence)
