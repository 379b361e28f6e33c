"""The three matrices over what the actor sees (3.6, 3.6b, 3.7; S2.12, S1.155): cells, dots, lists, all by one definition.

A `Matrix` of the library says which cell a customer is in; the same object is written for the columns of the run's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.pictures import cuts as groups
from kemai.business.valuation.pictures import position_part
from kemai.business.valuation.pictures.seen import may_look
from kemai.business.valuation.runs.listed import AT_ONCE, first_rows, with_margin
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.runs.summed import file_of, seen_in
from kemai.business.valuation.value_classes.exclusions import may_see_value_classes
from kemai.business.valuation.worth.assumptions import KEY as WORTH
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.moments import kept_for_a_moment
from kemai.value.schemes.matrix import Axis, Matrix

if TYPE_CHECKING:
    import polars as pl

COLUMNS = {
    "performance": "performance_centi", "loyalty": "loyalty_centi", "grade": "grade", "av": "current_fen", "gap": "gap_fen",
}  # fmt: skip
SPOT = ("customer_key", "cell", "sales_12m_fen", "expected_fen", *COLUMNS.values())
WHY = {"av": "current_reason", "gap": "potential_reason"}
"""Which column of the part `worth` says why a side is unknown."""
OVER_WORTH = "value_potential"
MOST_DOTS = 5_000


@dataclass(frozen=True)
class Cell:
    """A cell and its customers; "" is for those with one side unknown."""

    key: str
    customers: int
    sales_fen: int


@dataclass(frozen=True)
class Spot:
    """A customer in a matrix: its cell, amounts in fen, indices in hundredths of a point."""

    customer_id: int
    cell: str
    sales_12m_fen: int | None
    expected_fen: int | None
    performance_centi: int | None
    loyalty_centi: int | None
    grade: str | None
    current_fen: int | None
    gap_fen: int | None


@dataclass(frozen=True)
class Spots:
    """Rows of a matrix in an order; a slice of them is read as `Spot`."""

    rows: pl.LazyFrame

    def __getitem__(self, part: slice) -> list[Spot]:
        return _spots(first_rows(self.rows, part))

    def pieces(self) -> Iterator[list[Spot]]:
        """All of them, sorted once, a thousand at a time."""
        return map(_spots, self.rows.collect().iter_slices(AT_ONCE))


def _spots(rows: pl.DataFrame) -> list[Spot]:
    return [Spot(*each) for each in rows.select(SPOT).iter_rows()]


def matrix(run: Run, kind: str, wanted: Mapping[str, str] | None = None) -> Matrix:
    """The matrix with the cuts in force, or with those `wanted`. Raises SchemeError, LookupError for an unknown kind."""
    if kind not in groups.KINDS:
        raise LookupError(kind)
    chosen = groups.check({**parameters_of(groups.KEY), **(wanted or {})})
    return groups.matrix_of(kind, chosen, medians(run))


def medians(run: Run) -> Mapping[str, int]:
    """Of value and growth over everybody, in fen."""
    found: Mapping[str, int] = (part_summary(run, position_part.KEY) or {}).get(
        "medians", {"current_fen": 0, "gap_fen": 0}
    )
    return found


def has_positions(run: Run) -> bool:
    """Whether the run was made with this part."""
    return part_summary(run, position_part.KEY) is not None


def kinds(actor: Actor) -> list[str]:
    """The matrices that the actor may see."""
    return [kind for kind in groups.KINDS if kind != OVER_WORTH or may_see_potential(actor)]


def may_see_potential(actor: Actor) -> bool:
    """Value and potential rest on margin and on estimates."""
    return actor.sees("potential") and may_see_value_classes(actor)


def cells(actor: Actor, run: Run, placed: Matrix) -> list[Cell]:
    """Every cell of the matrix in its order, and at the end those in none: each customer in exactly one."""
    import polars as pl

    sums = _placed(actor, run, placed).group_by("cell").agg(pl.len(), pl.col("sales_12m_fen").sum())
    found = {cell: (n, fen) for cell, n, fen in sums.iter_rows()}
    return [Cell(key, *found.get(key, (0, 0))) for key in [*dict.fromkeys(placed.cells.values()), ""]]


def in_cell(actor: Actor, run: Run, placed: Matrix, cell: str | None) -> Spots:
    """The customers of a cell ("" those in none; None all that are in one), the first to look after first: by cell, then
    by expected value (AV + P x gap)."""
    import polars as pl

    rows = _placed(actor, run, placed)
    rows = rows.filter(pl.col("cell") != "" if cell is None else pl.col("cell") == cell)
    places = {key: n for n, key in enumerate(dict.fromkeys(placed.cells.values()))} | {"": len(placed.cells)}
    place = pl.col("cell").replace_strict(places, return_dtype=pl.Int8)
    by = (place, "expected_fen", "customer_key")
    return Spots(rows.lazy().sort(*by, descending=[False, True, False], nulls_last=True))


def dots(actor: Actor, run: Run, placed: Matrix) -> tuple[list[Spot], int]:
    """Those in a cell for the picture, and how many there are: all, or an even sample of MOST_DOTS."""
    import polars as pl

    rows = _placed(actor, run, placed).filter(pl.col("cell") != "")
    step = max(1, -(-len(rows) // MOST_DOTS))
    return Spots(rows.gather_every(step).lazy())[:MOST_DOTS], len(rows)


def reasons(actor: Actor, run: Run, placed: Matrix) -> Sequence[tuple[str, int]]:
    """(axis, customers) of those in no cell, by the first side that is unknown."""
    return [(axis, len(rows)) for axis, rows in _unknown(actor, run, placed)]


def missing_worth(actor: Actor, run: Run, placed: Matrix) -> list[tuple[str, str, int]]:
    """(axis, reason of the part `worth`, customers) behind `reasons`, most first; nothing of the other matrices."""
    import polars as pl

    if placed.key != OVER_WORTH:
        return []
    worth = pl.scan_parquet(file_of(run, WORTH))
    found: list[tuple[str, str, int]] = []
    for axis, rows in _unknown(actor, run, placed):
        why = worth.join(rows.lazy().select("customer_key"), on="customer_key", how="semi")
        counts = why.group_by(WHY[axis]).agg(pl.len()).collect()
        found += [(axis, reason or "", n) for reason, n in counts.iter_rows()]
    return sorted(found, key=lambda each: (-each[2], *each[:2]))


def _unknown(actor: Actor, run: Run, placed: Matrix) -> list[tuple[str, pl.DataFrame]]:
    """Each axis with those whose first unknown side it is."""
    import polars as pl

    rows = _placed(actor, run, placed)
    first, second = (pl.col(COLUMNS[axis.name]).is_null() for axis in (placed.first, placed.second))
    return [(placed.first.name, rows.filter(first)), (placed.second.name, rows.filter(~first & second))]


@kept_for_a_moment
def _placed(actor: Actor, run: Run, placed: Matrix) -> pl.DataFrame:
    """Everybody that the actor sees in this matrix, each in its cell ("" is none)."""
    import polars as pl

    cell = pl.lit("")
    for (a, b), name in placed.cells.items():
        cell = pl.when(_group(placed.first, a) & _group(placed.second, b)).then(pl.lit(name)).otherwise(cell)
    return _seen(actor, run, placed).with_columns(cell=cell).select(SPOT).collect()


def _seen(actor: Actor, run: Run, placed: Matrix) -> pl.LazyFrame:
    """Positions of the matrix; value and potential only of customers whose margin the actor sees."""
    may_look(actor)
    if placed.key == OVER_WORTH and not may_see_potential(actor):
        raise Refused(_("价值和潜力用到毛利，你的岗位看不到。"))
    rows = seen_in(actor, run, position_part.KEY)
    if placed.key != OVER_WORTH:
        return rows
    return rows.filter(with_margin(actor))


def _group(axis: Axis, group: str) -> pl.Expr:
    """What a group of an axis means for the stored column: hundredths of a point or fen, both 100 to one."""
    import polars as pl

    column = pl.col(COLUMNS[axis.name])
    if axis.members:
        return column.is_in([name for name, of in axis.members.items() if of == group]).fill_null(False)
    at = axis.groups.index(group)
    stored = [int(cut * 100) for cut in axis.cuts]
    fits = column >= stored[at] if at < len(stored) else column.is_not_null()
    return (fits & (column < stored[at - 1]) if at else fits).fill_null(False)
