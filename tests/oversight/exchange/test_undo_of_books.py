"""B10 for invoices, receipts, targets and stock counts: a file is taken back whole, what it replaced counts again."""

from __future__ import annotations

import pytest

from kemai.business.archives.models import Customer
from kemai.business.trade.models import Invoice, Product, Receipt, StockCount, Target
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.actions import undo_import
from kemai.oversight.exchange.actions.undo import ANY
from kemai.oversight.exchange.undoing.switch import UndoConflicts

pytestmark = pytest.mark.django_db
BOOKS = {
    "invoices": (Invoice, "发票号,客户,开票日期,金额", "F{n},老店,2026-03-0{n},{v}", "F9,新店,2026-03-09,9"),
    "receipts": (Receipt, "收款单号,客户,日期,金额", "R{n},老店,2026-03-0{n},{v}", "R9,新店,2026-03-09,9"),
    "targets": (Target, "客户,期间,金额", "老店,2026-0{n},{v}", "新店,2026-09,9"),
    "stock": (StockCount, "客户,盘点日,产品编号,数量", "老店,2026-03-0{n},P{n},{v}", "新店,2026-03-09,P9,9"),
}
KINDS = list(BOOKS)


def file(kind, values, *, newcomer=False):
    _model, header, row, new = BOOKS[kind]
    rows = [row.format(n=n, v=v) for n, v in values.items()]
    return "\n".join([header, *rows, *([new] if newcomer else [])]) + "\n"


def seen(kind):
    """The book as readers see it, and whom it brought."""
    model = BOOKS[kind][0]
    fields = [
        f.attname for f in model._meta.concrete_fields if f.attname not in ("id", "batch_id", "ended_by")
    ]
    rows = sorted(map(str, model.objects.landed().values_list(*fields)))
    customers = Customer.objects.exclude(batch_id__in=unlanded_ids())
    return (
        rows,
        sorted(customers.values_list("name", flat=True)),
        sorted(Product.objects.values_list("code", flat=True)),
    )


def bring(importing, kind, values, **more):
    return importing(kind, file(kind, values, **more), create_customers=True).batch_id


@pytest.mark.parametrize("kind", KINDS)
def test_b10_a_book_is_exactly_what_it_was_and_the_file_may_come_again(importing, people, kind):
    bring(importing, kind, {1: 10, 2: 20})
    before = seen(kind)
    batch = bring(importing, kind, {2: 25, 3: 30}, newcomer=True)
    after = seen(kind)
    assert after != before
    undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    assert seen(kind) == before
    assert unlanded_ids() == []
    bring(importing, kind, {2: 25, 3: 30}, newcomer=True)
    assert [len(each) for each in seen(kind)] == [len(each) for each in after]


@pytest.mark.parametrize("kind", KINDS)
def test_b10_a_row_with_a_later_version_stops_the_undo_unless_it_is_kept(importing, people, kind):
    bring(importing, kind, {1: 10, 2: 20})
    batch = bring(importing, kind, {1: 11, 2: 22})
    bring(importing, kind, {2: 99})
    now = seen(kind)
    with pytest.raises(UndoConflicts) as refused:
        undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    [conflict] = refused.value.conflicts
    name = "quantity_milli" if kind == "stock" else "amount_fen"
    unit = 1000 if kind == "stock" else 100
    assert (conflict.field, conflict.before, conflict.imported, conflict.now) == (
        name,
        20 * unit,
        22 * unit,
        99 * unit,
    )
    assert seen(kind) == now
    undo_import(actor=people["d"], batch_id=batch, reason="导错了", keep=ANY)
    model = BOOKS[kind][0]
    assert sorted(model.objects.landed().values_list(name, flat=True)) == [10 * unit, 99 * unit]
