"""Names of persons, units and regions by which the pages of 估值 add up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from kemai.foundation.access.models import OrgUnit, Person


def views() -> dict[str, str]:
    """By what one may add up."""
    return {"owner": _("负责人"), "unit": _("单位"), "region": _("地区")}


def names_of(by: str, keys: Iterable[Any]) -> dict[Any, str]:
    """Key to label, also of what is empty."""
    known = [key for key in keys if key]
    empty = {"owner": _("没有负责人"), "unit": _("没有单位"), "region": _("未填")}[by]
    if by == "region":
        found: dict[Any, str] = {key: key for key in known}
    else:
        model: Any = Person if by == "owner" else OrgUnit
        found = dict(model.objects.filter(pk__in=known).values_list("pk", "name"))
    return {**found, None: empty, "": empty}
