"""The trade record of a customer (S4.96): every line, newest first, with totals that equal the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One line of the record. Cost and margin are None where unknown or not for the reader's eyes."""

    id: int
    day: date
    order_no: str
    line_no: str
    product_code: str
    product_name: str
    quantity_milli: int | None
    amount_fen: int
    cost_fen: int | None
    margin_fen: int | None
    kind: str
    kind_label: str
    status: str
    status_label: str
    counts: bool


@dataclass(frozen=True, slots=True)
class TradeRecord:
    """One page of lines; the totals are over all lines whose status counts as sales."""

    lines: tuple[RecordLine, ...]
    page: int
    pages: int
    count: int
    total_fen: int
    sales_fen: int
    returns_fen: int
    shows_margin: bool

    @property
    def has_next(self) -> bool:
        """Whether older lines follow."""
        return self.page < self.pages


def trade_record(
    actor: Actor, customer: Customer, page: int = 1, *, start: date | None = None, end: date | None = None,
    product: str = "",
) -> TradeRecord | None:  # fmt: skip
    """A page of the customer's lines from `start` to `end`, both included, of one product (its code) if asked.

    None where sales are hidden.
    """
    if not actor.sees("sales", customer.owner_id):
        return None
    lines = _between(restrict(SaleLine.objects.filter(customer=customer), actor), start, end)
    lines = lines.filter(product__code=product) if product else lines
    statuses = tuple(company_setting("valuation.statuses"))
    count = lines.aggregate(n=Count("pk"))["n"]
    pages = max(1, -(-count // PAGE_SIZE))
    page = min(max(1, page), pages)
    shown = lines.select_related("product").order_by("-day", "-id")[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    margin = actor.sees("margin", customer.owner_id)
    counted = lines.filter(status__in=statuses)
    sales, returns = _sum(counted.filter(amount_fen__gte=0)), _sum(counted.filter(amount_fen__lt=0))
    return TradeRecord(
        lines=tuple(_line(row, margin, statuses) for row in shown),
        page=page, pages=pages, count=count, total_fen=sales + returns, sales_fen=sales, returns_fen=returns,
        shows_margin=margin,
    )  # fmt: skip


def net_total(actor: Actor, customer: Customer) -> int:
    """Fen of all lines that count, returns taken off; 0 where sales are hidden."""
    if not actor.sees("sales", customer.owner_id):
        return 0
    lines = restrict(SaleLine.objects.filter(customer=customer), actor)
    return _sum(lines.filter(status__in=tuple(company_setting("valuation.statuses"))))


def sale_line(actor: Actor, line_id: int) -> SaleLine:
    """One line that the actor may see. Raises LookupError otherwise."""
    found = restrict(SaleLine.objects.filter(pk=line_id), actor).select_related("customer").first()
    if found is None or (found.customer and not actor.sees("sales", found.customer.owner_id)):
        raise LookupError(line_id)
    return found


def _between(lines: QuerySet[SaleLine], start: date | None, end: date | None) -> QuerySet[SaleLine]:
    lines = lines.filter(day__gte=start) if start else lines
    return lines.filter(day__lte=end) if end else lines


def _sum(lines: QuerySet[SaleLine]) -> int:
    return int(lines.aggregate(sum=Sum("amount_fen"))["sum"] or 0)


def _line(row: SaleLine, margin: bool, statuses: tuple[str, ...]) -> RecordLine:
    cost = row.cost_fen if margin else None
    return RecordLine(
        id=row.pk, day=row.day, order_no=row.order_no, line_no=row.line_no,
        product_code=row.product.code if row.product else "", product_name=row.product.name if row.product else "",
        quantity_milli=row.quantity_milli, amount_fen=row.amount_fen, cost_fen=cost,
        margin_fen=None if cost is None else row.amount_fen - cost, kind=row.kind,
        kind_label=row.get_kind_display(), status=row.status, status_label=row.get_status_display(),
        counts=row.status in statuses,
    )  # fmt: skip
