"""A scheme as data: which measure, cut how, into which classes.

Definitions are frozen and travel as JSON, so that a database can keep every version of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from kemai.value.errors import SchemeError
from kemai.value.measures.registry import MEASURES, Measure
from kemai.value.schemes.methods import METHODS

OWN = "own_"


@dataclass(frozen=True, slots=True)
class SchemeDefinition:
    """One scheme.

    `method` is a key of `schemes.methods.METHODS`: count_share (cuts are shares of customers in percent, one
    a class, adding to 100), value_share (cumulative percents, one fewer than classes), thresholds (lowest value
    of each class but the last, in the measure's display unit, falling) or score (the class comes with the
    measure, in `class_column`). `classes` run from best to last. `min_one_top` gives the best class one
    customer where rounding would give none (min_one_key, min_one_a).

    A measure of the company's own (`own_<key>`) is in no registry: it brings its `unit` and how many whole units make
    one of it (`factor`), and is ranked by `engine.late`.
    """

    key: str
    method: str
    measure: str
    classes: tuple[str, ...]
    cuts: tuple[Decimal, ...] = ()
    min_one_top: bool = False
    class_column: str | None = None
    unit: str = ""
    factor: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "cuts", tuple(_decimal(cut) for cut in self.cuts))
        object.__setattr__(self, "classes", tuple(self.classes))
        if self.measure not in MEASURES and not self.is_own:
            raise SchemeError(
                f"方案 {self.key}：没有指标 {self.measure}", code="unknown_measure", key=self.key
            )
        if self.method not in METHODS:
            raise SchemeError(
                f"方案 {self.key}：没有分级方法 {self.method}", code="unknown_method", key=self.key
            )
        if not self.classes or len(set(self.classes)) != len(self.classes):
            raise SchemeError(f"方案 {self.key}：等级不能为空或重名", code="bad_classes", key=self.key)
        METHODS[self.method].check(self)

    @property
    def is_own(self) -> bool:
        """Whether it ranks by a measure of the company's own."""
        return self.measure.startswith(OWN) and self.factor > 0

    @property
    def measure_spec(self) -> Measure:
        """What the scheme ranks by."""
        if self.is_own:
            return Measure(self.measure, self.measure, self.unit, self.factor, f"{self.measure}_missing")
        return MEASURES[self.measure]

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values; cuts are decimal text."""
        own = {"unit": self.unit, "factor": self.factor} if self.is_own else {}
        return {
            "key": self.key,
            "method": self.method,
            "measure": self.measure,
            "classes": list(self.classes),
            "cuts": [str(cut) for cut in self.cuts],
            "min_one_top": self.min_one_top,
            "class_column": self.class_column,
            **own,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> SchemeDefinition:
        """The definition from `to_json`; unknown or missing names are a SchemeError."""
        try:
            return cls(**{**data, "classes": tuple(data["classes"]), "cuts": tuple(data.get("cuts", ()))})
        except (TypeError, KeyError) as error:
            raise SchemeError(f"方案的内容不完整：{error}", code="bad_definition") from error


def _decimal(cut: object) -> Decimal:
    try:
        number = Decimal(str(cut))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise SchemeError(f"分界 {cut} 不是数", code="bad_cut", cut=str(cut))
    return number


def letters(count: int) -> Sequence[str]:
    """A, B, C … for so many classes."""
    return tuple(chr(ord("A") + i) for i in range(count))
