"""A line of news for one person."""

from django.db import models


class Notification(models.Model):
    """Unread until opened; `key` makes sending twice harmless. Who may still read it is asked at each read."""

    person_id = models.BigIntegerField()
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, default="", blank=True)
    link = models.CharField(max_length=200, default="", blank=True)
    kind = models.CharField(max_length=20, default="", blank=True)  # task, class, import, customer
    customer_id = models.BigIntegerField(null=True)  # shown only to who sees this customer
    group = models.CharField(max_length=20, default="", blank=True)  # and this group of his fields
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["person_id", "key"], name="notification_once")]
        indexes = [models.Index(fields=["person_id", "read_at"], name="notification_unread")]

    def __str__(self) -> str:
        return self.title
