"""The part of a run that looks back: states at quarter ends (3.12), months since the first order, sales by quarter end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kemai import value
from kemai.business.valuation.churn.confirmed import confirmed_as_lost, latest_change
from kemai.business.valuation.models import Course
from kemai.business.valuation.runs.counted import lent, lines_of
from kemai.business.valuation.runs.lists import lists_beside
from kemai.business.valuation.runs.parts import Found, Given
from kemai.value.measures.cohorts import MONTHS, cohort_rows, customer_months
from kemai.value.measures.concentrations import concentration_rows, trailing_sales
from kemai.value.states.churn import STATES
from kemai.value.states.history import states_of_lines
from kemai.value.windows import months_start

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

KEY = "course"
QUARTERS, QUARTERS_OF_SALES = 8, 12
COHORT_MONTHS = 36
LETTERS = dict(zip(STATES, "ARDL", strict=True))
NOWHERE = "-"


def model() -> type[Course]:
    """The table of the part."""
    return Course


def parameters() -> dict[str, Any]:
    """How far the log of states was read."""
    return {"states_upto": latest_change()}


def work(given: Given) -> Found:
    """One row a customer that ever bought; the summary has what those see who see everybody."""
    with given.engine() as engine:
        lines = lines_of(engine, given)
        table = _joined(engine, given, lines)
        rows = lent(engine, "course", table)
        summary = {
            "days": [day.isoformat() for day in value.quarter_ends(given.as_of, QUARTERS)],
            "paths": _counted(table["path"].to_pylist()), "rewards": rewards_of(rows), "concentration": over_time(rows),
            "cohorts": {by: cohort_lists(rows, given.as_of, by) for by in MONTHS},
        }  # fmt: skip
    return Found(table, summary)


def _joined(engine: Any, given: Given, lines: Table) -> pa.Table:
    """customer_key, state, path, quarter_fen, and the lists `months` and `trailing`."""
    import ibis

    people = lent(engine, "course_people", given.customers.select(["customer_id", "customer_key"]))
    sums = lines.group_by("customer_id").aggregate(
        quarter_fen=lines.amount_fen.sum(where=lines.day > value.quarter_ends(given.as_of, 1)[0]).fill_null(0).cast("int64")
    )  # fmt: skip
    rows = people.inner_join(sums, "customer_id")
    rows = rows.left_join(_paths(engine, given, lines), "customer_id").drop("customer_id_right")
    last = rows.path.right(1)
    rows = rows.mutate(
        path=rows.path.fill_null(NOWHERE * (QUARTERS + 1)),
        state=ibis.cases(*((last == letter, state) for state, letter in LETTERS.items())),
    )
    names = ("customer_key", "state", "path", "quarter_fen")
    table = rows.order_by("customer_id").select(*names).to_pyarrow()
    return _with_lists(table, lines, given)


def _with_lists(table: pa.Table, lines: Table, given: Given) -> pa.Table:
    """The table with the lists `months` and `trailing`; by key, which is quicker to put in groups than a code."""
    known = lines.filter(lines.customer_key.notnull()).mutate(customer_id=lines.customer_key)
    keys = table["customer_key"]
    [since] = lines.aggregate(day=lines.day.min()).to_pyarrow()["day"].to_pylist()
    months, trailing = _months(known, given).to_pyarrow(), _trailing(known, given, since).to_pyarrow()
    table = table.append_column(
        "months", lists_beside(keys, months, ("cohort", "month", "fen", "orders"), "month")
    )
    return table.append_column("trailing", lists_beside(keys, trailing, ("day", "fen"), "day"))


def _paths(engine: Any, given: Given, lines: Table) -> Table:
    """customer_id, path: a letter a quarter end, oldest first, "-" where the customer has no state yet."""
    import ibis

    days = value.quarter_ends(given.as_of, QUARTERS)
    losses = lent(engine, "losses", confirmed_as_lost(given.parameters["states_upto"]))
    at = states_of_lines(lines, days, None, losses)
    letter = ibis.cases(*((at.state == state, each) for state, each in LETTERS.items()))
    at = at.mutate(letter=letter)
    found = at.group_by("customer_id").aggregate(
        **{f"at_{n}": at.letter.max(where=at.day == day) for n, day in enumerate(days)}
    )
    letters = [found[f"at_{n}"].fill_null(NOWHERE) for n in range(len(days))]
    path = letters[0]
    for each in letters[1:]:
        path = path + each
    return found.select("customer_id", path=path)


def _months(lines: Table, given: Given) -> Table:
    """cohort, month, fen and orders of those that came in the last three years."""
    return customer_months(lines, given.as_of, "month", COHORT_MONTHS)


def _trailing(lines: Table, given: Given, since: date | None) -> Table:
    """day and fen: the sales of the 12 months up to each quarter end of three years, from the first on before which the
    ledger, which begins `since`, is twelve months long."""
    ends = value.quarter_ends(given.as_of, QUARTERS_OF_SALES)
    whole = [day for day in ends if since is not None and months_start(day) >= since]
    return trailing_sales(lines, whole or ends[-1:])


def rewards_of(rows: Table) -> dict[str, float]:
    """{state: mean net sales (yuan) of the last three months of the customers that stand in it}."""
    known = rows.filter(rows.state.notnull())
    found = known.group_by("state").aggregate(yuan=known.quarter_fen.mean() / 100).to_pyarrow().to_pylist()
    return {row["state"]: round(row["yuan"], 2) for row in found}


def over_time(rows: Table) -> list[dict[str, Any]]:
    """`value.concentrations` from the lists of the part's file, oldest first, days as text."""
    long = rows.select("customer_key", each=rows.trailing.unnest())
    long = long.select(customer_id=long.customer_key, day=long.each.day, fen=long.each.fen)
    found = concentration_rows(long).order_by("day").to_pyarrow().to_pylist()
    return [{**row, "day": row["day"].isoformat()} for row in found]


def cohort_lists(rows: Table, as_of: date, by: str) -> list[list[Any]]:
    """`value.cohorts` from the lists of the part's file: [cohort, age, customers, active, yuan, sales share]."""
    long = rows.select("customer_key", each=rows.months.unnest())
    names = ("cohort", "month", "fen", "orders")
    long = long.select(customer_id=long.customer_key, **{name: long.each[name] for name in names})
    found = cohort_rows(long, as_of, by).order_by(["cohort", "age"]).to_pyarrow().to_pylist()
    return [
        [row["cohort"].isoformat(), row["age"], row["customers"], row["active"], float(row["sales"]), row["sales_share"]]
        for row in found
    ]  # fmt: skip


def _counted(paths: Iterable[str]) -> dict[str, int]:
    from collections import Counter

    return dict(sorted(Counter(paths).items()))


def moves_of(paths: Mapping[str, int], quarters: int) -> dict[tuple[str, str], int]:
    """{(state, state a quarter later): moves} over the latest quarters."""
    states = {letter: state for state, letter in LETTERS.items()}
    found: dict[tuple[str, str], int] = {}
    for path, count in paths.items():
        for a, b in pairwise(path[-quarters - 1 :]):
            if NOWHERE not in (a, b):
                pair = (states[a], states[b])
                found[pair] = found.get(pair, 0) + count
    return found
