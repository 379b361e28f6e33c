"""What is written as a value of a condition, as the database holds it: days, amounts, choices."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.directory.askable import Askable
from kemai.business.archives.directory.facets import BadFilter
from kemai.foundation.access.actor import units_below

FROM_TODAY = re.compile(r"[+-]?\d{1,5}")
TENS = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "億": 100_000_000}
LARGEST = 2**62


def wanted(field: Askable, values: Sequence[str], today: date) -> list[Any]:
    """The values as they are stored. Raises BadFilter with a sentence about the first that can't be."""
    if field.kind == "day":
        return [day_of(field, value, today) for value in values]
    if field.kind in ("number", "money"):
        return [_number(field, value) for value in values]
    if field.kind == "unit":
        return sorted(units_below(_ids(values))) or [0]
    return list(values)


def day_of(field: Askable, text: str, today: date) -> date:
    """A day as 2026-11-22, or so many days from today: -30, 0, +7."""
    try:
        if FROM_TODAY.fullmatch(text.strip()):
            return today + timedelta(days=int(text))
        return date.fromisoformat(text.strip())
    except (ValueError, OverflowError) as odd:
        said = _("「%(label)s」要写日期 2026-11-23，或离今天几天，如 -30、+7。") % {"label": field.label}
        raise BadFilter(said) from odd


def _number(field: Askable, text: str) -> int:
    plain = text.strip().replace(",", "").replace("，", "")
    times = TENS.get(plain[-1:], 1)
    try:
        scaled = Decimal(plain[:-1] if times > 1 else plain) * times * field.scale
        whole = int(scaled)
    except (InvalidOperation, ValueError, OverflowError) as odd:
        raise BadFilter(_("「%(label)s」要写数字，如 1200 或 30万。") % {"label": field.label}) from odd
    if whole != scaled or abs(whole) >= LARGEST:
        raise BadFilter(_("「%(label)s」的数字太细或太大了。") % {"label": field.label})
    return whole


def _ids(values: Sequence[str]) -> list[int]:
    found = [int(v) for v in values if v.isascii() and v.isdigit() and len(v) < 12]
    if len(found) != len(values):
        raise BadFilter(_("没有这个单位。"))
    return found
