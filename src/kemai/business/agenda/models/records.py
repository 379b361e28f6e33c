"""A contact that was made, and a task or next contact that is due."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models import Contact, Customer
from kemai.foundation.access.models import Person


class ContactLog(models.Model):
    """One contact with a customer: when, how, with whom, what was said."""

    class Channel(models.TextChoices):
        VISIT = "visit", _("拜访")
        CALL = "call", _("电话")
        WECHAT = "wechat", _("微信")
        MESSAGE = "message", _("短信")
        MAIL = "mail", _("邮件")
        MEETING = "meeting", _("来访")
        OTHER = "other", _("其他")

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="contact_logs")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, models.SET_NULL, null=True, blank=True, related_name="+")
    on = models.DateField()
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.CALL)
    minutes = models.PositiveIntegerField(null=True)
    travel_minutes = models.PositiveIntegerField(null=True)  # on the way there and back
    note = models.TextField(default="", blank=True)
    client_key = models.CharField(max_length=40, null=True, unique=True)  # the same entry sent twice is one
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-id"]
        indexes = [
            models.Index(fields=["customer", "-on"], name="log_by_customer"),
            models.Index(fields=["on"], name="log_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.channel}"


class Task(models.Model):
    """Something to do by a day, perhaps at a time, perhaps for a customer."""

    class Status(models.TextChoices):
        OPEN = "open", _("要做")
        DONE = "done", _("已做")
        DROPPED = "dropped", _("不做了")

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="tasks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=10, default="task", choices=[("task", _("任务")), ("contact", _("下次联系"))]
    )
    title = models.CharField(max_length=120)
    due_on = models.DateField()
    due_at = models.TimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    done_at = models.DateTimeField(null=True)
    origin = models.CharField(max_length=20, default="person")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")  # he waits
    asked_at = models.DateTimeField(null=True)
    moved_from = models.DateField(null=True)  # where the last move came from, so that it can be taken back
    moves = models.PositiveSmallIntegerField(default=0)
    created_by = models.CharField(max_length=60, default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "due_at", "id"]
        indexes = [
            models.Index(fields=["status", "due_on"], name="task_due"),
            models.Index(fields=["done_at"], name="task_done_at"),
            models.Index(fields=["person", "status", "due_on"], name="task_by_person"),
            models.Index(fields=["customer", "status", "due_on"], name="task_by_customer"),
        ]

    def __str__(self) -> str:
        return self.title
