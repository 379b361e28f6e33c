"""People that Ctrl-K finds: colleagues, with the list of their customers, and contacts at customers one sees."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.queries import contacts_called, possible_owners
from kemai.foundation.access.actor import Actor

COLLEAGUES, CONTACTS = 3, 5


def people(actor: Actor, text: str) -> list[dict[str, Any]]:
    """Colleagues for who leads; contacts by the beginning of their name."""
    if not actor.sees_customers:
        return []
    return [*_colleagues(actor, text), *_contacts(actor, text)]


def _colleagues(actor: Actor, text: str) -> list[dict[str, Any]]:
    if not (actor.sees_all or actor.units):
        return []
    found = possible_owners(actor).filter(Q(name__contains=text) | Q(login=text.lower()))[:COLLEAGUES]
    here = reverse("customers")
    return [
        {"href": f"{here}?{urlencode({'owner': p.login})}", "name": p.name, "note": _("同事 · 看他的客户")}
        for p in found
    ]


def _contacts(actor: Actor, text: str) -> list[dict[str, Any]]:
    return [
        {
            "href": reverse("customer_contacts", args=[c.customer.code]), "name": c.name,
            "note": " · ".join(part for part in (str(c.customer), c.title) if part),
        }
        for c in contacts_called(actor, text, CONTACTS)
    ]  # fmt: skip
