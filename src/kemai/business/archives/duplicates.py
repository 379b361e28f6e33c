"""Who might be there already: asked while a customer is being entered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from kemai.business.archives.models import Contact, Customer
from kemai.business.archives.names import name_key, similar
from kemai.business.archives.rights import landed
from kemai.business.archives.search import find_ids
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.phones import PhoneRefused, canonical_phone

MOST = 6


@dataclass(frozen=True)
class Candidate:
    """A customer that may be the same, and why one thinks so."""

    customer: Customer
    why: str


def duplicates(
    actor: Actor, *, name: str = "", uscc: str = "", phone: str = "", but: int = 0
) -> list[Candidate]:
    """Visible customers with the same credit code, name or phone, then those with a similar name."""
    found: dict[int, Candidate] = {}
    for customers, why in _ways(actor, name.strip(), uscc.strip().upper(), phone.strip()):
        for customer in customers:
            if customer.pk != but:
                found.setdefault(customer.pk, Candidate(customer, why))
    return list(found.values())[:MOST]


def likely_same(actor: Actor, contact: Contact) -> list[Contact]:
    """Cards at other customers in sight that carry the person's mobile, and are not his yet."""
    if not contact.mobile:
        return []
    ids = find_ids(actor, "".join(c for c in contact.mobile if c.isdigit()), limit=20)
    rows = Contact.objects.filter(mobile=contact.mobile, customer_id__in=ids).exclude(
        customer=contact.customer_id
    )
    if contact.individual_id:
        rows = rows.exclude(individual=contact.individual_id)
    return list(restrict(rows, actor).select_related("customer").order_by("pk")[:MOST])


def _ways(actor: Actor, name: str, uscc: str, phone: str) -> Iterable[tuple[Iterable[Customer], str]]:
    visible = restrict(Customer.objects.select_related("owner"), actor)
    if uscc:
        yield visible.filter(uscc=uscc)[:MOST], _("信用代码相同")
    if name:
        yield visible.filter(name_key=name_key(name)[:200])[:MOST], _("名称相同")
    if phone:
        yield _with_phone(actor, phone), _("电话相同")
    if name:
        yield similar(actor, name, MOST), _("名称相近")


def _with_phone(actor: Actor, phone: str) -> list[Customer]:
    try:
        number = canonical_phone(phone)
    except PhoneRefused:
        return []
    ids = find_ids(actor, "".join(c for c in number if c.isdigit()), limit=20)
    people = Contact.objects.filter(Q(mobile=number) | Q(phone=number), landed(""), customer_id__in=ids)
    same = Q(phone=number) | Q(pk__in=people.values("customer_id"))
    return list(restrict(Customer.objects.filter(same, pk__in=ids), actor).select_related("owner")[:MOST])
