"""People on the customer's side."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions.customers import Invalid
from kemai.business.archives.models import Contact, Customer
from kemai.business.archives.search import index_customers
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

FIELDS = ("title", "mobile", "phone", "email", "decision_role", "birthday", "is_lunar", "is_primary")


def add_contact(*, actor: Actor, customer: Customer, name: str, **fields: object) -> Contact:
    """Adds a person. Raises Invalid without a name, LookupError for a customer out of sight."""
    actor.require("contact.edit", _("你的岗位不能加联系人。"))
    if not name.strip():
        raise Invalid({"name": _("姓名要填。")})
    if not restrict(Customer.objects.filter(pk=customer.pk), actor).exists():
        raise LookupError(customer.code)
    known = {k: v for k, v in fields.items() if k in FIELDS and v not in (None, "")}
    with transaction.atomic():
        contact = Contact.objects.create(customer=customer, name=name.strip()[:60], **known)
        index_customers([customer.pk])
        trail.record(
            actor=actor, verb="archives.contact.added", subject_type="contact", subject_id=contact.pk,
            customer_id=customer.pk, changes={"name": [None, contact.name], **{k: [None, str(v)] for k, v in known.items()}},
        )  # fmt: skip
    return contact
