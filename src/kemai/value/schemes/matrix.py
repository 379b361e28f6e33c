"""Matrices: two axes of named groups and a cell for each pair (3.6, 3.6b, 3.7). Data for one engine, as schemes are.

An axis cuts a number (lowest value of each group but the last, falling) or groups names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import number
from kemai.value.errors import SchemeError

if TYPE_CHECKING:
    from ibis.expr.types import Table


@dataclass(frozen=True, slots=True)
class Axis:
    """`groups` from best to last; `cuts` for numbers, or `members` (name -> group) for names."""

    name: str
    groups: tuple[str, ...]
    cuts: tuple[Decimal, ...] = ()
    members: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cuts", tuple(number(cut, self.name) for cut in self.cuts))
        falling = all(a > b for a, b in zip(self.cuts, self.cuts[1:], strict=False))
        if not self.members and (len(self.cuts) != len(self.groups) - 1 or not falling):
            raise SchemeError(
                f"{self.name}：{len(self.groups)} 组需要 {len(self.groups) - 1} 个从高到低的分界", code="bad_cuts", axis=self.name
            )  # fmt: skip

    def group(self, given: Any) -> str | None:
        """The group of a number or name; None for nothing, SchemeError for a name that has no group."""
        if given is None:
            return None
        if self.members:
            if given not in self.members:
                raise SchemeError(f"{self.name}：没有 {given}", code="unknown_name", axis=self.name)
            return self.members[given]
        found = number(given, self.name)
        return next(
            (name for name, cut in zip(self.groups, self.cuts, strict=False) if found >= cut), self.groups[-1]
        )

    def column(self, column: Any) -> Any:
        """The same on an Ibis column; a name that has no group is nothing."""
        import ibis

        if self.members:
            return ibis.cases(*((column == name, group) for name, group in self.members.items()))
        pairs = zip(self.groups, self.cuts, strict=False)
        return ibis.cases(
            *((column >= float(cut), name) for name, cut in pairs), (column.notnull(), self.groups[-1])
        )


@dataclass(frozen=True, slots=True)
class Matrix:
    """`cells` names every pair of a group of the first axis and one of the second."""

    key: str
    first: Axis
    second: Axis
    cells: Mapping[tuple[str, str], str]

    def __post_init__(self) -> None:
        wanted = {(a, b) for a in self.first.groups for b in self.second.groups}
        if set(self.cells) != wanted:
            raise SchemeError(f"矩阵 {self.key}：每一对组都要有一格", code="bad_cells", key=self.key)

    def cell(self, first: Any, second: Any) -> str | None:
        """The cell of one customer; None where either side is unknown."""
        pair = (self.first.group(first), self.second.group(second))
        return None if None in pair else self.cells[pair]  # type: ignore[index]

    def place(self, table: Any) -> Table:
        """`table` has customer_id and a column named after each axis. The result has these, cell, and reason
        (missing_<axis>) of those in no cell. FactError names a column of the wrong shape."""
        import ibis

        from kemai.value.tables import one_row_each, shaped

        axes = (self.first, self.second)
        kinds = {axis.name: "text" if axis.members else "number" for axis in axes}
        rows = one_row_each(shaped(table, {"customer_id": "text"} | kinds), "customer_id")
        a, b = (axis.column(rows[axis.name]) for axis in axes)
        rows = rows.mutate(first_group=a, second_group=b)
        cell = ibis.cases(
            *(
                ((rows.first_group == x) & (rows.second_group == y), name)
                for (x, y), name in self.cells.items()
            )
        )
        reason = ibis.cases(
            (rows.first_group.isnull(), f"missing_{self.first.name}"),
            (rows.second_group.isnull(), f"missing_{self.second.name}"),
        )
        return rows.select("customer_id", self.first.name, self.second.name, cell=cell, reason=reason)


def _cells(rows: Mapping[str, tuple[str, ...]], columns: tuple[str, ...]) -> Mapping[tuple[str, str], str]:
    return MappingProxyType(
        {
            (row, column): cell
            for row, cells in rows.items()
            for column, cell in zip(columns, cells, strict=True)
        }
    )


HIGH_LOW = ("high", "low")
CREDIT_GROUPS = MappingProxyType(
    dict.fromkeys(("AAA", "AA", "A"), "good")
    | dict.fromkeys(("BBB", "BB"), "medium")
    | dict.fromkeys(("B", "CCC", "CC", "C", "D"), "bad")
)
# Named after the metals, from the one that gets most to the one that gets nothing.
METALS = ("platinum", "gold", "iron", "lead")


def performance_loyalty(performance_cut: Any = 80, loyalty_cut: Any = 60) -> Matrix:
    """Performance by loyalty (3.6): core, retain, develop, minimum.

    >>> performance_loyalty().cell(92, "79.4")
    'core'
    """
    first, second = (
        Axis("performance", HIGH_LOW, (performance_cut,)),
        Axis("loyalty", HIGH_LOW, (loyalty_cut,)),
    )
    rows = {"high": ("core", "retain"), "low": ("develop", "minimum")}
    return Matrix("performance_loyalty", first, second, _cells(rows, HIGH_LOW))


def credit_performance(high: Any = 100, medium: Any = 70) -> Matrix:
    """Credit grade by performance in percent (3.6b): what to allow and what to ask for.

    >>> credit_performance().cell("A", 80)
    'normal_promote'
    """
    levels = ("high", "medium", "low")
    first = Axis("grade", ("good", "medium", "bad"), members=CREDIT_GROUPS)
    rows = {
        "good": ("extend_reward", "normal_promote", "train_watch"),
        "medium": ("limit_collect_faster", "normal_limit", "cut_limit"),
        "bad": ("cash_guarantee", "cash", "exit"),
    }
    second = Axis("performance", levels, (high, medium))
    return Matrix("credit_performance", first, second, _cells(rows, levels))


def value_potential(value_cut: Any, growth_cut: Any) -> Matrix:
    """Current value by growth potential PV - AV (3.7): platinum, gold, iron, lead.

    >>> matrix = value_potential(200_000, 200_000)
    >>> matrix.cell(500_000, 100_000), matrix.cell(100_000, 450_000)
    ('gold', 'iron')
    """
    first, second = Axis("av", HIGH_LOW, (value_cut,)), Axis("gap", HIGH_LOW, (growth_cut,))
    return Matrix("value_potential", first, second, _cells({"high": METALS[:2], "low": METALS[2:]}, HIGH_LOW))
