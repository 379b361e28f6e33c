"""Units of measure, and which may be added, compared, multiplied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

UNITS: Mapping[str, str] = {
    "yuan": "元", "day": "天", "month": "个月", "hour": "小时", "count": "个", "percent": "%", "score": "分", "plain": "倍",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unit:
    """Powers of base units by name, sorted. A number that was only written down fits every unit (`is_open`)."""

    powers: tuple[tuple[str, int], ...] = ()
    is_open: bool = False

    @property
    def is_percent(self) -> bool:
        """Whether it is a share of something."""
        return self.powers == (("percent", 1),)

    @property
    def is_simple(self) -> bool:
        """Whether people have a word for it: nothing, one unit, one unit a unit."""
        up = [name for name, power in self.powers if power == 1]
        down = [name for name, power in self.powers if power == -1]
        shares = "percent" in (*up, *down) and len(self.powers) > 1
        return len(up) + len(down) == len(self.powers) and len(up) <= 1 and len(down) <= 1 and not shares

    @property
    def key(self) -> str:
        """yuan, yuan/hour, plain; 1/day where nothing stands above."""
        up = [name for name, power in self.powers if power > 0]
        down = [name for name, power in self.powers if power < 0]
        return f"{up[0] if up else '1'}/{down[0]}" if down else (up[0] if up else "plain")

    @property
    def label(self) -> str:
        """元, 元/小时, 倍; every power where there is no word for it."""
        if self.is_open or not self.powers:
            return UNITS["plain"]
        up = "×".join(UNITS[name] for name, power in self.powers for _ in range(max(power, 0)))
        down = "/".join(UNITS[name] for name, power in self.powers for _ in range(max(-power, 0)))
        return f"{up or '1'}/{down}" if down else up

    @property
    def factor(self) -> int:
        """How many whole units are kept of one: hundredths of yuan and percent, thousandths of all else."""
        return 100 if self.key.startswith("yuan") or self.is_percent else 1000

    def times(self, other: Unit, sign: int = 1) -> Unit:
        """The unit of a product, or with -1 of a quotient."""
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        kept = tuple(sorted((name, power) for name, power in powers.items() if power))
        return Unit(kept, self.is_open and other.is_open)

    def fits(self, other: Unit) -> bool:
        """Whether the two may be added or compared."""
        return self.is_open or other.is_open or self.powers == other.powers


PLAIN, OPEN, PERCENT = Unit(), Unit(is_open=True), Unit((("percent", 1),))


def unit_of(key: str) -> Unit:
    """The unit with this key: yuan, yuan/hour. Raises LookupError.

    >>> unit_of("yuan/hour").label
    '元/小时'
    """
    up, _slash, down = key.partition("/")
    found = PLAIN
    for name, sign in ((up, 1), (down, -1)):
        if name in ("", "1", "plain"):
            continue
        if name not in UNITS:
            raise LookupError(f"没有单位 {key}；可用 {'、'.join(UNITS)}，或一个除以一个，如 yuan/hour")
        found = found.times(Unit(((name, 1),)), sign)
    return found
