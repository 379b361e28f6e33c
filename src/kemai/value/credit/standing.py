"""Where each customer stands with us as a payer (2.11): owed, overdue, DSO both ways, how it has paid, room left.

Worked out for all customers at once by the formulas that `ageing`, `dso` and `matches` have for few.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.credit.ageing import BUCKETS, open_items
from kemai.value.credit.matching import match_rows
from kemai.value.exact import sum_or_zero, to_yuan, whole
from kemai.value.reading import on_one_backend
from kemai.value.windows import as_date, months_before, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table

MONTHS = 12
YUAN = (*BUCKETS, "total", "overdue", "credit", "net", "undelivered", "exposure", "limit")


def credit_standing(
    invoices: Any, receipts: Any, sales: Any, as_of: date, allocations: Any = None, limits: Any = None
) -> Table:
    """A row for each customer with an invoice, a receipt or a limit.

    Arguments as for `ageing`; `sales` as for `rfm`, where orders not yet delivered count as `undelivered`; `limits` has
    customer_id and limit (yuan). The result has customer_id, the buckets of `ageing`, total, overdue, credit, net,
    undelivered, exposure (net + undelivered, not below 0), limit (yuan); oldest_days (of what is open and due, null where
    nothing is), dso_simple, dso_countback and delinquent_days (with two decimals, over `MONTHS` months), is_dso_more (the
    truth is more than that), paid_on_time and paid_late (invoices: paid in full by the due date, or later, or open and
    past it), payment_score (percent on time), use_percent (exposure of the limit), over_limit, dso_reason (no_sales),
    score_reason (nothing_due_yet) and use_reason (no_limit).
    """
    day = as_date(as_of)
    limits = _no_limits() if limits is None else limits
    given = on_one_backend(invoices, receipts, sales, allocations, limits)
    invoices, receipts, sales, allocations, limits = given
    owed = _owed(open_items(invoices, receipts, day, allocations, basis="due"))
    table = _joined(owed, _limits(limits))
    for part in (_habits(invoices, receipts, day, allocations), _undelivered(sales, day), _sold(sales, day)):
        table = table.left_join(part, "customer_id").drop("customer_id_right")
    table = _used(table.left_join(_countback(table, sales, day), "customer_id").drop("customer_id_right"))
    table = _days(table, (day - months_start(day, MONTHS)).days + 1)
    return table.select(
        "customer_id", "oldest_days", "dso_simple", "dso_countback", "delinquent_days", "is_dso_more", "paid_on_time",
        "paid_late", "payment_score", "use_percent", "over_limit", "dso_reason", "score_reason", "use_reason",
        **{name: to_yuan(table[f"{name}_fen"]) for name in YUAN},
    )  # fmt: skip


def _owed(items: Table) -> Table:
    import ibis

    late = items.filter((items.open_fen > 0) & (items.days_overdue > 0))
    oldest = late.group_by("customer_id").aggregate(oldest_days=late.days_overdue.max())
    known = items.group_by("customer_id").aggregate(
        **{f"{name}_fen": sum_or_zero(items.open_fen, where=items.bucket == name) for name in BUCKETS},
        total_fen=sum_or_zero(items.open_fen), credit_fen=items.credit_fen.max().fill_null(0),
    )  # fmt: skip
    known = known.filter(known.customer_id.notnull())
    table = known.left_join(oldest, "customer_id").drop("customer_id_right")
    return table.mutate(
        overdue_fen=table.total_fen - table.not_due_fen, net_fen=table.total_fen - table.credit_fen,
        oldest_days=ibis.coalesce(table.oldest_days, ibis.null("int64")),
    )  # fmt: skip


def _no_limits() -> Any:
    import pyarrow as pa

    return pa.table({"customer_id": pa.array([], pa.string()), "limit": pa.array([], pa.int64())})


def _limits(limits: Any) -> Table:
    from kemai.value.tables import one_row_each, shaped

    rows = shaped(limits, {"customer_id": "text", "limit": "money"})
    return one_row_each(rows, "customer_id").filter(rows.limit_fen.notnull())


def _joined(owed: Table, limits: Table) -> Table:
    """Who owes and who has a limit, together; amounts of who owes nothing are 0."""
    everybody = owed.select("customer_id").union(limits.select("customer_id"), distinct=True)
    table = everybody.left_join(owed, "customer_id").drop("customer_id_right")
    table = table.left_join(limits, "customer_id").drop("customer_id_right")
    return table.mutate(**{name: table[name].fill_null(0) for name in owed.columns if name.endswith("_fen")})


def _habits(invoices: Any, receipts: Any, day: date, allocations: Any) -> Table:
    """Invoices paid in full on time and late, those overdue now counted with the late (A26: each invoice once)."""
    import ibis

    pairs, billed = match_rows(invoices, receipts, day, allocations)
    paid = pairs.group_by(paid_no="invoice_no").aggregate(
        fen=sum_or_zero(pairs.fen), last_on=pairs.paid_on.max()
    )
    rows = billed.filter(billed.amount_fen > 0).left_join(paid, billed.invoice_no == paid.paid_no)
    is_full = (rows.fen >= rows.amount_fen).fill_null(False)
    in_time = is_full & (rows.last_on <= rows.due_on)
    late = (is_full & (rows.last_on > rows.due_on)) | (~is_full & (rows.due_on < ibis.literal(day)))
    return rows.group_by("customer_id").aggregate(
        paid_on_time=whole(in_time.fill_null(False).cast("int64").sum()),
        paid_late=whole(late.fill_null(False).cast("int64").sum()),
    )


def _sales(sales: Any, day: date, statuses: tuple[str, ...]) -> Table:
    import ibis

    from kemai.value.reading import read
    from kemai.value.tables import signed_fen

    rows = read(sales)
    if "status" in rows.columns:
        rows = rows.filter(rows.status.fill_null("delivered").isin(statuses))
    elif "delivered" not in statuses:
        rows = rows.limit(0)
    rows = rows.filter(rows.customer_id.notnull() & (rows.day.cast("date") <= day))
    kind = rows.kind.fill_null("sale") if "kind" in rows.columns else ibis.literal("sale")
    return rows.select("customer_id", day=rows.day.cast("date"), fen=signed_fen(rows, kind))


def _undelivered(sales: Any, day: date) -> Table:
    rows = _sales(sales, day, ("ordered",))
    return rows.group_by("customer_id").aggregate(undelivered_fen=sum_or_zero(rows.fen))


def _sold(sales: Any, day: date) -> Table:
    rows = _sales(sales, day, ("delivered",))
    rows = rows.filter(rows.day >= months_start(day, MONTHS))
    return rows.group_by("customer_id").aggregate(sold_fen=sum_or_zero(rows.fen))


def _countback(owed: Table, sales: Any, day: date) -> Table:
    """Days that the receivables take up, month by month backwards, as `dso` counts them for one customer."""
    import ibis
    import pyarrow as pa

    spans = [(back, months_start(day, back + 1), months_before(day, back)) for back in range(MONTHS)]
    months = ibis.memtable(pa.table({
        "back": [back for back, _a, _b in spans], "first": [a for _n, a, _b in spans], "last": [b for _n, _a, b in spans],
        "length": [(b - a).days + 1 for _n, a, b in spans],
    }))  # fmt: skip
    rows = _sales(sales, day, ("delivered",))
    rows = rows.inner_join(months, [rows.day >= months["first"], rows.day <= months["last"]])
    sold = rows.group_by(["customer_id", "back"]).aggregate(fen=sum_or_zero(rows.fen))
    every = owed.select("customer_id", "net_fen").cross_join(months.select("back", "length"))
    every = every.left_join(sold, ["customer_id", "back"])
    every = every.select(
        "customer_id", "back", "length", owed=ibis.greatest(every.net_fen, 0), fen=ibis.greatest(every.fen.fill_null(0), 0)
    )  # fmt: skip
    upto = whole(every.fen.sum().over(group_by="customer_id", order_by="back", rows=(None, 0)))
    every = every.mutate(upto=upto)
    spent = every.upto - every.fen
    partly = (every.owed - spent) * 100.0 * every.length / every.fen.nullif(0)
    part = ibis.cases(
        (spent >= every.owed, 0.0),
        (every.upto <= every.owed, every.length * 100.0),
        else_=(partly + 0.5).floor(),
    )
    every = every.mutate(part=part.cast("int64"))
    return every.group_by("customer_id").aggregate(
        back_centi=sum_or_zero(every.part), known_fen=every.upto.max()
    )


def _used(table: Table) -> Table:
    import ibis

    names = ("undelivered_fen", "paid_on_time", "paid_late")
    table = table.mutate(**{name: table[name].fill_null(0) for name in names})
    table = table.mutate(exposure_fen=ibis.greatest(table.net_fen + table.undelivered_fen, 0))
    is_limited = (table.limit_fen > 0).fill_null(False)
    counted = table.paid_on_time + table.paid_late
    return table.mutate(
        use_percent=is_limited.ifelse(table.exposure_fen * 100.0 / table.limit_fen, None),
        over_limit=(table.exposure_fen > table.limit_fen).fill_null(False),
        use_reason=is_limited.ifelse(None, "no_limit"),
        payment_score=table.paid_on_time * 100.0 / counted.nullif(0),
        score_reason=(counted == 0).ifelse("nothing_due_yet", None),
    )


def _days(table: Table, length: int) -> Table:
    """Both ways of DSO over the last months; delinquent days are the simple DSO less the best possible one."""
    import ibis

    sold = (table.sold_fen > 0).fill_null(False).ifelse(table.sold_fen, None)
    net, best = (
        ibis.greatest(table.net_fen, 0),
        ibis.least(table.not_due_fen, ibis.greatest(table.net_fen, 0)),
    )
    simple = (net * 1.0 * length / sold).round(2)
    return table.mutate(
        dso_simple=simple,
        dso_countback=sold.isnull().ifelse(None, table.back_centi / 100),
        delinquent_days=(simple - (best * 1.0 * length / sold).round(2)).round(2),
        is_dso_more=(net > table.known_fen).fill_null(False) & sold.notnull(),
        dso_reason=sold.isnull().ifelse("no_sales", None),
    )
