"""Company settings: a dotted key, a JSON value, a default in code."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.foundation.moments import bring_along, kept_for_a_moment
from kemai.foundation.numbering.rules import problem_of
from kemai.foundation.preferences.models import Setting

if TYPE_CHECKING:
    from kemai.foundation.access.actor import Actor

DEFAULTS: dict[str, Any] = {
    "company.name": "客脉",
    "company.public_passwords": False,  # set by the demo company and the cast of the tests
    "valuation.leading_scheme": "ev_abc",
    "valuation.statuses": ["delivered"],
    "valuation.population": "all",
    "valuation.quality_weights": {"sales": "0.4", "tenure": "0.2", "profit": "0.4"},
    "valuation.quality_targets": {},
    "valuation.quality_gates": [],
    "valuation.rfm_window_days": 365,
    "potential.free_probability": False,
    "numbering.customer": "KH-{serial:05d}",
    "archives.private_basis": "",  # purpose and legal basis of keeping family and personal life; empty: not kept
    "demo.synthetic": None,
}


def company_setting(key: str) -> Any:
    """The company's value for a key of DEFAULTS, or its default. Raises KeyError for an unknown key."""
    return _stored().get(key, DEFAULTS[key])


@kept_for_a_moment
def _stored() -> dict[str, Any]:
    """All values in one query: they are few, and a page asks for several."""
    return dict(Setting.objects.values_list("key", "value"))


bring_along(
    _stored,
    {
        "sqlite": "SELECT json_group_object(key, json(value)) FROM preferences_setting",
        "postgresql": "SELECT jsonb_object_agg(key, value)::text FROM preferences_setting",
    },
    lambda text: json.loads(text or "{}"),
)


def company_name() -> str:
    """What stands at the top of the rail."""
    return str(company_setting("company.name"))


def set_company_setting(*, actor: Actor, key: str, value: Any) -> None:
    """Stores the company's value for a key of DEFAULTS. Needs the duty company.edit."""
    actor.require("company.edit", _("公司设置由管理员或领导来改。"))
    store_setting(actor=actor, key=key, value=_checked(key, value))


def store_setting(*, actor: Actor, key: str, value: Any, reason: str = "") -> None:
    """Stores a setting whose right and sense the caller has checked; the same value again leaves no trace."""
    from kemai.foundation import trail

    old = company_setting(key)
    if old == value:
        return
    with transaction.atomic():
        Setting.objects.update_or_create(key=key, defaults={"value": value, "updated_by": actor.name})
        trail.record(
            actor=actor, verb="company.setting.changed", changes={key: [str(old), str(value)]}, reason=reason
        )


def _checked(key: str, value: Any) -> Any:
    """The value as it is stored. Raises Refused with what is wrong."""
    from kemai.foundation.access.actor import Refused

    if key == "company.name":
        value = str(value).strip()
        if not value or len(value) > 60:
            raise Refused(_("公司名称要填，最多 60 个字。"))
    if key == "archives.private_basis":
        value = str(value).strip()
        if len(value) > 500:
            raise Refused(_("目的和依据最多 500 个字。"))
    if key == "numbering.customer":
        value = str(value).strip()
        problem = problem_of(value)
        if problem == "serial":
            raise Refused(_("编号规则里要有一个流水号，写成 {serial:05d}。"))
        if problem:
            raise Refused(_("编号规则只能用字、数字、横线和 {region}、{type}、{serial:05d}。"))
    return value
