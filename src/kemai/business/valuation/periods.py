"""A period as people write it (2026, 2026-Q1, 2026-01) and the days it spans."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils.translation import gettext as _

_FORM = re.compile(r"(\d{4})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


def span_of(period: str) -> tuple[date, date]:
    """First and last day. Raises ValueError with a sentence.

    >>> span_of("2026-Q1")
    (datetime.date(2026, 1, 1), datetime.date(2026, 3, 31))
    """
    found = _FORM.fullmatch(period.strip().upper())
    if not found or not 1990 <= int(found[1]) <= 2190:
        raise ValueError(_("期间写成 2026、2026-Q1 或 2026-01。"))
    year = int(found[1])
    first, months = (int(found[2]) * 3 - 2, 3) if found[2] else (int(found[3]), 1) if found[3] else (1, 12)
    after = first + months
    end = date(year + (after > 12), after - 12 if after > 12 else after, 1)
    return date(year, first, 1), end - timedelta(days=1)
