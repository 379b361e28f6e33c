"""How a month is cut: a small one is one file, a large one several of a few days each.

The cut follows from how many lines the month has and from nothing else, so that facts brought up to date and facts read
anew are the same files. A month that grows past a step is read again once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from kemai.value.windows import months_before

# (lines of a month, days of a piece from so many lines on)
STEPS = ((0, 31), (15_000, 5), (150_000, 3))
_LAST, _LAST_START = 31, 28  # the last piece begins on a day that February has, and takes the rest


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """The days `first` to `last` of a month, both included, or all of it."""

    month: date
    first: int = 1
    last: int = _LAST

    @classmethod
    def named(cls, key: str) -> Piece:
        """The piece of a key."""
        month, _dot, days = key.partition(".")
        first, last = days.split("-") if days else (1, _LAST)
        return cls(date.fromisoformat(f"{month}-01"), int(first), int(last))

    @property
    def key(self) -> str:
        """2026-06 for a whole month, 2026-06.01-05 for five days of it; keys sort as days do."""
        return (
            f"{self.month:%Y-%m}" if self.is_month else f"{self.month:%Y-%m}.{self.first:02}-{self.last:02}"
        )

    @property
    def is_month(self) -> bool:
        """Whether it is all of the month."""
        return (self.first, self.last) == (1, _LAST)

    @property
    def start(self) -> date:
        """Its first day."""
        return self.month.replace(day=self.first)

    @property
    def end(self) -> date:
        """The day after its last one."""
        return months_before(self.month, -1) if self.last == _LAST else self.month.replace(day=self.last + 1)


def pieces_of(month: date, lines: int) -> list[Piece]:
    """The pieces of a month with so many lines.

    >>> [piece.key for piece in pieces_of(date(2026, 2, 1), 20_000)][-2:]
    ['2026-02.21-25', '2026-02.26-31']
    """
    days = max(step for step in STEPS if step[0] <= lines)[1]
    starts = range(1, _LAST_START + 1, days)
    return [
        Piece(month, first, last)
        for first, last in zip(starts, [*(n - 1 for n in starts[1:]), _LAST], strict=True)
    ]


def cut_of(lines: Mapping[str, int]) -> dict[date, list[Piece]]:
    """The pieces that each month should have, from the lines of the pieces that it has."""
    months: dict[date, int] = {}
    for key, count in lines.items():
        month = Piece.named(key).month
        months[month] = months.get(month, 0) + count
    return {month: pieces_of(month, count) for month, count in months.items()}


def cut_wrongly(lines: Mapping[str, int]) -> list[Piece]:
    """The months that have a piece which they should not have: after a step, or since files were whole months."""
    right = {piece.key for pieces in cut_of(lines).values() for piece in pieces}
    return sorted({Piece(Piece.named(key).month) for key in lines.keys() - right})


def to_read(lines: Mapping[str, int], days: Iterable[date]) -> list[Piece]:
    """What has to be read again when these days changed: pieces, and months that are cut wrongly or have no piece yet.

    A month of which every piece is asked for is read in one.
    """
    asked = {whole.month: {whole} for whole in cut_wrongly(lines)}
    cut = cut_of(lines) | {month: sorted(whole) for month, whole in asked.items()}
    for day in days:
        month = day.replace(day=1)
        pieces = cut.setdefault(month, [Piece(month)])
        asked.setdefault(month, set()).add(next(each for each in pieces if day.day <= each.last))
    return sorted(
        each
        for month, some in asked.items()
        for each in ([Piece(month)] if len(some) == len(cut[month]) else some)
    )
