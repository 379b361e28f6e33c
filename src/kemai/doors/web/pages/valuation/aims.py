"""目标: what people, units and customers are to bring in a period, how far they are, and where they will end (S1.111)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.trade.actions import InvalidTarget, set_targets
from kemai.business.trade.actions.targets import Targets
from kemai.business.trade.periods import Period, period_of
from kemai.business.valuation.targets import assessment
from kemai.doors.web.formats import amount_cell
from kemai.doors.web.pages.customer.words import fen_of, large_text, large_unit, large_unit_word, number
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

NAME = "valuation_targets"


@page
def targets(request: ActorRequest) -> HttpResponse:
    """The table of one period by person, unit or customer."""
    actor, by, period = request.actor, asked_view(request), asked_period(request)
    start = number(request.GET.get("start"), 0)
    lines, count = _lines(actor, by, period, start)
    total = assessment.total(actor, lines) if by == "person" else None
    may_set = actor.may("import.targets")
    context = {
        "lines": [_row(line, by, may_set) for line in lines], "total": _row(total, by, False) if total else None, "by": by, "period": period,
        "label": views()[by], "periods": periods_of(actor), "may_set": may_set, "first": start + 1, "last": start + len(lines), "count": count,
        "next": address(by, period, start + assessment.PAGE) if by == "customer" and start + len(lines) < count else None,
        "previous": address(by, period, max(start - assessment.PAGE, 0)) if start else None,
        "tabs": [{"label": label, "href": address(key, period), "current": key == by} for key, label in views().items()],
        "has_outlook": all(line.outlook is not None for line in lines), "whole": actor.sees_all,
        "allocate_href": f"{reverse('valuation_allocate')}?{urlencode({'period': period.text})}" if may_set else "",
        "export_href": frame.export_href(request, "valuation_targets_export", by=by, period=period.text),
        "note": period_word(period), "amount_unit": large_unit_word(),
    }  # fmt: skip
    return frame.show(request, "targets.html", NAME, context)


@page
def set_target(request: ActorRequest) -> HttpResponse:
    """One person's or unit's own target; an empty amount takes it away."""
    request.actor.require("import.targets", _("目标由主管或领导来定。"))
    by = request.POST.get("by", "")
    if by not in ("person", "unit"):
        raise LookupError(by)
    period, key = period_of(request.POST.get("period", "")), number(request.POST.get("key"))
    try:
        amounts = {key: fen_of(request.POST.get("amount"), large_unit())}
        made = Targets(persons=amounts) if by == "person" else Targets(units=amounts)
        changed = set_targets(actor=request.actor, period=period, targets=made)
        messages.success(request, _("目标记下了") if changed else _("跟原来一样，没有改动"))
    except (InvalidTarget, ValueError) as odd:
        messages.error(request, str(odd))
    return HttpResponseRedirect(address(by, period))


@page
def export_targets(request: ActorRequest) -> FileResponse:
    """The whole table as a file, in yuan."""
    actor, by, period = request.actor, asked_view(request), asked_period(request)
    lines, _count = _lines(actor, by, period, 0, None)
    header = [
        views()[by], _("目标"), _("客户目标之和"), _("实际"), _("完成率"), _("到期末预计"), _("预计完成率"), _("差多少"),
    ]  # fmt: skip
    rows = [
        [
            line.label, amount_cell(line.target), amount_cell(line.customers_target), amount_cell(line.actual), line.completion, amount_cell(line.outlook),
            line.outlook_percent, amount_cell(line.gap),
        ]
        for line in lines
    ]  # fmt: skip
    return frame.table_file(request, f"targets-{by}-{period.text}", header, rows)


def views() -> dict[str, str]:
    """By whom targets are looked at."""
    return {"person": _("负责人"), "unit": _("单位"), "customer": _("客户")}


def asked_view(request: ActorRequest) -> str:
    """Raises LookupError for an unknown one."""
    by = request.GET.get("by", "person")
    if by not in views():
        raise LookupError(by)
    return by


def asked_period(request: ActorRequest) -> Period:
    """The year when nothing is asked."""
    return period_of(request.GET.get("period") or str(request.actor.today.year))


def periods_of(actor: Actor) -> list[tuple[str, str]]:
    """Last year to next, this year's and next year's quarters, the months of this year."""
    year = actor.today.year
    texts = [str(year), str(year + 1), str(year - 1)]
    texts += [f"{y}-Q{n}" for y in (year, year + 1) for n in range(1, 5)]
    texts += [f"{year}-{n:02d}" for n in range(1, 13)]
    return [(text, period_word(period_of(text))) for text in texts]


def period_word(period: Period) -> str:
    """2026 年, 2026 年 2 季度, 2026 年 1 月."""
    year, rest = period.start.year, period.start.month
    if period.months == 12:
        return _("%(y)s 年") % {"y": year}
    if period.months == 3:
        return _("%(y)s 年 %(n)s 季度") % {"y": year, "n": rest // 3 + 1}
    return _("%(y)s 年 %(n)s 月") % {"y": year, "n": rest}


def address(by: str, period: Period, start: int = 0) -> str:
    """The page of a view and a period."""
    return f"{reverse(NAME)}?{urlencode({'by': by, 'period': period.text, **({'start': start} if start else {})})}"


def _lines(
    actor: Actor, by: str, period: Period, start: int, count: int | None = assessment.PAGE
) -> tuple[list[assessment.Line], int]:
    if by == "customer":
        return assessment.customers(actor, period, start, count)
    lines = assessment.VIEWS[by](actor, period)
    return lines, len(lines)


def _row(line: assessment.Line, by: str, may_set: bool) -> dict[str, Any]:
    names = (
        "key",
        "label",
        "target",
        "customers_target",
        "actual",
        "completion",
        "outlook",
        "outlook_percent",
        "gap",
        "depth",
    )
    return {
        **{name: getattr(line, name) for name in names}, "bar": float(min(max(line.completion or 0, 0), 100)),
        "href": reverse("customer_sales", args=[line.href_code]) if line.href_code else None,
        "may_set": may_set and line.key is not None and by != "customer",
        "amount": large_text(line.target),
    }  # fmt: skip
