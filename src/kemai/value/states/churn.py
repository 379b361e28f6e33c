"""Churn warning (2.9, S4.9, S4.12): green, yellow, orange, red, or a proposal that the customer is lost, with reasons.

The own cycle speaks for every customer; sales of three months against last year, complaints, satisfaction, rivals and
lost contact people join where they are known. That a customer is lost is confirmed by a person, never here.
"""

from __future__ import annotations

from datetime import date
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import at_least_one
from kemai.value.exact import named, sum_or_zero, to_yuan
from kemai.value.reading import on_one_backend
from kemai.value.states.cycle import cycles_of, own_cycles
from kemai.value.windows import as_date, complete_months, months_before

if TYPE_CHECKING:
    from ibis.expr.types import Table

YELLOW, ORANGE, RED, LOST = 1.2, 1.5, 2.0, 3.0
LOST_DAYS = 180
DROP_YELLOW, DROP_ORANGE = 20, 40
BAD_CSAT = 2
SIGNALS = {"complaint_overdue": "flag", "csat": "number", "competitor_signed": "flag", "contact_left": "flag"}
STATES = ("active", "at_risk", "dormant", "lost")


def churn(
    sales: Any, as_of: date, signals: Any = None, classes: Any = None, confirmed: Any = None, own: Table | None = None
) -> Table:  # fmt: skip
    """The warning level of every customer that ever bought.

    `sales` as for `rfm`. `signals` (customer_id) may have complaint_overdue (unsolved beyond the SLA), csat (1 to 5),
    competitor_signed, contact_left (without a successor). `classes` (customer_id, class) give the cycle of those with
    fewer than three purchases. `confirmed` (customer_id, lost_on) are those a person has called lost; who bought
    afterwards is not. `own` are the `own_cycles` of the sales up to `as_of` where somebody has them already.

    The result has customer_id, purchases (days), last_order_on, days_since, cycle_days, cycle_from (own, class, all),
    q, on_cycle (purchases in a row in time), sales_3m and sales_3m_last_year (yuan, complete months), drop_percent,
    level (green, yellow, orange, red, lost_proposed, lost), reasons (cycle, sales_drop, complaint, csat, competitor,
    contact_left; joined by commas), state (active, at_risk, dormant, lost) and reason: no_cycle where the cycle isn't
    known (the level then rests on the other signals).
    """
    from kemai.value.tables import sale_lines

    day = as_date(as_of)
    sales, signals, classes, confirmed, own = on_one_backend(sales, signals, classes, confirmed, own)
    lines = sale_lines(sales)
    lines = lines.filter(lines.day <= day)
    own = own_cycles(lines) if own is None else own
    sums = lines.group_by("customer_id").aggregate(**in_three_months(lines, day))
    return warned(sums, own, day, signals, classes, confirmed)


def warned(sums: Table, own: Table, day: date, signals: Any, classes: Any, confirmed: Any) -> Table:
    """`churn` from each customer's `own_cycles` and sums of `in_three_months`; further columns of these come along."""
    import ibis

    table = _facts(sums, own, day, signals, classes, confirmed)
    drop = (table.before_fen > 0).ifelse((table.before_fen - table.now_fen) * 100.0 / table.before_fen, None)
    table = table.mutate(drop_percent=drop)
    yellow, orange, red = _conditions(table)
    is_gone = (table.q >= LOST) & (table.days_since >= LOST_DAYS)
    has = {
        name: ibis.or_(*rules.values()).fill_null(False)
        for name, rules in zip("yor", (yellow, orange, red), strict=True)
    }
    level = ibis.cases(
        (table.is_lost, "lost"), (is_gone, "lost_proposed"), (has["r"], "red"), (has["o"], "orange"),
        (has["y"], "yellow"), else_="green",
    )  # fmt: skip
    return table.select(
        "customer_id", "purchases", "last_order_on", "days_since", "cycle_days", "cycle_from", "q", "on_cycle",
        "drop_percent", sales_3m=to_yuan(table.now_fen), sales_3m_last_year=to_yuan(table.before_fen), level=level,
        reasons=named({name: rule for name, rule in (yellow | orange | red).items() if name[0] != "_"}),
        state=state_of(table),
        reason=table.q.isnull().ifelse("no_cycle", None),
        **{name: table[name] for name in sums.columns if name not in ("customer_id", "now_fen", "before_fen")},
    )  # fmt: skip


