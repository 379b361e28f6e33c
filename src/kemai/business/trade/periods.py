"""The periods that targets are set for: a year (2026), a quarter (2026-Q1) or a month (2026-01)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kemai.value.windows import months_before

_SHAPE = re.compile(r"(20\d\d)(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """`start` is its first day, `months` how many it has; `text` is how it is stored."""

    text: str
    start: date
    months: int

    @property
    def end(self) -> date:
        """The first day after it."""
        return months_before(self.start, -self.months)

    @property
    def firsts(self) -> tuple[date, ...]:
        """The first day of each of its months."""
        return tuple(months_before(self.start, -n) for n in range(self.months))

    def within(self, months: int) -> tuple[str, ...]:
        """The shorter periods of so many months inside it, as they are stored; none where they aren't shorter."""
        if months >= self.months:
            return ()
        starts = [months_before(self.start, -n) for n in range(0, self.months, months)]
        return tuple(f"{day:%Y-%m}" if months == 1 else f"{day.year}-Q{day.month // 3 + 1}" for day in starts)


def period_of(text: str) -> Period:
    """Raises LookupError for anything else."""
    found = _SHAPE.fullmatch(text.strip().upper())
    if not found:
        raise LookupError(text)
    year, quarter, month = int(found[1]), found[2], found[3]
    if month:
        return Period(found[0], date(year, int(month), 1), 1)
    if quarter:
        return Period(found[0], date(year, int(quarter) * 3 - 2, 1), 3)
    return Period(found[0], date(year, 1, 1), 12)
