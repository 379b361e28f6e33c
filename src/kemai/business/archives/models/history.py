"""Whose the customer was, who is on its team, and through which states it went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.models.customer import Customer, Stage, State
from kemai.foundation.access.models import Person


class Ownership(models.Model):
    """A spell of ownership, with from, to and reason; the open one has no end."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="ownerships")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)
    reason = models.CharField(max_length=200, default="", blank=True)
    assigned_by = models.CharField(max_length=60, default="")

    class Meta:
        ordering = ["-starts_on", "-id"]

    def __str__(self) -> str:
        return f"{self.customer_id}:{self.person_id}"


class TeamMember(models.Model):
    """Somebody beside the owner who works on the customer: account team, or a named account."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="team")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    role = models.CharField(
        max_length=20, default="team", choices=[("team", _("团队")), ("named", _("指名客户"))]
    )
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "customer"], name="team_by_person")]

    def __str__(self) -> str:
        return f"{self.customer_id}:{self.person_id}"


class StateChange(models.Model):
    """One dated move of a customer's state, by a person or by an order."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="state_changes")
    from_state = models.CharField(max_length=10, choices=State.choices, default="", blank=True)
    to_state = models.CharField(max_length=10, choices=State.choices)
    from_stage = models.CharField(max_length=12, choices=Stage.choices, default="", blank=True)
    to_stage = models.CharField(max_length=12, choices=Stage.choices, default="", blank=True)
    on = models.DateField()
    reason = models.CharField(max_length=200, default="", blank=True)
    status = models.CharField(
        max_length=10,
        default="done",
        choices=[("done", _("已生效")), ("proposed", _("待确认")), ("refused", _("未同意"))],
    )
    person_id = models.BigIntegerField(null=True)
    person_name = models.CharField(max_length=60, default="")
    batch_id = models.BigIntegerField(null=True)
    # Where the customer stood before an order moved it, so that the undo of an import puts it back exactly.
    from_since = models.DateField(null=True)
    from_before_order = models.CharField(max_length=10, default="", blank=True)
    field_set = models.PositiveIntegerField(null=True)  # the version by which required fields were asked for
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.from_state}->{self.to_state}"
