"""The ways to cut a ranking into classes. Each method is one object; a scheme names it, nothing asks which it is.

A method turns a definition and the population's totals into *lines* (whole numbers, worked out exactly in
Python), and lines into a class. The same lines serve the engine, the explanation and the what-if.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Any, Protocol

from kemai.value.errors import SchemeError
from kemai.value.exact import half_up

if TYPE_CHECKING:
    from kemai.value.schemes.definition import SchemeDefinition


@dataclass(frozen=True, slots=True)
class Totals:
    """A population as a scheme sees it: customers ranked, and the sum of their positive values."""

    n: int
    total: int


class Method(Protocol):
    """What a way of cutting has to offer."""

    positive_only: bool
    needs_before: bool

    def check(self, scheme: SchemeDefinition) -> None:
        """Raise SchemeError where the cuts make no sense."""

    def lines(self, scheme: SchemeDefinition, totals: Totals) -> Sequence[int] | None:
        """One line a class but the last; None where the population cannot be cut."""

    def inside(self, value: Any, rank: Any, before: Any, line: Any) -> Any:
        """Whether a customer is on the better side of a line; works on numbers and on Ibis columns."""


class CountShare:
    """So many percent of the customers each, by rank: `k = round_half_up(n * cumulative share)`."""

    positive_only = True
    needs_before = False

    def check(self, scheme: SchemeDefinition) -> None:
        _same_count(scheme, len(scheme.classes))
        if any(cut < 0 for cut in scheme.cuts):
            raise SchemeError(
                f"方案 {scheme.key}：各等级占比不能为负", code="shares_must_add_to_100", key=scheme.key
            )
        if sum(scheme.cuts) != 100:
            raise SchemeError(
                f"方案 {scheme.key}：各等级占比之和必须是 100%，现在是 {sum(scheme.cuts)}%",
                code="shares_must_add_to_100",
                key=scheme.key,
                total=str(sum(scheme.cuts)),
            )

    def lines(self, scheme: SchemeDefinition, totals: Totals) -> Sequence[int]:
        least = 1 if scheme.min_one_top and totals.n else 0
        cumulative = [sum(scheme.cuts[: i + 1]) for i in range(len(scheme.cuts) - 1)]
        return [max(least, half_up(totals.n * Fraction(share) / 100)) for share in cumulative]

    def inside(self, value: Any, rank: Any, before: Any, line: Any) -> Any:
        return rank <= line


class ValueShare:
    """By the share of the total that lies before the customer; who crosses a line is above it."""

    positive_only = True
    needs_before = True

    def check(self, scheme: SchemeDefinition) -> None:
        _same_count(scheme, len(scheme.classes) - 1)
        ordered = all(
            a < b for a, b in zip((Decimal(0), *scheme.cuts), (*scheme.cuts, Decimal(101)), strict=True)
        )
        if not ordered or any(cut > 100 for cut in scheme.cuts):
            raise SchemeError(
                f"方案 {scheme.key}：累计占比的分界必须从小到大，且在 0 到 100 之间",
                code="bad_cuts",
                key=scheme.key,
            )

    def lines(self, scheme: SchemeDefinition, totals: Totals) -> Sequence[int] | None:
        if totals.total <= 0:
            return None
        return [ceil(totals.total * Fraction(cut) / 100) for cut in scheme.cuts]

    def inside(self, value: Any, rank: Any, before: Any, line: Any) -> Any:
        return before < line


class Thresholds:
    """By the value alone: at least the line."""

    positive_only = False
    needs_before = False

    def check(self, scheme: SchemeDefinition) -> None:
        _same_count(scheme, len(scheme.classes) - 1)
        if any(a <= b for a, b in zip(scheme.cuts, scheme.cuts[1:], strict=False)):
            raise SchemeError(f"方案 {scheme.key}：门槛必须从高到低", code="bad_cuts", key=scheme.key)

    def lines(self, scheme: SchemeDefinition, totals: Totals) -> Sequence[int]:
        return [half_up(Fraction(cut) * scheme.measure_spec.factor) for cut in scheme.cuts]

    def inside(self, value: Any, rank: Any, before: Any, line: Any) -> Any:
        return value >= line


class Score:
    """The measure brings its class with it (RFM segments); ranking is by the score."""

    positive_only = False
    needs_before = False

    def check(self, scheme: SchemeDefinition) -> None:
        _same_count(scheme, 0)
        if not scheme.class_column:
            raise SchemeError(f"方案 {scheme.key}：需要 class_column", code="no_class_column", key=scheme.key)

    def lines(self, scheme: SchemeDefinition, totals: Totals) -> Sequence[int]:
        return []

    def inside(self, value: Any, rank: Any, before: Any, line: Any) -> Any:
        raise NotImplementedError("按得分分级没有分界")


def _same_count(scheme: SchemeDefinition, wanted: int) -> None:
    if len(scheme.cuts) != wanted:
        raise SchemeError(
            f"方案 {scheme.key}：{len(scheme.classes)} 个等级需要 {wanted} 个分界，给了 {len(scheme.cuts)} 个",
            code="wrong_number_of_cuts",
            key=scheme.key,
            wanted=wanted,
        )


METHODS: Mapping[str, Method] = {
    "count_share": CountShare(),
    "value_share": ValueShare(),
    "thresholds": Thresholds(),
    "score": Score(),
}
