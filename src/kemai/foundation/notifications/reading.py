"""A person's news. Whether he still sees the customer and the fields it is about is asked at each read."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from kemai.foundation.access.actor import Actor
from kemai.foundation.access.roles import FIELD_GROUPS
from kemai.foundation.access.scopes import visible_customers
from kemai.foundation.notifications.models import Notification
from kemai.foundation.prepared import prepared_number

COUNTED = 100


def news(actor: Actor) -> QuerySet[Notification]:
    """All news that the actor may still read, newest first."""
    rows = Notification.objects.filter(person_id=actor.person_id or 0)
    groups = ["", *(g for g in FIELD_GROUPS if actor.sees(g, actor.person_id))]
    rows = rows.filter(group__in=groups)
    if not actor.sees_customers:
        return rows.filter(customer_id=None)
    seen = Exists(visible_customers(actor).filter(pk=OuterRef("customer_id")))
    return rows.filter(Q(customer_id=None) | seen)


def unread(actor: Actor) -> QuerySet[Notification]:
    """The actor's unread news, newest first."""
    return news(actor).filter(read_at=None)


def unread_count(actor: Actor) -> int:
    """How many are unread, counted up to COUNTED. One statement."""
    return int(_unread_count(actor))


@prepared_number
def _unread_count(actor: Actor) -> int:
    return unread(actor).order_by()[:COUNTED].count()
