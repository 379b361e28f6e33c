"""The part of a run that looks back: states at quarter ends (3.12), months since the first order, sales by quarter end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kemai import value
from kemai.business.valuation.churn.confirmed import confirmed_as_lost, latest_change
from kemai.business.valuation.models import Course
from kemai.business.valuation.runs.counted import lent, lines_of
from kemai.business.valuation.runs.lists import in_lists, lists_beside
from kemai.business.valuation.runs.parts import Found, Given
from kemai.business.valuation.runs.shelf import QUARTERS
from kemai.value.exact import sum_of
from kemai.value.measures.cohorts import MONTHS, cohort_rows, customer_months
from kemai.value.measures.concentrations import concentration_rows, trailing_sums
from kemai.value.states.churn import STATES
from kemai.value.states.history import states_of_purchases
from kemai.value.windows import months_start

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

KEY = "course"
QUARTERS_OF_SALES = 12
COHORT_MONTHS = 36
LETTERS = dict(zip(STATES, "ARDL", strict=True))
NOWHERE = "-"
NAMES = ["customer_key", "state", "path", "quarter_fen"]
BITS = 3  # of the place of a letter


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
        known = lines.filter(lines.customer_key.notnull()).mutate(customer_id=lines.customer_key)
        months, days = _months(known, given).to_pyarrow(), _trailing_days(known, given)
        stood = _stood(engine, given, lines, days)
        trailing, lists = _trailing(stood, days)
        # By key, which is quicker to put in groups than a code.
        monthly = lists_beside(stood["customer_key"], months, ("cohort", "month", "fen", "orders"), "month")
        table = stood.select(NAMES).append_column("months", monthly).append_column("trailing", lists)
        summary = {
            "days": [day.isoformat() for day in value.quarter_ends(given.as_of, QUARTERS)],
            "paths": _counted(table["path"]), "rewards": rewards_of(lent(engine, "course", table)),
            "concentration": _told(lent(engine, "trailing", trailing)),
            "cohorts": {by: _as_lists(lent(engine, "months", months), given.as_of, by) for by in MONTHS},
        }  # fmt: skip
    return Found(table, summary)


def _stood(engine: Any, given: Given, lines: Table, days: Sequence[date]) -> pa.Table:
    """customer_key, state, path, quarter_fen and `trailing_sums` at the days, by code."""
    people = lent(engine, "course_people", given.customers.select(["customer_id", "customer_key"]))
    quarter = lines.amount_fen.sum(where=lines.day > value.quarter_ends(given.as_of, 1)[0])
    sums = lines.group_by("customer_id").aggregate(
        quarter_fen=quarter.fill_null(0).cast("int64"), **trailing_sums(lines, days)
    )
    rows = people.inner_join(sums, "customer_id")
    rows = rows.left_join(_digits(engine, given), "customer_id").drop("customer_id_right")
    found = rows.order_by("customer_id").drop("customer_id").to_pyarrow()
    states, paths = _read(found["digits"])
    return found.append_column("state", states).append_column("path", paths)


def _digits(engine: Any, given: Given) -> Table:
    """customer_id and digits: at each quarter end, the oldest first in the lowest bits, the place of the state among the
    letters. One sum of whole numbers, where a text a day would be nine comparisons of texts."""
    import ibis
    from ibis import _

    days = value.quarter_ends(given.as_of, QUARTERS)
    losses = lent(engine, "losses", confirmed_as_lost(given.parameters["states_upto"]))
    at = states_of_purchases(given.shelf.purchases(engine), days, None, losses)
    weight = ibis.cases(*((at.day == day, 1 << BITS * n) for n, day in enumerate(days)))
    digit = ibis.cases(*((at.state == state, place) for place, state in enumerate(LETTERS, 1)))
    return at.mutate(digit=digit * weight).group_by("customer_id").aggregate(digits=sum_of(_.digit))


def _read(digits: pa.ChunkedArray) -> tuple[pa.Array, pa.Array]:
    """The state at the last quarter end (null where there is none yet), and the path: a letter a quarter end, oldest first,
    "-" where the customer has no state yet."""
    import numpy as np
    import pyarrow as pa

    numbers = digits.fill_null(0).to_numpy()
    places = np.stack([numbers >> BITS * n & (1 << BITS) - 1 for n in range(QUARTERS + 1)], axis=1)
    letters = np.frombuffer((NOWHERE + "".join(LETTERS.values())).encode(), np.uint8)[places]
    ends = np.arange(len(numbers) + 1, dtype=np.int32) * (QUARTERS + 1)
    paths = pa.StringArray.from_buffers(len(numbers), pa.py_buffer(ends), pa.py_buffer(letters))
    return pa.array([None, *LETTERS], pa.string()).take(pa.array(places[:, -1])), paths


def _months(lines: Table, given: Given) -> Table:
    """cohort, month, fen and orders of those that came in the last three years."""
    return customer_months(lines, given.as_of, "month", COHORT_MONTHS)


def _trailing_days(lines: Table, given: Given) -> list[date]:
    """The quarter ends of three years, from the first on before which the ledger is twelve months long."""
    [since] = lines.aggregate(day=lines.day.min()).to_pyarrow()["day"].to_pylist()
    ends = value.quarter_ends(given.as_of, QUARTERS_OF_SALES)
    return [day for day in ends if since is not None and months_start(day) >= since] or ends[-1:]


def _trailing(stood: pa.Table, days: Sequence[date]) -> tuple[pa.Table, pa.Array]:
    """day and fen: the sales of the 12 months up to each of the days, and the same as a list for each row of `stood`."""
    import numpy as np
    import pyarrow as pa

    columns = [stood[f"trailing_{n}"] for n in range(len(days))]
    is_there = np.stack([column.is_valid().to_numpy() for column in columns], axis=1)
    fen = np.stack([column.fill_null(0).to_numpy() for column in columns], axis=1)[is_there]
    places = np.broadcast_to(np.arange(len(days)), is_there.shape)[is_there]
    told = pa.table({"day": pa.array(days, pa.date32()).take(pa.array(places)), "fen": fen})
    return told, in_lists(told, is_there.sum(axis=1))


def rewards_of(rows: Table) -> dict[str, float]:
    """{state: mean net sales (yuan) of the last three months of the customers that stand in it}."""
    known = rows.filter(rows.state.notnull())
    found = known.group_by("state").aggregate(yuan=known.quarter_fen.mean() / 100).to_pyarrow().to_pylist()
    return {row["state"]: round(row["yuan"], 2) for row in found}


def over_time(rows: Table) -> list[dict[str, Any]]:
    """`value.concentrations` from the lists of the part's file, oldest first, days as text."""
    long = rows.select(each=rows.trailing.unnest())
    return _told(long.select(day=long.each.day, fen=long.each.fen))


