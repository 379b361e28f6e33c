"""People on the customer's side: added, changed, out of use and back, and which of them comes first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives import code_lists
from kemai.business.archives.actions.checking import Invalid, each_cleaned, email, fitting, phone, plain
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Contact, Customer
from kemai.business.archives.search import index_customers
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

FIELDS = (
    "name", "title", "mobile", "phone", "email", "decision_role", "birthday", "is_lunar", "is_primary", "from_on", "to_on"
)  # fmt: skip
SHARED = ("name", "mobile", "birthday", "is_lunar")  # the person's own, whichever customer the card is of


class ContactConflict(Refused):
    """Somebody else changed the person first."""

    status = 409

    def __init__(self, current: Contact) -> None:
        super().__init__(_("没存上：别人刚改过 %(name)s，请看了再改。") % {"name": current.name})
        self.current = current


def add_contact(*, actor: Actor, customer: Customer, name: str, **fields: Any) -> Contact:
    """Adds a person. Raises Invalid for a wrong field, LookupError for a customer out of sight."""
    actor.require("contact.edit", _("你的岗位不能加联系人。"))
    known = each_cleaned(
        {"name": name, **{k: v for k, v in fields.items() if k in FIELDS and v not in (None, "")}},
        cleaned_contact,
    )
    _in_order(known.get("from_on"), known.get("to_on"))
    with transaction.atomic():
        locked_customer(actor, customer)
        contact = Contact.objects.create(customer=customer, **known)
        _only_first(contact)
        _told(actor, contact, "added", {k: [None, plain(v)] for k, v in known.items()})
    return contact


def change_contact(*, actor: Actor, contact: Contact, version: int, **changes: Any) -> Contact:
    """Changes a person as it was seen. Raises ContactConflict when it is no longer that version."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        now = locked_contact(actor, contact)
        if now.version != version:
            raise ContactConflict(now)
        known = {k: v for k, v in changes.items() if k in FIELDS}
        clean = each_cleaned({k: v for k, v in known.items() if getattr(now, k) != v}, cleaned_contact)
        diff = {k: [plain(getattr(now, k)), plain(v)] for k, v in clean.items() if getattr(now, k) != v}
        _in_order(clean.get("from_on", now.from_on), clean.get("to_on", now.to_on))
        if diff:
            _carry(actor, now, {k: v for k, v in clean.items() if k in SHARED})
            Contact.objects.filter(pk=now.pk).update(version=F("version") + 1, **clean)
            now.refresh_from_db()
            _only_first(now)
            _told(actor, now, "changed", diff)
    return now


def deactivate_contact(*, actor: Actor, contact: Contact, reason: str) -> Contact:
    """Somebody left: stays in the archive with the reason, is no longer proposed."""
    if not reason.strip():
        raise Invalid({"reason": _("写一句为什么停用，比如 离职。")})
    return _turn(actor, contact, active=False, reason=reason.strip()[:120])


def reactivate_contact(*, actor: Actor, contact: Contact) -> Contact:
    """Undoes `deactivate_contact`."""
    return _turn(actor, contact, active=True, reason="")


def _turn(actor: Actor, contact: Contact, *, active: bool, reason: str) -> Contact:
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        now = locked_contact(actor, contact)
        if now.is_active != active:
            changes: dict[str, Any] = {"is_active": active, "inactive_reason": reason}
            if active:
                changes["to_on"] = None
            else:
                changes |= {
                    "is_primary": False,
                    "to_on": now.to_on or max(actor.today, now.from_on or actor.today),
                }
            Contact.objects.filter(pk=now.pk).update(version=F("version") + 1, **changes)
            _told(
                actor,
                now,
                "reactivated" if active else "deactivated",
                {"is_active": [now.is_active, active]},
                reason,
            )
            now.refresh_from_db()
    return now


def locked_contact(actor: Actor, contact: Contact) -> Contact:
    """The person as he stands, with his customer, held until the transaction ends. Raises LookupError out of sight."""
    rows = restrict(Contact.objects.filter(pk=contact.pk), actor).select_related("customer", "individual")
    found = rows.select_for_update(of=("self",)).first()
    if found is None:
        raise LookupError(contact.pk)
    return found


def _carry(actor: Actor, now: Contact, own: dict[str, Any]) -> None:
    """What is the person's own goes to his cards at other customers too; one that said otherwise keeps its own."""
    if not now.individual_id or not own:
        return
    cards = Contact.objects.filter(individual=now.individual_id).exclude(pk=now.pk)
    for card in cards.select_for_update(of=("self",)).order_by("pk"):
        same = {k: v for k, v in own.items() if getattr(card, k) in (getattr(now, k), "", None)}
        diff = {k: [plain(getattr(card, k)), plain(v)] for k, v in same.items() if getattr(card, k) != v}
        if diff:
            Contact.objects.filter(pk=card.pk).update(version=F("version") + 1, **same)
            _told(actor, card, "changed", diff)


def _in_order(first: date | None, last: date | None) -> None:
    if first and last and last < first:
        raise Invalid({"to_on": _("离开不能早于到任。")})


def _only_first(contact: Contact) -> None:
    """One person of a customer comes first."""
    if contact.is_primary:
        Contact.objects.filter(customer_id=contact.customer_id, is_primary=True).exclude(
            pk=contact.pk
        ).update(is_primary=False)


def cleaned_contact(name: str, value: Any) -> Any:
    """One field as it is stored. Raises ValueError with the sentence."""
    text = value.strip() if isinstance(value, str) else value
    if name == "name" and not text:
        raise ValueError(_("姓名要填。"))
    if name == "decision_role" and text and text not in code_lists.values("decision_role"):
        raise ValueError(_("决策角色请从表里选。"))
    if text and name in _CLEANERS:
        text = _CLEANERS[name](text)
    return fitting(text, Contact._meta.get_field(name).max_length)  # type: ignore[union-attr]


_CLEANERS: dict[str, Callable[[str], str]] = {"mobile": phone, "phone": phone, "email": email}


def _told(actor: Actor, contact: Contact, what: str, changes: dict[str, list[Any]], reason: str = "") -> None:
    index_customers([contact.customer_id])
    trail.record(
        actor=actor, verb=f"archives.contact.{what}", subject_type="contact", subject_id=contact.pk,
        customer_id=contact.customer_id, changes=changes, reason=reason,
    )  # fmt: skip
