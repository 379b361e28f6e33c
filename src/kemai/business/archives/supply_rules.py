"""Rules of supply links, whoever writes them: days that overlap, shares above the whole, a circle of dealers (S0.5).

Pure: links come in as `Tie`s and the keys of those that break a rule come out, whatever their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

WHOLE = 10_000
EVER, ALWAYS = date.min, date.max


@dataclass(frozen=True)
class Tie:
    """A link as the rules read it: from and to with both days, the share in hundredths of a percent or unknown."""

    key: int
    dealer: int
    customer: int
    line: str = ""
    share_bp: int | None = None
    from_on: date | None = None
    to_on: date | None = None

    @property
    def first(self) -> date:
        """The first day; the beginning of time where none is written."""
        return self.from_on or EVER

    @property
    def last(self) -> date:
        """The last day; the end of time where none is written."""
        return self.to_on or ALWAYS

    def holds(self, day: date) -> bool:
        """Whether it is in force on that day."""
        return self.first <= day <= self.last


def doubled(ties: Iterable[Tie]) -> set[int]:
    """Links between the same two for the same product line whose days overlap.

    >>> a, b = Tie(1, 7, 8, to_on=date(2026, 6, 30)), Tie(2, 7, 8, from_on=date(2026, 7, 1))
    >>> doubled([a, b]), doubled([a, b, Tie(3, 7, 8)])
    (set(), {1, 2, 3})
    """
    found: set[int] = set()
    for some in _grouped(ties, lambda tie: (tie.dealer, tie.customer, tie.line)):
        furthest: Tie | None = None
        for tie in sorted(some, key=lambda each: each.first):
            if furthest is not None and tie.first <= furthest.last:
                found |= {tie.key, furthest.key}
            if furthest is None or tie.last > furthest.last:
                furthest = tie
    return found


def beyond_whole(ties: Iterable[Tie]) -> set[int]:
    """Links that on some day take more than the whole of one customer's purchases of a product line.

    >>> sorted(beyond_whole([Tie(1, 5, 8, share_bp=6000), Tie(2, 6, 8, share_bp=4001), Tie(3, 6, 9, share_bp=4001)]))
    [1, 2]
    """
    found: set[int] = set()
    for some in _grouped((t for t in ties if t.share_bp), lambda tie: (tie.customer, tie.line)):
        for day in {tie.first for tie in some}:
            held = [tie for tie in some if tie.holds(day)]
            if sum(tie.share_bp or 0 for tie in held) > WHOLE:
                found |= {tie.key for tie in held}
    return found


def circling(ties: Iterable[Tie]) -> set[int]:
    """Links by which, on some day, somebody would stand behind himself.

    >>> sorted(circling([Tie(1, 5, 6), Tie(2, 6, 7), Tie(3, 7, 5), Tie(4, 7, 8)]))
    [1, 2, 3]
    """
    ties = list(ties)
    ever = _in_circles(ties)
    some = [tie for tie in ties if tie.key in ever]
    days = {tie.first for tie in some}
    return set().union(*(_in_circles([tie for tie in some if tie.holds(day)]) for day in days))


def _grouped(ties: Iterable[Tie], by: Callable[[Tie], Hashable]) -> Iterator[list[Tie]]:
    groups: dict[Hashable, list[Tie]] = defaultdict(list)
    for tie in ties:
        groups[by(tie)].append(tie)
    yield from (some for some in groups.values() if len(some) > 1)


def _in_circles(ties: Sequence[Tie]) -> set[int]:
    """Links between two who can each be reached from the other (Kosaraju's two walks)."""
    down: dict[int, list[int]] = defaultdict(list)
    up: dict[int, list[int]] = defaultdict(list)
    for tie in ties:
        down[tie.dealer].append(tie.customer)
        up[tie.customer].append(tie.dealer)
    ring: dict[int, int] = {}
    for start in reversed(_left_last(down)):
        waiting = [start]
        while waiting:
            here = waiting.pop()
            if here not in ring:
                ring[here] = start
                waiting += up.get(here, ())
    return {tie.key for tie in ties if ring[tie.dealer] == ring[tie.customer]}


def _left_last(down: dict[int, list[int]]) -> list[int]:
    """Everybody in the order in which a walk downwards leaves them for good."""
    order: list[int] = []
    seen: set[int] = set()
    for start in list(down):
        walk = [] if start in seen else [(start, iter(down[start]))]
        seen.add(start)
        while walk:
            _here, rest = walk[-1]
            following = next((each for each in rest if each not in seen), None)
            if following is None:
                order.append(walk.pop()[0])
            else:
                seen.add(following)
                walk.append((following, iter(down.get(following, ()))))
    return order
