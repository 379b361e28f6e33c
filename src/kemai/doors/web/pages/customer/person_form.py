"""The form of one group of a person: its inputs as one would type them, and both sides where somebody was quicker."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives import persons
from kemai.business.archives.models import Contact, CustomerType
from kemai.business.archives.persons import PersonField
from kemai.doors.web.pages.customer.sentences import shown
from kemai.foundation.money import amount_text

MAY_NOT_APPLY = ("education", "career")
TYPES = {"day": "date"}
MODES = {"money": "decimal", "year": "numeric"}


def said(described: PersonField, value: Any) -> str:
    """A value as people read it; "" for nothing."""
    return "" if value is None else shown(described.key, value)


def written(contact: Contact, fields: tuple[PersonField, ...]) -> dict[str, str]:
    """The values as one would type them."""
    individual = persons.individual_of(contact)
    found = {}
    for each in (f for f in fields if f.kind != "sealed"):
        value = getattr(contact if each.on_card else individual, each.key)
        text = amount_text(value) if each.kind == "money" else value
        found[each.key] = (
            "" if text is None else str(text).removesuffix(".00") if each.kind == "money" else str(text)
        )
    return found


def inputs(
    contact: Contact,
    group: str,
    fields: tuple[PersonField, ...],
    form: dict[str, str],
    errors: dict[str, str],
) -> list[dict[str, Any]]:
    away = set(persons.individual_of(contact).not_applicable)
    firm = contact.customer.name if contact.customer.type != CustomerType.RETAIL else ""
    found = []
    for each in (f for f in fields if f.kind != "sealed"):
        attrs: dict[str, Any] = {"inputmode": MODES[each.kind]} if each.kind in MODES else {}
        attrs |= {"maxlength": each.longest} if each.longest and each.kind == "text" else {}
        attrs |= {"placeholder": firm} if each is persons.EMPLOYER and firm else {}
        found.append({
            "key": each.key, "label": each.label + (_("（元）") if each.kind == "money" else ""), "value": form[each.key],
            "type": TYPES.get(each.kind, "text"), "error": errors.get(each.key), "attrs": attrs,
            "required": each.key in persons.REQUIRED,
            "choices": [("", _("没填")), *((v, v) for v in dict.fromkeys([*persons.choices(each.key), *filter(None, [form[each.key]])]))]
            if each.kind == "choice" else None,
            "may_not_apply": group in MAY_NOT_APPLY and not each.uncounted, "away": each.key in away,
        })  # fmt: skip
    return found


def both(fields: tuple[PersonField, ...], form: dict[str, str], now: dict[str, str]) -> list[dict[str, str]]:
    """Where what was written differs from what stands there now."""
    labels = {f.key: f.label for f in fields}
    return [
        {"label": labels[key], "mine": form[key], "theirs": theirs}
        for key, theirs in now.items()
        if form[key].strip() != theirs
    ]
