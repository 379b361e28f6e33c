"""MVC, MGC, BZC (3.5, S2.6–S2.9): who is worth most, who can grow most, who costs money now and for good.

Checked in the order BZC, MVC, MGC; the rest are MIGRATOR. A BZC is a proposal for a person to decide on, nothing more.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import fen_of
from kemai.value.exact import half_up, to_yuan

if TYPE_CHECKING:
    import numpy as np
    from ibis.expr.types import Table
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

FEWEST_MONTHS = 6
TOP = Fraction(20, 100)


def value_classes(table: Any, value_cut: Any = None, growth_cut: Any = None) -> Table:
    """Class customers by actual value (av) and potential value (pv), both in yuan, one row a customer.

    A cut (yuan) that isn't given is the value that the best 20 % reach: of the positive av for `value_cut`, of the
    gaps pv - av for `growth_cut` (at least one customer, and a gap above 0). An optional column months says how long
    the customer has been one. The result has customer_id, av, pv, gap, class (MVC, MGC, BZC, MIGRATOR, UNRATED),
    value_cut, growth_cut (null where nobody could set one) and reason: missing_av, missing_pv, missing_months,
    new_customer (under six months) of the unrated. FactError names a column of the wrong shape.
    """
    import ibis

    rows = _read(table)
    value_line = None if value_cut is None else fen_of(value_cut, "value_cut")
    growth_line = None if growth_cut is None else fen_of(growth_cut, "growth_cut")
    if value_cut is None or growth_cut is None:
        values, gaps = _rated(rows)
        value_line = _line(values[values > 0]) if value_cut is None else value_line
        growth_line = _growth_line(gaps) if growth_cut is None else growth_line
    label = ibis.cases(
        (rows.reason.notnull(), "UNRATED"),
        ((rows.av_fen < 0) & (rows.pv_fen <= 0), "BZC"),
        (_reaches(rows.av_fen, value_line), "MVC"),
        (_reaches(rows.gap_fen, growth_line) & (rows.pv_fen > 0), "MGC"),
        else_="MIGRATOR",
    )
    lines = {"value_cut": value_line, "growth_cut": growth_line}
    return rows.select(
        "customer_id", av=to_yuan(rows.av_fen), pv=to_yuan(rows.pv_fen), gap=to_yuan(rows.gap_fen),
        **{"class": label}, **{name: to_yuan(ibis.literal(fen, "int64")) for name, fen in lines.items()},
        reason=rows.reason,
    )  # fmt: skip


def _read(table: Any) -> Table:
    import ibis

    from kemai.value.reading import read
    from kemai.value.tables import one_row_each, shaped

    source = read(table)
    has_months = "months" in source.columns
    rows = shaped(source, {"customer_id": "text", "av": "money", "pv": "money"}, {"months": "number"})
    rows = one_row_each(rows, "customer_id")
    reasons = [(rows.av_fen.isnull(), "missing_av"), (rows.pv_fen.isnull(), "missing_pv")]
    if has_months:
        reasons += [(rows.months.isnull(), "missing_months"), (rows.months < FEWEST_MONTHS, "new_customer")]
    return rows.mutate(gap_fen=rows.pv_fen - rows.av_fen, reason=ibis.cases(*reasons))


def _rated(rows: Table) -> tuple[Numbers, Numbers]:
    """Actual values and gaps of the rated, in fen."""
    found = rows.filter(rows.reason.isnull()).select("av_fen", "gap_fen").to_pyarrow()
    return found["av_fen"].to_numpy(), found["gap_fen"].to_numpy()


def _growth_line(gaps: Numbers) -> int | None:
    """What the best fifth of all gaps reach, but never 0 or less."""
    line = _line(gaps)
    if line is None or line > 0:
        return line
    positive = gaps[gaps > 0]
    return int(positive.min()) if len(positive) else None


def _line(values: Numbers) -> int | None:
    """The smallest of the best fifth, rounded half up and one at least; None where there is nobody."""
    import numpy as np

    if not len(values):
        return None
    best = max(1, half_up(len(values) * TOP))
    return int(np.partition(values, len(values) - best)[len(values) - best])


def _reaches(column: Any, line: int | None) -> Any:
    import ibis

    return ibis.literal(False) if line is None else column >= line