def state_of(table: Table) -> Any:
    """The Markov state: active below 1.2 cycles, at_risk below 2, dormant until a person confirms lost."""
    import ibis

    return ibis.cases(
        (table.is_lost, "lost"), (table.q < YELLOW, "active"), (table.q < RED, "at_risk"), (table.q.notnull(), "dormant")
    )  # fmt: skip


def _conditions(table: Table) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What makes yellow, orange and red; the same name is the same reason, at its mildest in yellow."""
    yellow = {"cycle": table.q >= YELLOW, "sales_drop": table.drop_percent >= DROP_YELLOW}
    orange = {
        "complaint": table.complaint_overdue, "csat": table.csat <= BAD_CSAT,
        "_cycle": table.q >= ORANGE, "_drop": table.drop_percent >= DROP_ORANGE,
    }  # fmt: skip
    red = {
        "_cycle": table.q >= RED,
        "competitor": table.competitor_signed,
        "contact_left": table.contact_left,
    }
    return yellow, orange, red


def _facts(sums: Table, own: Table, day: date, signals: Any, classes: Any, confirmed: Any) -> Table:
    groups = keyed(classes, {"class": "text"}) if classes is not None else None
    table = _joined(cycles_of(own, day, groups), sums)
    for given, columns in ((signals, SIGNALS), (confirmed, {"lost_on": "day"})):
        table = _with(table, given, columns)
    is_lost = (table.lost_on <= day) & (table.last_order_on <= table.lost_on)
    return table.mutate(is_lost=is_lost.fill_null(False))


def in_three_months(lines: Table, day: date) -> dict[str, Any]:
    """now_fen and before_fen as sums of lines: the last three complete months and the same three a year earlier."""
    start, *_, end = complete_months(day, 3)
    spans = {"now_fen": (start, end), "before_fen": (months_before(start, 12), months_before(end, 12))}
    return {
        name: sum_or_zero(lines.amount_fen, where=(lines.day >= first) & (lines.day < after))
        for name, (first, after) in spans.items()
    }


def _with(table: Table, given: Any, columns: dict[str, str]) -> Table:
    """The columns of what is known beside the sales; empty where nothing was given."""
    import ibis

    from kemai.value.tables import KINDS

    if given is None:
        return table.mutate(**{name: ibis.null(KINDS[kind]) for name, kind in columns.items()})
    return _joined(table, keyed(given, columns))


def _joined(table: Table, other: Table) -> Table:
    return table.left_join(other, "customer_id").drop("customer_id_right")


def keyed(data: Any, optional: dict[str, str]) -> Table:
    """Rows of customer_id and the optional columns, one a customer; nobody where nothing is given."""
    import pyarrow as pa

    from kemai.value.tables import one_row_each, shaped

    nobody = pa.table({"customer_id": pa.array([], pa.string())})
    return one_row_each(
        shaped(nobody if data is None else data, {"customer_id": "text"}, optional), "customer_id"
    )


def state_moves(
    sales: Any, as_of: date, quarters: int = 4, classes: Any = None, confirmed: Any = None
) -> Table:
    """How customers moved between states over the last consecutive quarters (three months each), for
    `transition_matrix`: from_state, to_state, count. A customer counts from the first quarter end at which it has a
    state. Arguments as for `churn`."""
    from kemai.value.states.history import quarter_ends, states_at

    ends = quarter_ends(as_of, at_least_one(quarters, "quarters"))
    at = states_at(sales, ends, classes, confirmed)
    pairs = [
        at.filter(at.day == first)
        .inner_join(at.filter(at.day == then), "customer_id")
        .select(from_state="state", to_state="state_right")
        for first, then in pairwise(ends)
    ]
    moves = reduce(lambda a, b: a.union(b), pairs)
    return moves.group_by(["from_state", "to_state"]).aggregate(count=moves.count())
