"""Value by potential for a whole table (3.7), and the order in which key accounts come first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kemai.value.arguments import fen_of
from kemai.value.errors import FactError
from kemai.value.exact import to_yuan, whole
from kemai.value.schemes.matrix import METALS, value_potential

if TYPE_CHECKING:
    from ibis.expr.types import Table


def value_potential_matrix(table: Any, value_cut: Any = None, growth_cut: Any = None) -> Table:
    """Place customers by actual value (av) and the gap to potential value (pv), both yuan, one row a customer.

    A cut (yuan) that isn't given is the median of those that have both. An optional column p (0 to 1, else 1) says
    how likely the gap is closed. The result has customer_id, av, gap, cell (platinum, gold, iron, lead), priority (1
    is first: by cell, then AV + P x gap falling, then customer_id) and reason: missing_av, missing_pv.
    FactError names a column of the wrong shape.
    """
    import ibis

    from kemai.value.tables import one_row_each, shaped

    rows = shaped(table, {"customer_id": "text", "av": "money", "pv": "money"}, {"p": "number"})
    rows = one_row_each(rows, "customer_id")
    if rows.filter((~rows.p.between(0, 1)).fill_null(False)).count().to_pyarrow().as_py():
        raise FactError("p：必须在 0 到 1 之间", code="out_of_range", column="p")
    rows = rows.mutate(gap_fen=rows.pv_fen - rows.av_fen)
    known = rows.filter(rows.gap_fen.notnull())
    medians = (
        known.aggregate(av=known.av_fen.median(), gap=known.gap_fen.median()).to_pyarrow().to_pylist()[0]
    )
    lines = [
        medians[name] or 0 if given is None else fen_of(given, name)
        for name, given in (("av", value_cut), ("gap", growth_cut))
    ]
    matrix = value_potential(*lines)
    placed = matrix.place(rows.select("customer_id", av="av_fen", gap="gap_fen"))
    rows = rows.inner_join(placed.select("customer_id", "cell"), "customer_id")
    rows = rows.mutate(
        place=ibis.cases(*((rows.cell == metal, i) for i, metal in enumerate(METALS))),
        expected=rows.av_fen + rows.p.fill_null(1.0) * rows.gap_fen,
    )
    order = ibis.row_number().over(order_by=[rows.place.asc(), rows.expected.desc(), rows.customer_id.asc()])
    return rows.select(
        "customer_id", "cell", av=to_yuan(rows.av_fen), gap=to_yuan(rows.gap_fen),
        priority=rows.place.notnull().ifelse(whole(order) + 1, None),
        reason=ibis.cases((rows.av_fen.isnull(), "missing_av"), (rows.pv_fen.isnull(), "missing_pv")),
    )  # fmt: skip
