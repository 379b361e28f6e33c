"""市场: segments, how large they were by year, how much of it was ours (S1.169)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import add_segment, set_market_size
from kemai.business.valuation.market.segments import SegmentShare, market_shares, may_see_market
from kemai.business.valuation.models import MarketSegment
from kemai.doors.web.formats import amount_cell
from kemai.doors.web.pages.customer.words import fen_of, large_unit, large_unit_word
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.money import yuan

CHOICES = 200


@page
def show(request: ActorRequest) -> HttpResponse:
    """Every segment with its years; a POST adds a segment."""
    errors = dict[str, str]()
    if request.method == "POST":
        given = {name: request.POST.get(name, "") for name in ("name", "region", "category")}
        try:
            made = add_segment(actor=request.actor, **given)
        except Invalid as invalid:
            errors = invalid.problems
        else:
            messages.success(request, _("加上了「%(name)s」，再填每年市场有多大") % {"name": made.name})
            return HttpResponseRedirect(reverse("valuation_market"))
    return _page(request, errors, None)


@page
def change(request: ActorRequest, pk: int) -> HttpResponse:
    """The size of a segment in a year (a POST); a GET leads to the page."""
    may_see_market(request.actor)
    segment = MarketSegment.objects.filter(pk=pk).first()
    if segment is None:
        raise LookupError(pk)
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('valuation_market')}#s{pk}")
    year = request.POST.get("year", "")
    try:
        size = fen_of(request.POST.get("size"), large_unit()) or 0
        set_market_size(
            actor=request.actor, segment=segment, year=int(year) if year.isdecimal() and len(year) == 4 else 0, size_fen=size,
            source=request.POST.get("source", ""),
        )  # fmt: skip
    except Invalid as invalid:
        return _page(request, invalid.problems, pk)
    except ValueError as odd:
        return _page(request, {"size": str(odd)}, pk)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(f"{reverse('valuation_market')}#s{pk}")


@page
def export(request: ActorRequest) -> FileResponse:
    """All segments and years as a file."""
    header = [
        _("细分市场"),
        _("地区"),
        _("类别"),
        _("年份"),
        _("市场（元）"),
        _("我们（元）"),
        _("份额"),
        _("变化（百分点）"),
        _("来源"),
    ]
    rows = [
        [
            each.segment.name, each.segment.region, each.segment.category, y.year, amount_cell(y.size_fen), yuan(y.ours_fen),
            "" if y.share is None else f"{y.share}%", "" if y.points is None else y.points, y.source,
        ]
        for each in market_shares(request.actor) for y in each.years
    ]  # fmt: skip
    return frame.table_file(request, _("市场份额"), header, rows)


def _page(request: ActorRequest, errors: dict[str, str], at: int | None) -> HttpResponse:
    actor = request.actor
    shares = market_shares(actor)
    may = actor.may("scheme.edit")
    context = {
        "segments": [_segment(each) for each in shares], "may": may, "errors": errors, "at": at, "form": request.POST, "amount_unit": large_unit_word(),
        "year": actor.today.year, "export_href": frame.export_href(request, "valuation_market_export") if shares else "",
        "regions": _values("region") if may else [], "categories": _values("category") if may else [],
    }  # fmt: skip
    return frame.show(request, "market.html", "valuation_market", context, status=422 if errors else 200)


def _values(name: str) -> list[tuple[str, str]]:
    found = (
        Customer.objects.exclude(**{name: ""})
        .order_by(name)
        .values_list(name, flat=True)
        .distinct()[:CHOICES]
    )
    return [("", _("不限")), *((each, each) for each in found)]


def _segment(each: SegmentShare) -> dict[str, Any]:
    known = [year for year in each.years if year.share is not None]
    return {
        "pk": each.segment.pk, "name": each.segment.name, "who": _("，").join(x for x in (each.segment.region, each.segment.category) if x),
        "years": list(each.years), "labels": [str(y.year) for y in known], "values": [float(y.share or 0) for y in known],
    }  # fmt: skip
