"""The three matrices over what the actor sees (3.6, 3.6b, 3.7; S2.12, S1.155): cells, dots, lists, all by one definition.

A `Matrix` of the library says which cell a customer is in; the same object is written as SQL for the counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run, WorthRow
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.pictures import cuts as groups
from kemai.business.valuation.pictures import position_part
from kemai.business.valuation.pictures.rows import positions
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.value_classes.exclusions import may_see_value_classes
from kemai.foundation.access.actor import Actor, Refused
from kemai.value.schemes.matrix import Axis, Matrix

COLUMNS = {
    "performance": "performance_centi", "loyalty": "loyalty_centi", "grade": "grade", "av": "current_fen", "gap": "gap_fen",
}  # fmt: skip
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
    sums = (
        _placed(actor, run, placed)
        .order_by()
        .values_list("cell")
        .annotate(n=Count("pk"), fen=Sum("sales_12m_fen"))
    )
    found = {cell: (n, fen or 0) for cell, n, fen in sums}
    return [Cell(key, *found.get(key, (0, 0))) for key in [*dict.fromkeys(placed.cells.values()), ""]]


def in_cell(actor: Actor, run: Run, placed: Matrix, cell: str | None) -> QuerySet[Any]:
    """The customers of a cell ("" those in none; None all that are in one), the first to look after first: by cell, then
    by expected value (AV + P x gap)."""
    rows = _placed(actor, run, placed)
    rows = rows.exclude(cell="") if cell is None else rows.filter(cell=cell)
    place = Case(
        *(When(cell=key, then=Value(n)) for n, key in enumerate(placed.cells.values())), default=Value(99)
    )
    ordered: QuerySet[Any] = rows.annotate(place=place).order_by(
        "place", F("expected_fen").desc(nulls_last=True), "customer_id"
    )
    return ordered


def dots(actor: Actor, run: Run, placed: Matrix) -> tuple[list[Any], int]:
    """Those in a cell for the picture, and how many there are: all, or an even sample of MOST_DOTS."""
    rows = _placed(actor, run, placed).exclude(cell="")
    count = rows.count()
    if count > MOST_DOTS:
        rows = rows.annotate(turn=F("id") % -(-count // MOST_DOTS)).filter(turn=0)
    return list(rows.order_by("id")[:MOST_DOTS]), count


def _placed(actor: Actor, run: Run, placed: Matrix) -> QuerySet[Any]:
    whens = [
        When(_group(placed.first, a) & _group(placed.second, b), then=Value(cell))
        for (a, b), cell in placed.cells.items()
    ]
    rows = _seen(actor, run, placed)
    placed_rows: QuerySet[Any] = rows.annotate(cell=Case(*whens, default=Value(""), output_field=CharField()))
    return placed_rows


def _seen(actor: Actor, run: Run, placed: Matrix) -> QuerySet[Any]:
    """Positions of the matrix; value and potential only of customers whose margin the actor sees."""
    rows = positions(actor, run)
    if placed.key != OVER_WORTH:
        return rows
    if not may_see_potential(actor):
        raise Refused(_("价值和潜力用到毛利，你的岗位看不到。"))
    if actor.sees("margin"):
        return rows
    return rows.filter(customer_id__in=Customer.objects.filter(owner_id=actor.person_id).values("pk"))


def _group(axis: Axis, group: str) -> Q:
    """What a group of an axis means for the stored column: hundredths of a point or fen, both 100 to one."""
    column = COLUMNS[axis.name]
    if axis.members:
        return Q(**{f"{column}__in": [name for name, of in axis.members.items() if of == group]})
    at = axis.groups.index(group)
    stored = [int(cut * 100) for cut in axis.cuts]
    fits = Q(**{f"{column}__isnull": False})
    if at < len(stored):
        fits &= Q(**{f"{column}__gte": stored[at]})
    return fits & Q(**{f"{column}__lt": stored[at - 1]}) if at else fits


def reasons(actor: Actor, run: Run, placed: Matrix) -> Sequence[tuple[str, int]]:
    """(axis, customers) of those in no cell, by the first side that is unknown."""
    rows = _seen(actor, run, placed)
    first, second = (f"{COLUMNS[axis.name]}__isnull" for axis in (placed.first, placed.second))
    counts = rows.aggregate(
        a=Count("pk", filter=Q(**{first: True})), b=Count("pk", filter=Q(**{first: False, second: True}))
    )
    return [(placed.first.name, counts["a"]), (placed.second.name, counts["b"])]


def missing_worth(actor: Actor, run: Run, placed: Matrix) -> list[tuple[str, str, int]]:
    """(axis, reason of the part `worth`, customers) behind `reasons`, most first; nothing of the other matrices."""
    if placed.key != OVER_WORTH:
        return []
    rows = _seen(actor, run, placed)
    found: list[tuple[str, str, int]] = []
    before: dict[str, bool] = {}
    for axis, why in WHY.items():
        here = rows.filter(**before, **{f"{COLUMNS[axis]}__isnull": True}).filter(
            customer_id=OuterRef("customer_id")
        )
        worth = WorthRow.objects.filter(Exists(here), run_id=run.pk).order_by().values_list(why)
        found += [(axis, reason or "", n) for reason, n in worth.annotate(n=Count("pk"))]
        before[f"{COLUMNS[axis]}__isnull"] = False
    return sorted(found, key=lambda each: -each[2])