def _told(trailing: Table) -> list[dict[str, Any]]:
    found = concentration_rows(trailing).order_by("day").to_pyarrow().to_pylist()
    return [{**row, "day": row["day"].isoformat()} for row in found]


def cohort_lists(rows: Table, as_of: date, by: str) -> list[list[Any]]:
    """`value.cohorts` from the lists of the part's file: [cohort, age, customers, active, yuan, sales share]."""
    long = rows.select("customer_key", each=rows.months.unnest())
    names = ("cohort", "month", "fen", "orders")
    return _as_lists(
        long.select(customer_id=long.customer_key, **{name: long.each[name] for name in names}), as_of, by
    )


def _as_lists(months: Table, as_of: date, by: str) -> list[list[Any]]:
    found = cohort_rows(months, as_of, by).order_by(["cohort", "age"]).to_pyarrow().to_pylist()
    return [
        [row["cohort"].isoformat(), row["age"], row["customers"], row["active"], float(row["sales"]), row["sales_share"]]
        for row in found
    ]  # fmt: skip


def _counted(paths: pa.ChunkedArray) -> dict[str, int]:
    """How many took each path."""
    counts = paths.value_counts().to_pylist()
    return {row["values"]: row["counts"] for row in sorted(counts, key=lambda row: row["values"])}


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
