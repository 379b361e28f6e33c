"""Creating a customer and changing its basic fields."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid, checked
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.actions.uniqueness import hold_together
from kemai.business.archives.models import Customer, Merge, Ownership, StateChange
from kemai.business.archives.names import name_key
from kemai.business.archives.search import index_customers
from kemai.foundation import numbering, trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person
from kemai.foundation.preferences.company import company_setting

__all__ = ["Conflict", "Invalid", "change_basics", "checked", "create_customer", "new_code"]


class Conflict(Refused):
    """Somebody else changed the record first; both versions are given."""

    status = 409

    def __init__(self, current: Customer) -> None:
        super().__init__(_("没存上：别人刚改过这个客户，请看了再改。"))
        self.current = current


def create_customer(
    *, actor: Actor, name: str, code: str | None = None, owner: Person | None = None, **basics: Any
) -> Customer:
    """Adds a customer in state potential, numbered by the company's rule when no code is given."""
    actor.require("customer.create", _("你的岗位不能建客户。"))
    fields = checked({"name": name, **basics})
    owner = owner or _own(actor)
    with transaction.atomic():
        customer = Customer(
            code=(code or "").strip() or new_code(basics), owner=owner, unit_id=unit_of(actor, owner),
            state_since=actor.today, name_key=name_key(name)[:200], **fields,
        )  # fmt: skip
        _insert(customer)
        if owner:
            Ownership.objects.create(
                customer=customer, person=owner, starts_on=actor.today, assigned_by=actor.name
            )
        StateChange.objects.create(
            customer=customer,
            to_state=customer.state,
            on=actor.today,
            person_id=actor.person_id,
            person_name=actor.name,
        )
        hold_together(actor, [customer.pk], fields)
        index_customers([customer.pk])
        _told(actor, customer, "archives.customer.created", {k: [None, v] for k, v in fields.items() if v})
    return customer


def change_basics(*, actor: Actor, customer: Customer, version: int, **changes: Any) -> Customer:
    """Changes basic fields of the version that was seen. Raises Conflict when it is no longer the current one."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        now = locked_customer(actor, customer)
        if now.version != version:
            raise Conflict(now)
        written = {
            k: v for k, v in changes.items() if not hasattr(now, k) or _same(getattr(now, k)) != _same(v)
        }
        fields = checked(written)
        diff = {k: [getattr(now, k), v] for k, v in fields.items() if getattr(now, k) != v}
        if not diff:
            return now
        values = {k: new for k, (_old, new) in diff.items()}
        if "name" in values:
            values["name_key"] = name_key(values["name"])[:200]
        _store(now, values)
        hold_together(actor, [now.pk], values)
        index_customers([now.pk])
        _told(actor, now, "archives.customer.changed", diff)
    now.refresh_from_db()
    return now


def _same(value: Any) -> Any:
    """What was stored long ago and is sent back untouched is not judged again."""
    return value.strip() if isinstance(value, str) else value


def new_code(basics: dict[str, Any]) -> str:
    """The next free number of the company's rule; {region} and {type} make a series of their own (S4.86)."""
    rule = str(company_setting("numbering.customer"))
    parts = {
        "region": str(basics.get("region") or "XX"),
        "type": str(basics.get("type") or "enterprise")[:1].upper(),
    }
    series = (
        numbering.format_number(rule, 0, **parts) if "{region}" in rule or "{type}" in rule else "customer"
    )
    while True:
        code = numbering.format_number(rule, numbering.next_number(series), **parts)
        if not Customer.objects.filter(code=code).exists() and _merged_into(code) is None:
            return code


def _merged_into(code: str) -> str | None:
    """The code of the customer that one with this code became part of; such a code is not given again."""
    into = Merge.objects.filter(code=code, undone_at=None).values_list("survivor__code", flat=True)
    return into.first()


def _insert(customer: Customer) -> None:
    into = _merged_into(customer.code)
    if into:
        said = _("客户编号 %(code)s 已经并入 %(into)s。") % {"code": customer.code, "into": into}
        raise Invalid({"code": said})
    try:
        with transaction.atomic():
            customer.save(force_insert=True)
    except IntegrityError as clash:
        if Customer.objects.filter(code=customer.code).exists():
            raise Invalid({"code": _("客户编号 %(code)s 已经有了。") % {"code": customer.code}}) from clash
        raise Invalid({"uscc": _("这个统一社会信用代码已经有客户在用。")}) from clash


def _store(now: Customer, values: dict[str, Any]) -> None:
    try:
        with transaction.atomic():
            Customer.objects.filter(pk=now.pk).update(version=F("version") + 1, **values)
    except IntegrityError as clash:
        raise Invalid({"uscc": _("这个统一社会信用代码已经有客户在用。")}) from clash


def _own(actor: Actor) -> Person | None:
    """Who sees only part of the customers owns what he brings in."""
    return None if actor.sees_all or actor.person_id is None else Person.objects.get(pk=actor.person_id)


def unit_of(actor: Actor, owner: Person | None) -> int | None:
    """The unit that a customer of this owner belongs to."""
    if owner is None:
        return None
    from kemai.foundation.access.actor import current_assignments

    return next((a.unit_id for a in current_assignments(owner, actor.today) if a.unit_id), None)


def _told(actor: Actor, customer: Customer, verb: str, changes: dict[str, list[Any]]) -> None:
    trail.record(
        actor=actor,
        verb=verb,
        subject_type="customer",
        subject_id=customer.pk,
        customer_id=customer.pk,
        changes=changes,
    )
