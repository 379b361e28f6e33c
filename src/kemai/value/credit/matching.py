"""Which money paid which invoice (2.11): the pairs behind the ageing, by the same rule and to the same fen.

Receipts that name an invoice (or were assigned to it) pay that one. What is left over, red letters and money that names
nothing lie end to end in the order of their days; so do the customer's unpaid invoices; where the two stretches overlap,
that money pays that invoice. Money taken back shortens the stretch from its end.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.credit.ageing import billed_invoices, paid_rows
from kemai.value.exact import sum_or_zero, to_yuan, whole
from kemai.value.reading import on_one_backend
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table

_MATCH = ("customer_id", "source_no", "kind", "invoice_no", "paid_on", "how", "fen")


def matches(invoices: Any, receipts: Any, as_of: date, allocations: Any = None) -> Table:
    """One row for each receipt (or red letter) and invoice that it pays, in whole or in part.

    Arguments as for `ageing`. The result has customer_id, source_no (a receipt, or the number of a red letter), kind
    (receipt, red_letter), invoice_no, issued_on, due_on, paid_on, how (assigned, named, oldest) and amount (yuan). The
    amounts of an invoice and what `open_invoices` says is open add up to what was invoiced, as long as no money that
    named it was taken back.
    """
    pairs, billed = match_rows(invoices, receipts, as_of, allocations)
    days = billed.select("issued_on", "due_on", billed_no="invoice_no")
    dated = pairs.inner_join(days, pairs.invoice_no == days.billed_no)
    return dated.select(
        "customer_id", "source_no", "kind", "invoice_no", "issued_on", "due_on", "paid_on", "how",
        amount=to_yuan(dated.fen),
    )  # fmt: skip


def match_rows(invoices: Any, receipts: Any, as_of: date, allocations: Any) -> tuple[Table, Table]:
    """The pairs in fen, and the invoices they are of."""
    day = as_date(as_of)
    invoices, receipts, allocations = on_one_backend(invoices, receipts, allocations)
    billed, paid = billed_invoices(invoices, day), paid_rows(receipts, allocations, day)
    named = _named(billed, paid, allocations)
    spoken = named.filter(named.fen > 0).select(*_MATCH)
    return spoken.union(_oldest(_sources(billed, paid, named), _left(billed, named))), billed


def _named(billed: Table, paid: Table, allocations: Any) -> Table:
    """Receipts that name an invoice: `fen` pays it, `spare` is too much for it, `net` all that named it."""
    import ibis

    from kemai.value.reading import read

    by_pair = paid.group_by(["invoice_no", "receipt_no"]).aggregate(
        fen=sum_or_zero(paid.amount_fen), paid_on=paid.received_on.max()
    )
    owed = billed.select("customer_id", "amount_fen", billed_no="invoice_no")
    rows = by_pair.inner_join(owed, by_pair.invoice_no == owed.billed_no)
    said = None if allocations is None else read(allocations).receipt_no.cast("string")
    assigned = ibis.literal(False) if said is None else rows.receipt_no.isin(said)
    rows = rows.mutate(come=ibis.greatest(rows.fen, 0), later=assigned.ifelse(0, 1))
    first = ["later", "paid_on", "receipt_no"]  # what a person said goes before what the payer wrote
    after = rows.come.sum().over(group_by="invoice_no", order_by=first, rows=(None, 0))
    rows = rows.mutate(after=whole(after), net=whole(rows.fen.sum().over(group_by="invoice_no")))
    rows = rows.mutate(before=rows.after - rows.come, held=ibis.greatest(rows.net, 0))
    room = ibis.greatest(ibis.least(rows.amount_fen, rows.held), 0)
    return rows.select(
        "customer_id", "invoice_no", "paid_on", "net", source_no="receipt_no", kind=ibis.literal("receipt"),
        how=(rows.later == 0).ifelse("assigned", "named"), fen=_overlap(rows.before, rows.after, 0, room),
        spare=_overlap(rows.before, rows.after, room, rows.held),
    )  # fmt: skip


def _left(billed: Table, named: Table) -> Table:
    """What each invoice still wants of the money that names none, end to end."""
    import ibis

    rows = _with_net(billed, named)
    rows = rows.mutate(left_fen=ibis.greatest(rows.amount_fen - rows.net, 0))
    after = rows.left_fen.sum().over(
        group_by="customer_id", order_by=["issued_on", "invoice_no"], rows=(None, 0)
    )
    rows = rows.mutate(to_fen=whole(after))
    return rows.select("invoice_no", "to_fen", of="customer_id", from_fen=rows.to_fen - rows.left_fen)


def _with_net(billed: Table, named: Table) -> Table:
    nets = named.group_by(net_of="invoice_no").aggregate(net=named.net.max())
    rows = billed.left_join(nets, billed.invoice_no == nets.net_of)
    return rows.mutate(net=rows.net.fill_null(0))


def _sources(billed: Table, paid: Table, named: Table) -> Table:
    """Money that may pay any invoice: customer_id, source_no, kind, paid_on, from_fen, to_fen, and no further than all
    that is left when what was taken back is off."""
    import ibis

    shape = ("customer_id", "source_no", "kind", "paid_on", "fen")
    spare = named.filter(named.spare > 0).select(*shape[:-1], fen=named.spare)
    red = _with_net(billed, named)
    red = red.mutate(fen=-red.amount_fen + ibis.least(red.net, 0)).filter(
        lambda t: (t.amount_fen < 0) & (t.fen > 0)
    )
    red = red.select(
        "customer_id", source_no="invoice_no", kind=ibis.literal("red_letter"), paid_on="issued_on", fen="fen"
    )
    loose = paid.filter(paid.invoice_no.isnull() | paid.invoice_no.notin(billed.invoice_no))
    loose = loose.group_by(["customer_id", "receipt_no"]).aggregate(
        paid_on=loose.received_on.max(), fen=sum_or_zero(loose.amount_fen)
    )
    loose = loose.select(
        "customer_id", "paid_on", "fen", source_no="receipt_no", kind=ibis.literal("receipt")
    ).select(*shape)
    rows = spare.union(red.select(*shape)).union(loose)
    rows = rows.mutate(
        come=ibis.greatest(rows.fen, 0), all_fen=whole(rows.fen.sum().over(group_by="customer_id"))
    )
    after = rows.come.sum().over(
        group_by="customer_id", order_by=["paid_on", "kind", "source_no"], rows=(None, 0)
    )
    rows = rows.mutate(after=whole(after)).filter(lambda t: t.come > 0)
    return rows.select(
        "customer_id", "source_no", "kind", "paid_on", from_fen=rows.after - rows.come,
        to_fen=ibis.least(rows.after, rows.all_fen),
    )  # fmt: skip


def _oldest(sources: Table, left: Table) -> Table:
    import ibis

    rows = sources.inner_join(
        left,
        [sources.customer_id == left.of, sources.from_fen < left.to_fen, left.from_fen < sources.to_fen],
    )
    rows = rows.mutate(
        how=ibis.literal("oldest"),
        fen=ibis.least(rows.to_fen, rows.to_fen_right) - ibis.greatest(rows.from_fen, rows.from_fen_right),
    )
    return rows.filter(rows.fen > 0).select(*_MATCH)


def _overlap(first: Any, last: Any, low: Any, high: Any) -> Any:
    """How much of the stretch from `first` to `last` lies between `low` and `high`."""
    import ibis

    return ibis.greatest(ibis.least(last, high) - ibis.greatest(first, low), 0).cast("int64")
