"""Ageing of what customers owe (2.11): open invoices by days overdue, after every receipt has found its invoice.

A receipt that names an invoice pays that one; what it has too much, and what names none, pays the customer's oldest
invoices. An invoice may be paid by many receipts and a receipt may pay many invoices. All in whole fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import half_up_div, sum_or_zero, to_yuan, whole
from kemai.value.reading import on_one_backend
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table

# bucket -> its last day overdue; the last has none. Not due is 0 days and less.
BUCKETS = {
    "not_due": 0, "days_1_30": 30, "days_31_60": 60, "days_61_90": 90, "days_91_180": 180, "days_181_365": 365,
    "over_365": None,
}  # fmt: skip
RESERVE_PERCENT = (0, 1, 5, 10, 30, 50, 100)
BASES = ("due", "invoice")
INVOICES = {"invoice_no": "text", "customer_id": "text", "issued_on": "day", "amount": "money"}
RECEIPTS = {"receipt_no": "text", "customer_id": "text", "received_on": "day", "amount": "money"}
ALLOCATIONS = {"receipt_no": "text", "invoice_no": "text", "amount": "money"}


def ageing(
    invoices: Any,
    receipts: Any,
    as_of: date,
    allocations: Any = None,
    *,
    basis: str = "due",
    reserve_percent: Sequence[int] = RESERVE_PERCENT,
) -> Table:
    """What each customer owes on `as_of`, by age.

    `invoices` has invoice_no, customer_id, issued_on, amount (yuan; negative is a credit note), optionally due_on
    (else the day of issue). `receipts` has receipt_no, customer_id, received_on, amount (negative takes one back),
    optionally invoice_no; a receipt may stand in several rows, one an invoice. Or `allocations` (receipt_no,
    invoice_no, amount) say what each receipt pays. `basis` "due" counts days from the due date, "invoice" from issue;
    `reserve_percent` is the part set aside of each bucket.

    The result has customer_id, the buckets not_due, days_1_30, days_31_60, days_61_90, days_91_180, days_181_365,
    over_365, then total, overdue, credit (paid too much, kept), net (total - credit) and reserve, all in yuan.
    Rows dated after `as_of` are left out. FactError names a column of the wrong shape and a repeated invoice.
    """
    if len(reserve_percent) != len(BUCKETS):
        raise FactError(
            f"reserve_percent：要 {len(BUCKETS)} 个百分数，一段账龄一个",
            code="wrong_count",
            column="reserve_percent",
        )
    items = open_items(invoices, receipts, as_of, allocations, basis=basis)
    sums = items.group_by("customer_id").aggregate(
        **{name: sum_or_zero(items.open_fen, where=items.bucket == name) for name in BUCKETS},
        total=sum_or_zero(items.open_fen), credit=items.credit_fen.max(),
    )  # fmt: skip
    weighted = sum(
        (sums[name] * percent for name, percent in zip(BUCKETS, reserve_percent, strict=True)), sums.total * 0
    )
    money = {name: sums[name] for name in BUCKETS} | {
        "total": sums.total, "overdue": sums.total - sums.not_due, "credit": sums.credit,
        "net": sums.total - sums.credit, "reserve": half_up_div(weighted, 100),
    }  # fmt: skip
    return sums.select("customer_id", **{name: to_yuan(fen) for name, fen in money.items()})


def open_invoices(
    invoices: Any, receipts: Any, as_of: date, allocations: Any = None, *, basis: str = "due"
) -> Table:
    """The invoices that are not paid in full: invoice_no, customer_id, issued_on, due_on, amount, open (yuan),
    days_overdue (0 and less: not due) and bucket. Arguments as for `ageing`."""
    items = open_items(invoices, receipts, as_of, allocations, basis=basis)
    items = items.filter(items.open_fen > 0)
    return items.select(
        "invoice_no", "customer_id", "issued_on", "due_on", amount=to_yuan(items.amount_fen),
        open=to_yuan(items.open_fen), days_overdue=items.days_overdue, bucket=items.bucket,
    )  # fmt: skip


def open_items(invoices: Any, receipts: Any, as_of: date, allocations: Any, *, basis: str) -> Table:
    """Each invoice with open_fen, days_overdue, bucket, and credit_fen, what its customer has paid too much."""
    import ibis

    if basis not in BASES:
        raise FactError(f"basis 只能是 {'、'.join(BASES)}", code="bad_basis", column="basis")
    day = as_date(as_of)
    invoices, receipts, allocations = on_one_backend(invoices, receipts, allocations)
    billed, paid = billed_invoices(invoices, day), paid_rows(receipts, allocations, day)
    named = paid.group_by("invoice_no").aggregate(paid_fen=sum_or_zero(paid.amount_fen))
    table = billed.left_join(named, "invoice_no").drop("invoice_no_right")
    left = table.amount_fen - table.paid_fen.fill_null(0)
    table = table.mutate(left_fen=ibis.greatest(left, 0), excess_fen=ibis.greatest(-left, 0))
    loose = paid.filter(paid.invoice_no.isnull() | paid.invoice_no.notin(billed.invoice_no))
    return _aged(_settled(table, loose), day, basis)


def billed_invoices(invoices: Any, day: date) -> Table:
    """The invoices issued up to the day, due on the day of issue where nothing else is written."""
    from kemai.value.tables import one_row_each, shaped

    rows = one_row_each(shaped(invoices, INVOICES, {"due_on": "day"}), "invoice_no")
    _refuse_empty(rows, "customer_id", "issued_on", "amount_fen")
    return rows.filter(rows.issued_on <= day).mutate(due_on=rows.due_on.fill_null(rows.issued_on))


def paid_rows(receipts: Any, allocations: Any, day: date) -> Table:
    """Rows of customer_id, receipt_no, received_on, invoice_no (null: none named), amount_fen."""
    from kemai.value.tables import shaped

    rows = shaped(receipts, RECEIPTS, {"invoice_no": "text"})
    _refuse_empty(rows, "customer_id", "received_on", "amount_fen")
    rows = rows.filter(rows.received_on <= day)
    plain = rows.select("customer_id", "receipt_no", "received_on", "invoice_no", "amount_fen")
    if allocations is None:
        return plain
    given = shaped(allocations, ALLOCATIONS)
    _refuse_empty(given, "receipt_no", "invoice_no", "amount_fen")
    known = rows.group_by("receipt_no").aggregate(
        customer_id=rows.customer_id.min(),
        received_on=rows.received_on.max(),
        held=sum_or_zero(rows.amount_fen),
    )
    parts = _held(given.inner_join(known, "receipt_no")).select(*plain.columns)
    # What is allocated leaves the receipt, which then names no invoice of its own.
    rest = parts.mutate(amount_fen=-parts.amount_fen, invoice_no=_nothing()).select(*plain.columns)
    own = rows.receipt_no.isin(given.receipt_no).ifelse(None, rows.invoice_no)
    plain = rows.mutate(invoice_no=own).select(*plain.columns)
    return plain.union(parts).union(rest)


def _held(parts: Table) -> Table:
    """No more than the receipt holds: where its amount was corrected since, what was said of the later invoices shrinks."""
    import ibis

    before = parts.amount_fen.sum().over(group_by="receipt_no", order_by="invoice_no", rows=(None, 0))
    left = parts.held - (whole(before) - parts.amount_fen)
    kept = ibis.greatest(ibis.least(parts.amount_fen, left), 0)
    return parts.mutate(amount_fen=(parts.held > 0).ifelse(kept, parts.amount_fen))


def _nothing() -> Any:
    import ibis

    return ibis.null("string")


def _refuse_empty(rows: Table, *names: str) -> None:
    for name in names:
        if rows.filter(rows[name].isnull()).count().to_pyarrow().as_py():
            column = name.removesuffix("_fen")
            raise FactError(f"{column}：有空的行", code="empty", column=column)


def _settled(table: Table, loose: Table) -> Table:
    """With open_fen and credit_fen: the customer's loose money runs through its invoices, oldest first.

    Loose money below nothing (a receipt taken back) is owed like an invoice of the day it was taken back.
    """
    import ibis

    excess = table.group_by("customer_id").aggregate(fen=sum_or_zero(table.excess_fen))
    pool = loose.group_by("customer_id").aggregate(
        fen=sum_or_zero(loose.amount_fen), received_on=loose.received_on.max()
    )
    both = excess.outer_join(pool, "customer_id")
    both = both.select(
        received_on=both.received_on,
        customer_id=ibis.coalesce(both.customer_id, both.customer_id_right),
        pool_fen=both.fen.fill_null(0) + both.fen_right.fill_null(0),
    )
    owed = both.select(
        "customer_id", invoice_no=_nothing(), issued_on=both.received_on, due_on=both.received_on,
        amount_fen=ibis.greatest(-both.pool_fen, 0), left_fen=ibis.greatest(-both.pool_fen, 0),
    )  # fmt: skip
    items = table.select(*owed.columns).union(owed)
    pools = both.select("pool_fen", pool_of="customer_id")
    items = items.left_join(pools, items.customer_id == pools.pool_of)
    before = items.left_fen.sum().over(
        group_by="customer_id", order_by=["issued_on", "invoice_no"], rows=(None, 0)
    )
    items = items.mutate(before_fen=whole(before) - items.left_fen, pool_fen=ibis.greatest(items.pool_fen, 0))
    used = ibis.greatest(ibis.least(items.pool_fen - items.before_fen, items.left_fen), 0)
    total = whole(items.left_fen.sum().over(group_by="customer_id"))
    return items.mutate(open_fen=items.left_fen - used, credit_fen=ibis.greatest(items.pool_fen - total, 0))


def _aged(items: Table, day: date, basis: str) -> Table:
    import ibis

    start = items.due_on if basis == "due" else items.issued_on
    items = items.mutate(days_overdue=ibis.literal(day).delta(start, unit="day").cast("int64"))
    branches = [(items.days_overdue <= last, name) for name, last in BUCKETS.items() if last is not None]
    return items.mutate(bucket=ibis.cases(*branches, else_="over_365"))
