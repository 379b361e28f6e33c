"""A scorecard that the company defines: criteria over measures, bands that give points, weights, grades of the total.

    total = sum(weight * points) / sum(weight), over the criteria that count for the customer

It is worked out in whole thousandths of a point, half up. What a missing measure does is said by each criterion; a total
that would rest on less than half of the weight is none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from itertools import pairwise
from typing import Any

from kemai.value.errors import SchemeError
from kemai.value.exact import half_up
from kemai.value.formulas.reasons import MISSING

FACTOR = 1000  # whole units of a total to one point
MOST_CRITERIA, MOST_BANDS, MOST_GRADES = 12, 6, 8
LEAST_WEIGHT = 50
SKIP, ZERO, NONE = "skip", "zero", "none"
WAYS = (SKIP, ZERO, NONE)
TOO_LITTLE = "too_little_known"


@dataclass(frozen=True, slots=True)
class Band:
    """From this value of the measure on (in its displayed unit) so many points; None is all that is below the others."""

    start: Decimal | None
    points: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """`bands` run from the highest start to the one without; `missing` is skip (its weight goes to the others), zero (no
    points) or none (then the customer has no total)."""

    measure: str
    weight: int
    bands: tuple[Band, ...]
    missing: str = SKIP


@dataclass(frozen=True, slots=True)
class Grade:
    """A name for totals from so many points on; the last has no start."""

    name: str
    start: Decimal | None


@dataclass(frozen=True, slots=True)
class Scored:
    """One customer: `total` in thousandths or None with the reason, the grade, and the points of each criterion (None
    where its weight went to the others)."""

    total: int | None
    grade: str | None
    points: tuple[int | None, ...]
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """Raises SchemeError with what is wrong."""

    criteria: tuple[Criterion, ...]
    grades: tuple[Grade, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.criteria) <= MOST_CRITERIA:
            raise SchemeError(f"评分卡要有 1 到 {MOST_CRITERIA} 项指标", code="wrong_number_of_criteria")
        if len({each.measure for each in self.criteria}) != len(self.criteria):
            raise SchemeError("同一个指标只能用一次", code="criterion_twice")
        for at, each in enumerate(self.criteria, start=1):
            _check_criterion(at, each)
        total = sum(each.weight for each in self.criteria)
        if total != 100:
            raise SchemeError(
                f"权重合计必须是 100，现在是 {total}", code="weights_must_add_to_100", total=total
            )
        _check_grades(self.grades)

    @property
    def uses(self) -> tuple[str, ...]:
        """The measures that it looks at."""
        return tuple(each.measure for each in self.criteria)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; numbers that may have decimals are text."""
        return {
            "criteria": [
                {
                    "measure": each.measure, "weight": each.weight, "missing": each.missing,
                    "bands": [{"from": _text(band.start), "points": band.points} for band in each.bands],
                }
                for each in self.criteria
            ],
            "grades": [{"name": each.name, "from": _text(each.start)} for each in self.grades],
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Card:
        """The card from `to_json`."""
        try:
            criteria = tuple(
                Criterion(
                    str(each["measure"]), _whole(each["weight"], "权重"),
                    tuple(Band(_number(b["from"]), _whole(b["points"], "得分")) for b in each["bands"]),
                    str(each.get("missing", SKIP)),
                )
                for each in data["criteria"]
            )  # fmt: skip
            grades = tuple(Grade(str(g["name"]), _number(g["from"])) for g in data.get("grades", ()))
        except (KeyError, TypeError) as error:
            raise SchemeError(f"评分卡的内容不完整：{error}", code="bad_definition") from error
        return cls(criteria, grades)

    def grade_of(self, total: int | None) -> str | None:
        """The name of the grade of a total in thousandths."""
        if total is None:
            return None
        return next((g.name for g in self.grades if g.start is None or total >= g.start * FACTOR), None)

    def scored(
        self, values: Mapping[str, Any], factors: Mapping[str, int], reasons: Mapping[str, str | None]
    ) -> Scored:
        """One customer, by the same rule as `scores`: `values` by measure in whole units, `factors` how many make one
        displayed, `reasons` why a measure is missing.

        >>> card = Card.from_json({"criteria": [
        ...     {"measure": "sales_12m", "weight": 60, "bands": [{"from": "500000", "points": 100}, {"from": None, "points": 40}]},
        ...     {"measure": "recency_days", "weight": 40, "missing": "zero",
        ...      "bands": [{"from": "90", "points": 0}, {"from": None, "points": 100}]}],
        ...     "grades": [{"name": "甲", "from": "80"}, {"name": "乙", "from": None}]})
        >>> card.scored({"sales_12m": 50_000_000, "recency_days": 12}, {"sales_12m": 100, "recency_days": 1}, {})
        Scored(total=100000, grade='甲', points=(100, 100), reason=None)
        >>> card.scored({"sales_12m": 10_000_000, "recency_days": None}, {"sales_12m": 100, "recency_days": 1}, {})
        Scored(total=24000, grade='乙', points=(40, 0), reason=None)
        """
        points, known, summed = [], 0, 0
        for each in self.criteria:
            value = values.get(each.measure)
            found = _points(each, value, factors.get(each.measure, 1))
            if value is None and each.missing == NONE:
                return Scored(None, None, (), missing_reason(each.measure, reasons.get(each.measure)))
            points.append(found)
            if found is not None:
                known, summed = known + each.weight, summed + each.weight * found
        if known < LEAST_WEIGHT:
            return Scored(None, None, tuple(points), TOO_LITTLE)
        total = half_up(Fraction(summed * FACTOR, known))
        return Scored(total, self.grade_of(total), tuple(points))

    def scores(self, table: Any, factors: Mapping[str, int]) -> tuple[Any, Any, Any]:
        """(totals, reasons, grades) over an Arrow table with a column for each measure in whole units (and `<key>__reason`
        where there is one): int64 in thousandths, text, text; exact, in the order of the rows."""
        import numpy as np
        import pyarrow as pa

        size = len(table)
        known, summed = np.zeros(size, np.int64), np.zeros(size, np.int64)
        why = np.full(size, None, dtype=object)
        for each in self.criteria:
            points, is_known = _column_points(each, table[each.measure], factors.get(each.measure, 1))
            counts = is_known | (each.missing == ZERO)
            known += np.where(counts, each.weight, 0)
            summed += np.where(counts, each.weight * np.where(is_known, points, 0), 0)
            if each.missing == NONE:
                _note(why, ~is_known, table, each.measure)
        why[(known < LEAST_WEIGHT) & (why == None)] = TOO_LITTLE  # noqa: E711  # over an array of objects
        has = why == None  # noqa: E711
        weight = np.where(known > 0, known, 1)
        totals = np.where(has, (2 * summed * FACTOR + weight) // (2 * weight), 0)
        grades = np.full(size, None, dtype=object)
        for grade in reversed(self.grades):
            inside = has if grade.start is None else has & (totals >= int(grade.start * FACTOR))
            grades[inside] = grade.name
        return (
            pa.array(totals, pa.int64(), mask=~has), pa.array(why.tolist(), pa.string()),
            pa.array(grades.tolist(), pa.string()),
        )  # fmt: skip


def missing_reason(measure: str, why: str | None) -> str:
    """The reason of what lacks this measure; what is missing below it says more than the measure itself."""
    if why and why.startswith(MISSING):
        return why
    return f"{MISSING}{measure}:{why}" if why else f"{MISSING}{measure}"


def _points(criterion: Criterion, value: Any, factor: int) -> int | None:
    if value is None:
        return 0 if criterion.missing == ZERO else None
    whole = Fraction(value)
    return next(b.points for b in criterion.bands if b.start is None or whole >= b.start * factor)


def _column_points(criterion: Criterion, column: Any, factor: int) -> tuple[Any, Any]:
    """(points, known) of a column: starts in whole units, so that the comparison is of whole numbers."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    is_known = pc.is_valid(column).to_numpy(zero_copy_only=False)
    is_whole = pa.types.is_integer(column.type)
    values = pc.fill_null(column, 0 if is_whole else 0.0).to_numpy()
    points = np.full(len(values), criterion.bands[-1].points, np.int64)
    for band in reversed(criterion.bands[:-1]):
        start = (band.start or Decimal(0)) * factor
        line = int(start.to_integral_value("ROUND_CEILING")) if is_whole else float(start)
        points = np.where(values >= line, band.points, points)
    return points, is_known


def _note(why: Any, lacking: Any, table: Any, measure: str) -> None:
    """Writes the reason of those who lack a measure that they must have, where none is written yet."""
    import numpy as np

    name = f"{measure}__reason"
    said = table[name].to_pylist() if name in table.column_names else [None] * len(why)
    for at in np.flatnonzero(lacking):
        if why[at] is None:
            why[at] = missing_reason(measure, said[at])


def _check_criterion(at: int, each: Criterion) -> None:
    if each.missing not in WAYS:
        raise SchemeError(f"第 {at} 项：缺的时候怎么办没写清", code="bad_missing")
    if not 1 <= each.weight <= 100:
        raise SchemeError(f"第 {at} 项：权重要是 1 到 100 的整数", code="bad_weight")
    if not 1 <= len(each.bands) <= MOST_BANDS or each.bands[-1].start is not None:
        raise SchemeError(f"第 {at} 项：要写「其余」得几分，最多 {MOST_BANDS} 档", code="bad_bands")
    if any(not 0 <= band.points <= 100 for band in each.bands):
        raise SchemeError(f"第 {at} 项：得分要在 0 到 100 之间", code="bad_points")
    _falling([band.start for band in each.bands[:-1]], f"第 {at} 项：各档的起点")


def _check_grades(grades: Sequence[Grade]) -> None:
    if not grades:
        return
    if len(grades) > MOST_GRADES or grades[-1].start is not None:
        raise SchemeError(f"等级最多 {MOST_GRADES} 个，最后一个是「其余」", code="bad_grades")
    names = [each.name for each in grades]
    if any(not 1 <= len(name.strip()) <= 20 for name in names) or len(set(names)) != len(names):
        raise SchemeError("等级的名字写 1 到 20 个字，不能重名", code="bad_grades")
    _falling([each.start for each in grades[:-1]], "各等级的起点")


def _falling(starts: Sequence[Decimal | None], what: str) -> None:
    numbers = [Decimal("NaN") if start is None else start for start in starts]
    if any(not number.is_finite() for number in numbers):
        raise SchemeError(f"{what}没写全", code="bad_bands")
    if any(a <= b for a, b in pairwise(numbers)):
        raise SchemeError(f"{what}要从高到低", code="bad_bands")


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number.normalize():f}"


def _number(text: object) -> Decimal | None:
    if text is None:
        return None
    try:
        found = Decimal(str(text))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite() or abs(found) > 10**12:
        raise SchemeError(f"「{str(text)[:20]}」不是数", code="bad_number")
    return found


def _whole(number: object, what: str) -> int:
    found = _number(number if number not in (None, "") else "x")
    if found is None or found != int(found):
        raise SchemeError(f"{what}要是整数", code="bad_number")
    return int(found)
