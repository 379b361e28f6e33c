"""Whose subsidiary a customer is: set, changed and cleared, with a lock on the version that was seen."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.customers import Conflict
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.families import ancestors
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

_TURN = 0x6B6D70  # the key of the lock on PostgreSQL


def set_parent(
    *, actor: Actor, customer: Customer, parent: Customer | None, version: int, reason: str = ""
) -> Customer:
    """Puts a customer below another, or below none. The parent's account team sees it from then on.

    Raises Invalid for a circle, Conflict when the version is no longer the current one, LookupError when one of both
    is out of sight, Refused where a parent stands there that the actor may not see.
    """
    actor.require("customer.group", _("上级单位由主管、领导或档案专员来定。"))
    with transaction.atomic():
        one_at_a_time()
        now = locked_customer(actor, customer)
        if now.version != version:
            raise Conflict(now)
        if now.parent_id == (parent.pk if parent else None):
            return now
        _sees_what_is_there(actor, now)
        if parent is not None:
            _sensible(actor, now, parent)
        Customer.objects.filter(pk=now.pk).update(parent=parent, version=F("version") + 1)
        trail.record(
            actor=actor, verb="archives.customer.regrouped", subject_type="customer", subject_id=now.pk,
            customer_id=now.pk, changes={"parent_id": [now.parent_id, parent.pk if parent else None]}, reason=reason.strip()[:200],
        )  # fmt: skip
    now.refresh_from_db()
    return now


def one_at_a_time() -> None:
    """Until the transaction ends nobody else changes parents: two that are right alone may close a circle together.

    SQLite lets one writer in at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _sees_what_is_there(actor: Actor, now: Customer) -> None:
    if now.parent_id and not restrict(Customer.objects.filter(pk=now.parent_id), actor).exists():
        raise Refused(_("这家客户的上级单位要由看得到整个集团的人来改。"))


def _sensible(actor: Actor, now: Customer, parent: Customer) -> None:
    if not restrict(Customer.objects.filter(pk=parent.pk), actor).exists():
        raise LookupError(parent.code)
    if parent.pk == now.pk:
        raise Invalid({"parent": _("不能做自己的上级单位。")})
    if now.pk in ancestors(parent):
        raise Invalid({"parent": _("绕了一圈：它已经在这家客户的下面。")})
