"""Company settings: a dotted key, a JSON value, a default in code."""

from __future__ import annotations

from typing import Any

from kemai.foundation.preferences.models import Setting

DEFAULTS: dict[str, Any] = {
    "company.name": "客脉",
    "valuation.leading_scheme": "ev_abc",
    "valuation.statuses": ["delivered"],
    "valuation.population": "company",
    "potential.free_probability": False,
    "numbering.customer": "KH-{serial:05d}",
}


def company_setting(key: str) -> Any:
    """The company's value for a key of DEFAULTS, or its default. Raises KeyError for an unknown key."""
    default = DEFAULTS[key]
    row = Setting.objects.filter(key=key).values_list("value", flat=True).first()
    return default if row is None else row


def company_name() -> str:
    """What stands at the top of the rail."""
    return str(company_setting("company.name"))
