"""How much of each segment of the market is ours, year by year (S1.169)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.business.valuation.models import MarketSegment, MarketYear
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting


@dataclass(frozen=True)
class ShareOfYear:
    """Fen, the share in percent (None with a reason: no_size, or not_seen where the actor sees only a part of our
    customers), and how many points it moved since the year before."""

    year: int
    size_fen: int | None
    ours_fen: int
    share: Decimal | None
    points: Decimal | None
    source: str = ""
    is_running: bool = False


@dataclass(frozen=True)
class SegmentShare:
    """A segment and its years, oldest first."""

    segment: MarketSegment
    years: tuple[ShareOfYear, ...]


def may_see_market(actor: Actor) -> None:
    """Raises Refused where sales of everybody are not for the actor: a share of what one sees would be wrong."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    if not actor.sees_all or not actor.sees("sales"):
        raise Refused(_("市场份额要看得到全公司的销售才算得对。"))


def market_shares(actor: Actor) -> list[SegmentShare]:
    """Every segment with its years. Ours is the net sales of the segment's customers by calendar year; the running year
    counts up to today."""
    may_see_market(actor)
    segments = list(MarketSegment.objects.prefetch_related("years"))
    return [SegmentShare(each, _years(actor, each, list(each.years.all()))) for each in segments]


def _years(actor: Actor, segment: MarketSegment, entered: list[MarketYear]) -> tuple[ShareOfYear, ...]:
    ours = _ours(actor, segment, [each.year for each in entered])
    made: list[ShareOfYear] = []
    for each in entered:
        share = (
            value.market_share(_yuan(max(ours[each.year], 0)), _yuan(each.size_fen))
            if each.size_fen
            else None
        )
        before = made[-1] if made and made[-1].year == each.year - 1 else None
        points = (
            share - before.share
            if share is not None and before is not None and before.share is not None
            else None
        )
        made.append(
            ShareOfYear(
                each.year,
                each.size_fen,
                ours[each.year],
                share,
                points,
                each.source,
                each.year == actor.today.year,
            )
        )
    return tuple(made)


def _ours(actor: Actor, segment: MarketSegment, years: list[int]) -> dict[int, int]:
    """Fen by calendar year, one statement."""
    found: dict[int, int] = defaultdict(int)
    if not years:
        return found
    lines = restrict(SaleLine.objects.filter(status__in=company_setting("valuation.statuses")), actor)
    lines = lines.filter(day__year__gte=min(years), day__lte=actor.today, customer__in=customers_of(segment))
    found.update(lines.order_by().values_list("day__year").annotate(sum=Sum("amount_fen")))
    return found


def customers_of(segment: MarketSegment) -> QuerySet[Customer]:
    """Whom the segment holds, whoever may see them."""
    rows = Customer.objects.all()
    if segment.region:
        rows = rows.filter(region=segment.region)
    return rows.filter(category=segment.category) if segment.category else rows


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100
