"""The part `churn` of a run: who is leaving, what leaves with it, and how many left in the periods before."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kemai.business.valuation.churn.confirmed import confirmed_as_lost, latest_change, lost_by
from kemai.business.valuation.models import ChurnRow
from kemai.business.valuation.runs.counted import classes_of, lent, lines_of, people_of
from kemai.business.valuation.runs.parts import Found, Given, Part
from kemai.value.states.rates import before_day, before_each, rates_from
from kemai.value.states.stakes import LEVELS, churn_stakes
from kemai.value.windows import months_before, months_start

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

KEY = "churn"
QUARTERS = 4
_ROW = (
    "customer_key", "level", "purchases", "last_order_on", "days_since", "cycle_days", "cycle_from", "q", "on_cycle",
    "drop_percent", "reasons", "state", "year_fen", "at_risk_fen", "reason", "class",
)  # fmt: skip


def parameters() -> dict[str, Any]:
    """The scheme whose classes lend their cycle, and how far the log of states was read."""
    from kemai.business.valuation.leading import leading_scheme

    return {"scheme": leading_scheme(), "states_upto": latest_change()}


def work(given: Given) -> Found:
    """Rows of everybody who ever bought, those with most at stake first."""
    events = confirmed_as_lost(given.parameters["states_upto"])
    with given.engine() as engine:
        lines, people = lines_of(engine, given, is_valued=True), people_of(engine, given)
        classes = engine.create_table(
            "classes", classes_of(engine, given, given.parameters["scheme"]), temp=True
        )
        confirmed = lent(engine, "confirmed", lost_by(events, given.as_of))
        own = given.shelf.cycles(engine)
        table = churn_stakes(lines, given.as_of, None, classes, confirmed, own.filter(own.is_valued))
        people = people.left_join(classes, "customer_id").drop("customer_id_right")
        table = table.inner_join(people, "customer_id")
        found = _in_order(table).to_pyarrow()
        spans = _spans(given.as_of)
        before = engine.create_table(
            "before", before_each(lines, [since for since, _until, _kind in spans]), temp=True
        )
        rates = [_rate(engine, before_day(before, n), events, *span) for n, span in enumerate(spans)]
        by_class = _by_class(engine, given, classes, events, before_day(before, len(spans) - 1))
    summary = {"levels": _levels(found), "rates": rates, "by_class": by_class}
    return Found(found, summary)


def _in_order(table: Table) -> Table:
    import ibis

    found = table.mutate(last_order_on=table.last_order_on.cast("date")).select(*_ROW)
    return found.order_by(ibis.desc(found.at_risk_fen, nulls_first=False), found.customer_key)


def _levels(found: pa.Table) -> dict[str, dict[str, int]]:
    """{level: {"count", "fen"}}: customers, and what leaves with them (of the lost what they bought in their last year)."""
    sums = found.group_by("level").aggregate([("customer_key", "count"), ("year_fen", "sum")]).to_pylist()
    by_level = {row["level"]: row for row in sums}
    return {
        level: {"count": row["customer_key_count"], "fen": row["year_fen_sum"] or 0} if (row := by_level.get(level)) else {"count": 0, "fen": 0}
        for level in LEVELS
    }  # fmt: skip


def _spans(as_of: date) -> list[tuple[date, date, str]]:
    """Since, until and kind: the last complete quarters, oldest first, and the last 12 months at the end."""
    start = date(as_of.year, as_of.month - (as_of.month - 1) % 3, 1)
    if (as_of + timedelta(days=1)).day == 1 and as_of.month % 3 == 0:
        start = as_of + timedelta(days=1)
    ends = [months_before(start, 3 * back) for back in range(QUARTERS, -1, -1)]
    spans = [(a, b - timedelta(days=1), "quarter") for a, b in pairwise(ends)]
    return [*spans, (months_start(as_of), as_of, "year")]


def _rate(
    engine: Any, before: Table, events: pa.Table, since: date, until: date, kind: str
) -> dict[str, Any]:
    lost = lent(engine, f"lost_{since:%Y%m%d}_{until:%Y%m%d}", lost_by(events, until))
    [row] = rates_from(before, lost, since, until).to_pyarrow().to_pylist()
    return {"kind": kind, "since": since.isoformat(), "until": until.isoformat(), **_plain(row)}


def rates_by_class(engine: Any, given: Given, found: pa.Table, events: pa.Table) -> dict[str, Any]:
    """{class: rates of the last 12 months} by the classes of the part's rows `found`."""
    churn = lent(engine, "classed", found.select(["customer_key", "class"]))
    classed = people_of(engine, given).inner_join(churn.filter(churn["class"].notnull()), "customer_key")
    before = before_each(lines_of(engine, given, is_valued=True), [months_start(given.as_of)])
    return _by_class(engine, given, classed, events, before_day(before, 0))


def _by_class(engine: Any, given: Given, classed: Table, events: pa.Table, before: Table) -> dict[str, Any]:
    lost = lent(engine, "lost_by_class", lost_by(events, given.as_of))
    rows = rates_from(before, lost, months_start(given.as_of), given.as_of, classed).to_pyarrow()
    return {row["class"]: _plain(row) for row in sorted(rows.to_pylist(), key=lambda row: str(row["class"]))}


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Plain JSON: amounts as text of yuan, rates as numbers."""
    return {
        "start": row["customers_at_start"], "lost": row["customers_lost"], "churn": row["churn"], "weighted": row["weighted_churn"],
        "sales_start": str(row["sales_at_start"]), "sales_lost": str(row["sales_lost"]),
    }  # fmt: skip


def part() -> Part:
    """As the run knows it."""
    return Part(KEY, lambda: ChurnRow, work, parameters)
