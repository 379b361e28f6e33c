"""Archive quality (3.15): completeness, accuracy and freshness of a customer's file, and the index of the three.

All shares are whole hundredths of a percent, half up, so that the index follows the figures people see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError

if TYPE_CHECKING:
    from ibis.expr.types import Table

COLUMNS = (
    "mandatory_filled", "mandatory_fields", "optional_filled", "optional_fields", "checks_right", "checks", "fresh_fields",
    "dated_fields",
)  # fmt: skip
MANDATORY_WEIGHT, OPTIONAL_WEIGHT = 2, 1
WEIGHTS = (40, 40, 20)
WEIGHTS_WITHOUT_ACCURACY = (67, 33)
GREEN, YELLOW = 9_000, 7_000
WHOLE = 10_000
PAIRS = (("mandatory_filled", "mandatory_fields"), ("optional_filled", "optional_fields"), ("checks_right", "checks"),
         ("fresh_fields", "dated_fields"))  # fmt: skip


def archive_quality(table: Any) -> Table:
    """Rate archives.

    `table` has customer_id and counts: mandatory_filled of mandatory_fields, optional_filled of optional_fields (both
    of the fields that apply), checks_right of checks, fresh_fields of dated_fields. The result has customer_id,
    completeness, accuracy, freshness and index in percent with two decimals, band (green from 90, yellow from 70, red)
    and reason. Without checks accuracy is null and the index rests on the other two; without a field that applies
    (`no_fields`) or one that is dated (`no_dated_fields`) there is no index. FactError names a column of the wrong
    shape, and is raised for a missing, negative or broken count and for a part larger than its whole.
    """
    import ibis

    from kemai.value.reading import read
    from kemai.value.tables import one_row_each, shaped

    source = read(table)
    missing = [name for name in ("customer_id", *COLUMNS) if name not in source.columns]
    if missing:
        raise FactError(
            f"缺少列：{'、'.join(missing)}", code="missing_columns", column=missing[0], columns=missing
        )
    rows = one_row_each(
        shaped(source, {"customer_id": "text"} | dict.fromkeys(COLUMNS, "number")), "customer_id"
    )
    _check(rows)
    rows = rows.mutate(**{name: rows[name].cast("int64") for name in COLUMNS})
    weighted = rows.mutate(
        filled=rows.mandatory_filled * MANDATORY_WEIGHT + rows.optional_filled * OPTIONAL_WEIGHT,
        fields=rows.mandatory_fields * MANDATORY_WEIGHT + rows.optional_fields * OPTIONAL_WEIGHT,
    )
    parts = weighted.select(
        "customer_id",
        c=_share(weighted.filled, weighted.fields),
        a=_share(weighted.checks_right, weighted.checks),
        f=_share(weighted.fresh_fields, weighted.dated_fields),
    )
    of_three = _mean((parts.c, parts.a, parts.f), WEIGHTS)
    of_two = _mean((parts.c, parts.f), WEIGHTS_WITHOUT_ACCURACY)
    rated = parts.mutate(index=ibis.ifelse(parts.a.isnull(), of_two, of_three))
    band = ibis.cases(
        (rated["index"] >= GREEN, "green"), (rated["index"] >= YELLOW, "yellow"), (rated["index"].notnull(), "red")
    )  # fmt: skip
    reason = ibis.cases((rated.c.isnull(), "no_fields"), (rated.f.isnull(), "no_dated_fields"))
    return rated.select(
        "customer_id", completeness=rated.c / 100, accuracy=rated.a / 100, freshness=rated.f / 100, index=rated["index"] / 100,
        band=band, reason=reason,
    )  # fmt: skip


@dataclass(frozen=True)
class ArchiveQuality:
    """Shares and index in percent with two decimals; None with a reason where there is none."""

    completeness: Decimal | None
    accuracy: Decimal | None
    freshness: Decimal | None
    index: Decimal | None
    band: str | None
    reason: str | None


def rate_archive(counts: Mapping[str, int]) -> ArchiveQuality:
    """One archive, by the same formula as `archive_quality`; `counts` holds COLUMNS.

    >>> example = dict(zip(COLUMNS, (10, 10, 2, 5, 19, 20, 15, 20)))
    >>> rate_archive(example).index, rate_archive(example).band
    (Decimal('88.2'), 'yellow')
    """
    for part, whole in PAIRS:
        if not 0 <= counts[part] <= counts[whole]:
            raise FactError("个数不能为负，部分不能多于全部", code="bad_counts")
    filled = counts["mandatory_filled"] * MANDATORY_WEIGHT + counts["optional_filled"] * OPTIONAL_WEIGHT
    fields = counts["mandatory_fields"] * MANDATORY_WEIGHT + counts["optional_fields"] * OPTIONAL_WEIGHT
    c, a = _share_of(filled, fields), _share_of(counts["checks_right"], counts["checks"])
    f = _share_of(counts["fresh_fields"], counts["dated_fields"])
    reason = "no_fields" if c is None else "no_dated_fields" if f is None else None
    index = None
    if c is not None and f is not None:
        parts = ((c, f), WEIGHTS_WITHOUT_ACCURACY) if a is None else ((c, a, f), WEIGHTS)
        index = (sum(n * w for n, w in zip(*parts, strict=True)) + 50) // 100
    band = None if index is None else "green" if index >= GREEN else "yellow" if index >= YELLOW else "red"
    return ArchiveQuality(_percent(c), _percent(a), _percent(f), _percent(index), band, reason)


def _percent(hundredths: int | None) -> Decimal | None:
    return None if hundredths is None else Decimal(hundredths) / 100


def _share_of(part: int, whole: int) -> int | None:
    return (2 * part * WHOLE + whole) // (2 * whole) if whole else None


def _check(rows: Table) -> None:
    """FactError for the first customer whose counts can't be."""
    import ibis

    broken = [rows[name].isnull() | (rows[name] != rows[name].floor()) for name in COLUMNS]
    odd = broken + [(rows[part] < 0) | (rows[part] > rows[whole]) for part, whole in PAIRS]
    found = rows.filter(ibis.or_(*odd)).select("customer_id").limit(1).to_pyarrow().to_pylist()
    if found:
        raise FactError(
            f"客户 {found[0]['customer_id']}：个数不能为空、为负、带小数，部分不能多于全部", code="bad_counts",
            customer_id=found[0]["customer_id"],
        )  # fmt: skip


def _share(part: Any, whole: Any) -> Any:
    """Hundredths of a percent, half up; null of nothing."""
    return ((2 * part * WHOLE + whole) // (2 * whole.nullif(0))).cast("int64")


def _mean(shares: tuple[Any, ...], weights: tuple[int, ...]) -> Any:
    total = sum(share * weight for share, weight in zip(shares, weights, strict=True))
    return ((total + 50) // 100).cast("int64")
