"""The part of a run that places every customer in the matrices (3.6, 3.6b, 3.7) and says how far the schemes disagree.

Actual value and growth are the current and the potential value that the part `worth` found (3.10); who has none of one
side is in no cell, and that part says why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kemai import value
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Position
from kemai.business.valuation.pictures import recorded
from kemai.business.valuation.reading import MARGIN_SCHEMES
from kemai.business.valuation.runs.alike import laid_like
from kemai.business.valuation.runs.counted import lent, lines_of
from kemai.business.valuation.runs.parts import Found, Given
from kemai.business.valuation.schemes import in_force
from kemai.business.valuation.worth.assumptions import KEY as WORTH
from kemai.value.states.cycle import cycles_of

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

KEY = "positions"
COLUMNS = (
    "performance_centi", "performance_source", "loyalty_centi", "label", "label_from", "on_cycle", "grade",
    "current_fen", "gap_fen", "expected_fen", "sales_12m_fen", "spread_bp",
)  # fmt: skip


def model() -> type[Position]:
    """The table of the part."""
    return Position


def work(given: Given) -> Found:
    """One row a customer that has ever bought or is estimated."""
    with given.engine() as engine:
        table = _placed(engine, given)
    return Found(table, {"medians": _medians(table), "serial": serial_degree(table)})


def _placed(engine: Any, given: Given) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = engine.read_parquet(str(given.standings))
    found = (
        _performance(engine, given, lines_of(engine, given)).to_pyarrow(), _loyalty(engine, rows, given).to_pyarrow(),
        recorded.grades(given.as_of), _spreads(rows).to_pyarrow(),
    )  # fmt: skip
    people = _people(given)
    people = people.filter(pc.is_valid(people["sales_12m_fen"]))
    columns = dict(zip(people.column_names, people.columns, strict=True))
    for each in found:
        columns |= laid_like(people, each, [name for name in each.column_names if name != "customer_id"])
    columns |= laid_like(people, _worth(given), ("current_fen", "gap_fen", "expected_fen"), by="customer_key")
    return pa.table(columns | {"code": columns["customer_id"]}).select(
        ["customer_key", "lead", *COLUMNS, "code"]
    )


def _people(given: Given) -> pa.Table:
    """customer_id, customer_key, lead and sales_12m_fen of everybody, in the order of the run's file."""
    import pyarrow.parquet as pq

    names = {
        "customer_id": "customer_id",
        "customer_key": "customer_key",
        f"{leading_scheme()}_class": "lead",
    }
    names |= {"sales_12m_fen": "sales_12m_fen"}
    found = pq.read_table(given.standings, columns=[*names]).select([*names])
    return found.rename_columns([*names.values()]).combine_chunks()


def _worth(given: Given) -> pa.Table:
    """current_fen, gap_fen (the potential value, its chance included), expected_fen (both), by customer_key."""
    import pyarrow as pa
    import pyarrow.compute as pc

    rows = given.parts[WORTH]
    current, gap = rows["current_fen"], rows["potential_fen"]
    expected = pc.add(current, pc.fill_null(gap, 0))
    columns = {"customer_key": rows["customer_key"], "current_fen": current, "gap_fen": gap}
    return pa.table(columns | {"expected_fen": expected})


def _performance(engine: Any, given: Given, lines: Table) -> Table:
    """Sales of the year so far by the part of the target that is due; without a target, the place among all."""
    since = given.as_of.replace(month=1, day=1)
    sums = lines.group_by("customer_id").aggregate(
        fen=lines.amount_fen.sum(where=lines.day >= since).fill_null(0).cast("int64")
    )
    actual = sums.select("customer_id", actual=(sums.fen / 100).cast("decimal(18,2)")).to_pyarrow()
    due = value.target_to_date(recorded.targets(given.as_of.year), given.as_of).to_pyarrow()
    joined = (
        lent(engine, "actual", actual)
        .left_join(lent(engine, "due", due), "customer_id")
        .drop("customer_id_right")
    )
    found = value.performance_indices(joined.to_pyarrow()).to_pyarrow()
    table = lent(engine, "performance", found)
    return table.select(
        "customer_id",
        performance_centi=(table.performance * 100).round().cast("int64"),
        performance_source=table.source,
    )


def _loyalty(engine: Any, rows: Table, given: Given) -> Table:
    """Index and label: what a person recorded is before what the index says."""
    own = cycles_of(given.shelf.cycles(engine), given.as_of).select("customer_id", "on_cycle")
    own = engine.create_table("on_cycles", own, temp=True)
    acts = rows.select("customer_id", "active_ratio").inner_join(own, "customer_id")
    scores = value.behaviour_scores(acts.to_pyarrow()).to_pyarrow()
    said = lent(engine, "attitudes", recorded.attitudes())
    scored = lent(engine, "scores", scores).left_join(said, "customer_id").drop("customer_id_right")
    index = lent(engine, "loyalty", value.loyalty_index(scored.drop("label").to_pyarrow()).to_pyarrow())
    both = scored.select("customer_id", recorded="label").inner_join(index, "customer_id")
    both = both.inner_join(own, "customer_id")
    return both.select(
        "customer_id", "on_cycle", loyalty_centi=(both["index"] * 100).round().cast("int64"),
        label=both.recorded.coalesce(both.label),
        label_from=both.recorded.notnull().ifelse("person", both.label.notnull().ifelse("index", None)),
    )  # fmt: skip


def _spreads(rows: Table) -> Table:
    """Over the schemes that everybody may see."""
    schemes = {key: scheme for key, (_n, scheme) in in_force().items() if key not in MARGIN_SCHEMES}
    order = {
        key: tuple(scheme.classes)
        for key, scheme in schemes.items()
        if scheme.method != "score" and f"{key}_class" in rows.columns  # segments stand in no order
    }
    classes = rows.select("customer_id", **{key: f"{key}_class" for key in order})
    spreads = value.class_spreads(classes, order)
    return spreads.select("customer_id", spread_bp=(spreads.spread * 10_000).round().cast("int64"))


def _medians(table: pa.Table) -> dict[str, int]:
    """Of those that have both, as the cuts of value and potential where the company has decided none."""
    import pyarrow.compute as pc

    both = table.filter(pc.and_(pc.is_valid(table["current_fen"]), pc.is_valid(table["gap_fen"])))
    return {name: round(pc.quantile(both[name], 0.5)[0].as_py() or 0) for name in ("current_fen", "gap_fen")}


def serial_degree(table: pa.Table) -> dict[str, Any]:
    """`value.serialization_degree` of the rows of the part's file (all, or some) that bought in the last 12 months."""
    import pyarrow as pa
    import pyarrow.compute as pc

    active = table.filter(pc.greater(table["sales_12m_fen"], 0))
    sales = pc.divide(pc.cast(active["sales_12m_fen"], pa.float64()), 100.0)
    columns = {
        "customer_id": active["code"],
        "label": active["label"],
        "sales": sales,
        "class": active["lead"],
    }
    [found] = value.serialization_degree(pa.table(columns)).to_pyarrow().to_pylist()
    return {name: float(each) if name.startswith("sales") else each for name, each in found.items()}
