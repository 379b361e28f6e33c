"""The schemes a company starts with, and the definitions in force."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from kemai import value
from kemai.business.valuation.models import Measure, Scheme, SchemeVersion
from kemai.foundation.moments import kept_for_a_moment
from kemai.value.schemes.definition import OWN

NAMES: dict[str, Any] = {
    "ev_abc": _("期望价值 ABC"),
    "sales_abc_count": _("销售 ABC（按客户数）"),
    "sales_abc_value": _("销售 ABC（按金额 80/95）"),
    "profit_abc": _("利润 ABC"),
    "pyramid": _("客户金字塔"),
    "rfm": _("RFM"),
    "quality": _("优质客户评分"),
    "value_level": _("价值水平"),
}


def ensure_builtin_schemes() -> None:
    """Writes version 1 of every built-in scheme that is not there yet."""
    known = set(Scheme.objects.values_list("key", flat=True))
    for position, (key, definition) in enumerate(value.schemes.BUILTIN.items()):
        if key not in known:
            scheme = Scheme.objects.create(key=key, name=str(NAMES[key]), position=position)
            SchemeVersion.objects.create(
                scheme=scheme, number=1, definition=definition.to_json(), author="客脉", reason="出厂设定"
            )


def in_order(keys: Iterable[str]) -> list[str]:
    """The keys as people know them, the leading one first: a database may give JSON keys in an order of its own."""
    known = list(NAMES)
    return sorted(keys, key=lambda key: (known.index(key) if key in NAMES else len(known), key))


def scheme_name(key: str) -> str:
    """The scheme's name in the reader's language."""
    return str(NAMES.get(key, key))


MEASURE_NAMES: dict[str, Any] = {
    "expected_value": _("期望价值"),
    "sales_12m": _("12 月销售"),
    "sales_all": _("历年销售"),
    "profit_12m": _("12 月毛利"),
    "quantity_12m": _("12 月数量"),
    "orders_12m": _("12 月单数"),
    "quality_score": _("优质得分"),
    "rfm_score": _("RFM 得分"),
}


def measure_name(key: str) -> str:
    """What a scheme ranks by, in words."""
    if key.startswith(OWN):
        return _own_names().get(key.removeprefix(OWN), key)
    return str(MEASURE_NAMES.get(key, key))


@kept_for_a_moment
def _own_names() -> dict[str, str]:
    """Of measures in use and of retired ones, which old runs still rank by."""
    return dict(Measure.objects.values_list("key", "name"))


def current_number(key: str) -> int:
    """The version of a scheme that the next run uses."""
    return Scheme.objects.filter(key=key).values_list("current", flat=True).first() or 1


def in_force() -> dict[str, tuple[int, Any]]:
    """{key: (version number, definition)} that the next run uses."""
    ensure_builtin_schemes()
    found = {}
    for scheme in Scheme.objects.all():
        version = SchemeVersion.objects.get(scheme=scheme, number=scheme.current)
        found[scheme.key] = (version.number, value.SchemeDefinition.from_json(version.definition))
    return found
