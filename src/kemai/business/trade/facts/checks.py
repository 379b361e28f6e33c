"""For the doctor: do the facts hold what the ledger holds?"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Sum

from kemai.business.archives.models import Customer
from kemai.business.trade.facts.dirty import dirty_days
from kemai.business.trade.facts.refresh import current_facts
from kemai.business.trade.models import Product, SaleLine
from kemai.business.trade.month_of import MonthOf


def problems() -> list[str]:
    """A sentence for each month whose rows or sum differ from the ledger and that is not waiting for a refresh."""
    rows = SaleLine.objects.landed().order_by().annotate(month=MonthOf("day"))
    ledger = {
        month: (count, int(total))
        for month, count, total in rows.values_list("month").annotate(Count("pk"), Sum("amount_fen"))
    }
    facts = current_facts().months
    waiting = {f"{day:%Y-%m}" for day in dirty_days()}
    return [
        f"事实 {month}：账本 {ledger.get(month, (0, 0))}，文件 {facts.get(month, (0, 0))}（行数、金额分）"
        for month in sorted(ledger.keys() | facts.keys())
        if month not in waiting and ledger.get(month, (0, 0)) != facts.get(month, (0, 0))
    ]


def strays() -> Iterator[str]:
    """A sentence when lines name a customer or a product that is not there; the database itself does not look."""
    for field, model, name in (("customer_id", Customer, "客户"), ("product_id", Product, "产品")):
        there = model._default_manager.filter(pk=OuterRef(field))
        kept = SaleLine.objects.exclude(
            ended_by=F("batch_id")
        )  # an undone import's lines name whom it had created
        lost = kept.filter(~Exists(there), **{f"{field}__isnull": False}).count()
        if lost:
            yield f"账本里有 {lost:,} 行找不到自己的{name}：从备份里取回这些{name}，或撤回写入这些行的导入。"
