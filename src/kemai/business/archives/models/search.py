"""The search tokens of a customer; each database adds its own index over them in a migration."""

from django.db import models


class CustomerSearch(models.Model):
    """One row of ASCII tokens per customer (same id), read by FTS5 on SQLite and GIN on PostgreSQL."""

    id = models.BigIntegerField(primary_key=True)
    tokens = models.TextField()

    def __str__(self) -> str:
        return str(self.pk)
