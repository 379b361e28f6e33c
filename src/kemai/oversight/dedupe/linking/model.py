"""A model of likeness as data: which pairs are looked at, what is compared, and how much each outcome weighs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison: `sql` says when it holds (columns end in _l and _r), the first that holds counts.

    `m` is its share among pairs that are one, `u` among pairs that are not; its weight is log2(m / u) bits. With
    `frequency` a column's common values weigh less than rare ones, down to `least_u`.
    """

    key: str
    sql: str
    m: float
    u: float
    frequency: str = ""
    least_u: float = 0.0

    @property
    def bits(self) -> float:
        """The weight of the level where no frequency changes it."""
        return math.log2(self.m / self.u)


@dataclass(frozen=True)
class Comparison:
    """What is compared: `missing` says when it says nothing; the last level takes all that the others leave.

    `learns` lets training find m in the records at hand; otherwise the numbers stay as written. `columns` are what a
    level that speaks for the pair was read from.
    """

    key: str
    missing: str
    levels: tuple[Level, ...]
    learns: bool = False
    columns: tuple[str, ...] = ()

    @property
    def for_it(self) -> frozenset[str]:
        """Keys of the levels that speak for a pair as the model was written."""
        return frozenset(level.key for level in self.levels if level.m > level.u)


@dataclass(frozen=True)
class Key:
    """Records with an equal value are looked at as pairs, unless more than `most` share it.

    `sql` selects `id` and `value` from `records`, whose columns are those of the table that is linked.
    """

    kind: str
    sql: str
    most: int


@dataclass(frozen=True)
class Training:
    """Where m is learnt: pairs that fit one of `blocks` (conditions over l and r), if there are at least `least`.

    `pretended` pairs with the written m are added, so that few pairs change little. With `sampled` u is learnt as
    well, from that many pairs drawn at random by `seed`.
    """

    blocks: tuple[str, ...]
    least: int = 200
    pretended: int = 100
    most: float = 1e6
    sampled: float = 0
    seed: int = 1


@dataclass(frozen=True)
class Model:
    """Everything that decides how likely two records are one. `expected` duplicates a record make the prior: among n
    records two taken at random are one with 2·expected/(n−1); n counts as at least `at_least`."""

    comparisons: tuple[Comparison, ...]
    keys: tuple[Key, ...]
    training: Training | None = None
    expected: float = 0.05
    at_least: int = 1_000
    frequencies: Mapping[str, str] = field(default_factory=dict)  # column -> SELECT value, share FROM records
    prepared: tuple[str, ...] = ()  # SQL over `records` before anything is compared

    def prior(self, records: int) -> float:
        """How likely two records taken at random are one.

        >>> round(Model((), ()).prior(101), 7), round(Model((), ()).prior(1_000_001), 10)
        (0.0001001, 1e-07)
        """
        return 2 * self.expected / max(records - 1, self.at_least - 1)
