"""What the value kinds are worked out from, a row a customer: sums of the run, profit to date, estimates, what winning
it cost, and which share of its class stays."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.business.valuation.churn.confirmed import confirmed_as_lost, latest_change
from kemai.business.valuation.churn.part import KEY as CHURN
from kemai.business.valuation.churn.part import rates_by_class
from kemai.business.valuation.runs.counted import lent, lines_of, people_of
from kemai.business.valuation.worth.assumptions import grows_history, retention_by_class
from kemai.business.valuation.worth.entered import extra_estimates
from kemai.value.exact import sum_of, sum_or_zero
from kemai.value.measures.clv import acquisition_cost
from kemai.value.measures.compounding import compounded

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

    from kemai.business.valuation.runs.parts import Given

_STANDING = ("first_order_on", "sales_12m_fen", "profit_12m_fen", "sales_all_fen", "orders_12m")


def inputs_of(engine: Any, given: Given, periods: list[dict[str, Any]]) -> pa.Table:
    """Everybody who bought or for whom there is an estimate; `place` is that in the order of their customer_id."""
    people = people_of(engine, given)
    rows = engine.read_parquet(str(given.standings), file_row_number=True)
    rows = rows.select("customer_key", *_STANDING, place="file_row_number")
    table = people.select("customer_key").inner_join(rows, "customer_key")
    others = (
        _profits(engine, given),
        _by_key(people, _growth(engine, given)),
        _by_key(people, lent(engine, "extra", extra_estimates())),
        lent(engine, "leaving", given.parts[CHURN].select(["customer_key", "class", "level", "days_since"])),
    )
    for other in others:
        table = table.left_join(other, "customer_key").drop("customer_key_right")
    table = table.mutate(
        acquisition_fen=_acquisition(table, periods),
        retention=_retention(engine, given, table),
        growth_fen=table.av_fen.coalesce((table.wanted_fen - table.sales_12m_fen.fill_null(0)).clip(lower=0)),
    )
    if grows_history(given.parameters):
        since = table.first_order_on.cast("date")
        grown = compounded(table.acquisition_fen, since, given.as_of, given.parameters["discount"])
        table = table.mutate(grown_acquisition_fen=grown.cast("float64"))
    bought = table.first_order_on.notnull()
    estimated = table.extra_fen.notnull() | (table.growth_fen.notnull() & table.growth_bp.notnull())
    table = table.mutate(sales_all_fen=bought.ifelse(table.sales_all_fen, None))
    return table.filter(bought | estimated).drop("av_fen", "wanted_fen").to_pyarrow()


def _by_key(people: Table, estimates: Table) -> Table:
    """What was estimated, by customer_key: the keys are numbers, and joined in a fraction of the time."""
    return people.inner_join(estimates, "customer_id").drop("customer_id")  # type: ignore[no-any-return]


def _profits(engine: Any, given: Given) -> Table:
    """Profit to date of those with the cost of every line, and who has the cost of some alone; where the past is
    compounded, profit and sales in money of the as-of date too."""
    lines = lines_of(engine, given)
    grown = {
        name: compounded(lines[column], lines.day, given.as_of, given.parameters["discount"]).sum().cast("float64")
        for name, column in (("grown_profit", "margin_fen"), ("grown_sales_all_fen", "amount_fen"))
        if grows_history(given.parameters)
    }  # fmt: skip
    sums = lines.group_by("customer_key").aggregate(
        profit=sum_of(lines.margin_fen), lines=sum_or_zero(lines.lines), costed=sum_or_zero(lines.margin_lines), **grown
    )  # fmt: skip
    is_whole = sums.lines == sums.costed
    columns = {
        "profit_all_fen": is_whole.ifelse(sums.profit, None), "is_partly_costed": (sums.costed > 0) & ~is_whole
    }  # fmt: skip
    if grown:
        columns["grown_profit_all_fen"] = is_whole.ifelse(sums.grown_profit, None)
        columns["grown_sales_all_fen"] = sums.grown_sales_all_fen
    return sums.select("customer_key", **columns)


def _growth(engine: Any, given: Given) -> Table:
    """Estimates as sales of a year: the increase, and what the customer would buy from us in all."""
    table = lent(engine, "potentials", given.potentials)
    a_year = 12.0 / table.horizon_months.nullif(0)
    wanted = table.mp_fen * table.es_bp / 10_000.0 * a_year
    return table.select(
        "customer_id", growth_bp=table.p_bp, av_fen=(table.av_fen * a_year).round().cast("int64"),
        wanted_fen=wanted.round().cast("int64"),
    )  # fmt: skip


def acquisition_by_period(engine: Any, given: Given) -> list[dict[str, Any]]:
    """Each period with its spend, how many customers placed their first order in it, and CAC in fen (S4.57)."""
    rows = engine.read_parquet(str(given.standings)).semi_join(people_of(engine, given), "customer_id")
    found = []
    for period, start, end, fen in given.parameters["spends"]:
        first, last = date.fromisoformat(start), min(date.fromisoformat(end), given.as_of)
        won = int(rows.filter(rows.first_order_on.cast("date").between(first, last)).count().execute())
        each = acquisition_cost(f"{fen / 100:.2f}", won)
        found.append({"period": period, "since": start, "until": end, "fen": fen, "won": won,
                      "cac_fen": None if each is None else int(each * 100)})  # fmt: skip
    return found


def _acquisition(table: Table, periods: list[dict[str, Any]]) -> Any:
    """What winning the customer cost, from the period of its first order."""
    import ibis

    first = table.first_order_on.cast("date")
    known = [
        (first.between(date.fromisoformat(p["since"]), date.fromisoformat(p["until"])), ibis.literal(p["cac_fen"], "int64"))
        for p in periods
        if p["cac_fen"] is not None
    ]  # fmt: skip
    return ibis.cases(*known) if known else ibis.null("int64")


def _retention(engine: Any, given: Given, table: Table) -> Any:
    """The fixed share, or that of the customer's class; none of who was confirmed as lost stays."""
    import ibis

    values, fixed = given.parameters, ibis.literal(float(given.parameters["retention"]))
    measured = values["retention_from"] == "class"
    rates = (
        rates_by_class(engine, given, given.parts[CHURN], confirmed_as_lost(latest_change()))
        if measured
        else {}
    )
    by_class = retention_by_class(values, rates)
    stays = [(table["class"] == c, ibis.literal(r)) for c, r in by_class.items()]
    gone = (table.level == "lost", ibis.null("float64"))
    return ibis.cases(gone, *stays, else_=fixed)
