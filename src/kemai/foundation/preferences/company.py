"""Company settings: a dotted key, a JSON value, a default in code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from kemai.foundation.preferences.models import Setting

if TYPE_CHECKING:
    from kemai.foundation.access.actor import Actor

DEFAULTS: dict[str, Any] = {
    "company.name": "客脉",
    "valuation.leading_scheme": "ev_abc",
    "valuation.statuses": ["delivered"],
    "valuation.population": "company",
    "potential.free_probability": False,
    "numbering.customer": "KH-{serial:05d}",
    "demo.synthetic": None,
}


def company_setting(key: str) -> Any:
    """The company's value for a key of DEFAULTS, or its default. Raises KeyError for an unknown key."""
    default = DEFAULTS[key]
    row = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return default if row is None else row


def company_name() -> str:
    """What stands at the top of the rail."""
    return str(company_setting("company.name"))


def set_company_setting(*, actor: Actor, key: str, value: Any) -> None:
    """Stores the company's value for a key of DEFAULTS. Needs the duty company.edit."""
    from kemai.foundation import trail

    actor.require("company.edit", "公司设置由管理员或领导来改。")
    old = company_setting(key)
    with transaction.atomic():
        Setting.objects.update_or_create(key=key, defaults={"value": value, "updated_by": actor.name})
        trail.record(actor=actor, verb="company.setting.changed", changes={key: [str(old), str(value)]})
