"""谁要走: customers by what leaves with them, the rates above, a call arranged from the row, a loss confirmed with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from kemai.business.agenda.actions import add_task
from kemai.business.archives import queries as archives
from kemai.business.archives.actions import change_state
from kemai.business.archives.actions.states import may_move
from kemai.business.archives.models import State
from kemai.business.valuation import queries
from kemai.business.valuation.churn.reading import churn_rates_of, leaving_rows, level_sums
from kemai.business.valuation.ranking.labels import level_word, signal_words
from kemai.business.valuation.runs.parts import part_summary
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.customer.words import day_of
from kemai.doors.web.pages.me import safe_next
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.value.states.stakes import AT_RISK, LEVELS

PAGE = 50
LAST = 1_000_000
FILE_ROWS = 100_000


@page
def churn(request: ActorRequest) -> HttpResponse | FileResponse:
    """The list, narrowed to a level; as a file where `format` says so."""
    actor = request.actor
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    if not actor.sees("value"):
        raise Refused(_("你的岗位看不到估值。"))
    level = request.GET.get("level", "")
    if level and level not in LEVELS:
        raise LookupError(level)
    levels = (level,) if level else AT_RISK
    run = queries.published_run()
    if request.GET.get("format") and run is not None:
        return frame.table_file(
            request,
            f"churn-{run.pk}",
            _header(),
            _file_rows(actor, leaving_rows(actor, run, levels, 0, FILE_ROWS)),
        )
    start = int(request.GET["start"]) if request.GET.get("start", "").isdecimal() else 0
    return frame.show(
        request, "churn.html", "valuation_churn", _context(request, run, level, levels, min(start, LAST))
    )


def _context(
    request: ActorRequest, run: Any, level: str, levels: Sequence[str], start: int
) -> dict[str, Any]:
    actor = request.actor
    known = run is not None and part_summary(run, "churn") is not None
    found = leaving_rows(actor, run, levels, start, PAGE + 1) if known else []
    sums = level_sums(actor, run) if known else {}
    at_risk = [sums.get(each, {"count": 0, "fen": 0}) for each in AT_RISK]
    return {
        "note": _("第 %(n)s 次估值，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else "", "known": known, "level": level,
        "rows": [_row(actor, row) for row in found[:PAGE]], "first": start + 1, "last": start + min(len(found), PAGE),
        "next": _address(level, start + PAGE) if len(found) > PAGE else None, "previous": _address(level, max(start - PAGE, 0)) if start else None,
        "total": sum(each["count"] for each in at_risk) if not level else sums.get(level, {"count": 0})["count"],
        "levels": [_level(each, sums, level) for each in reversed(LEVELS)], "risk_fen": sum(each["fen"] for each in at_risk),
        "risk_count": sum(each["count"] for each in at_risk), "rates": [_rate(each) for each in churn_rates_of(actor, run)] if known else [],
        "sees_sales": actor.sees("sales"), "may_call": actor.may("agenda.log") and actor.person_id is not None, "may_lose": may_move(actor),
        "export_href": frame.export_href(request, "valuation_churn", level=level) if known else "", "today": actor.today, "all_href": reverse("valuation_churn"),
        "here": request.get_full_path(), "lost_reasons": _reasons(),
    }  # fmt: skip


@require_POST
@page
def arrange(request: ActorRequest, code: str) -> HttpResponse:
    """A call on a day, as a task of one's own."""
    actor, customer = request.actor, archives.customer_by_code(request.actor, code)
    try:
        due_on = day_of(request.POST.get("due_on")) or actor.today
    except ValueError:
        due_on = actor.today
    add_task(
        actor=actor,
        customer=customer,
        title=request.POST.get("title", "") or _("打电话问问为什么没下单"),
        due_on=due_on,
    )
    messages.success(request, _("安排好了：%(name)s") % {"name": customer.short_name or customer.name})
    return HttpResponseRedirect(safe_next(request, reverse("valuation_churn")))


@require_POST
@page
def lose(request: ActorRequest, code: str) -> HttpResponse:
    """Confirmed as lost, or proposed where a supervisor confirms; with the reason."""
    customer = archives.customer_by_code(request.actor, code)
    done = change_state(
        actor=request.actor, customer=customer, to=State.LOST, reason=request.POST.get("reason", "")
    )
    messages.success(request, _("已提交，等主管确认") if done.status == "proposed" else _("确认流失了"))
    return HttpResponseRedirect(safe_next(request, reverse("valuation_churn")))


def _row(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    code, last, step = row["customer__code"], row["customer__last_contact_on"], row["customer__next_step_on"]
    return {
        "code": code, "href": path_of("customer", code), "why": reverse("customer_why", args=[code, "churn"]),
        "name": row["customer__short_name"] or row["customer__name"], "full_name": row["customer__name"], "level": row["level"],
        "days": row["days_since"], "cycle": f"{row['cycle_days']:.0f}" if row["cycle_days"] else "", "is_own_cycle": row["cycle_from"] == "own",
        "drop": _("比去年少 %(n)s%%") % {"n": f"{row['drop_percent']:.0f}"} if "sales_drop" in row["reasons"] else "", "fen": row["at_risk_fen"] if row["at_risk_fen"] is not None else row["year_fen"],
        "owner": row["customer__owner__name"] or "", "contact_on": last, "contact_days": (actor.today - last).days if last else None,
        "contact_by": row["customer__last_contact_by"] or "", "next_on": step, "next_step": row["customer__next_step"] or "",
        "late": (actor.today - step).days if step else 0, "is_lost": row["customer__state"] != State.ACTUAL,
    }  # fmt: skip


def _level(key: str, sums: dict[str, dict[str, int]], current: str) -> dict[str, Any]:
    found = sums.get(key, {"count": 0, "fen": 0})
    return {"key": key, "word": level_word(key), "href": _address(key, 0), "current": key == current, **found}


def _rate(found: dict[str, Any]) -> dict[str, Any]:
    """One period: absolute and weighted, churn and what stayed."""
    churned, weighted = found["churn"], found["weighted"]
    return {
        "label": _("近 12 个月") if found["kind"] == "year" else f"{found['since'][:4]} Q{(int(found['since'][5:7]) + 2) // 3}",
        "start": found["start"], "lost": found["lost"], "churn": churned, "kept": None if churned is None else 100 - churned, "weighted": weighted,
        "weighted_kept": None if weighted is None else 100 - weighted, "lost_fen": int(Decimal(found["sales_lost"]) * 100),
    }  # fmt: skip


def _reasons() -> list[str]:
    """The usual causes; another one may be written."""
    return [
        _("价格"),
        _("质量"),
        _("服务"),
        _("被对手抢走"),
        _("联系的人走了"),
        _("不需要了"),
        _("搬走或关门"),
        _("账款或纠纷"),
        _("没人联系"),
        _("自然流失"),
    ]


def _header() -> list[str]:
    return [_("客户编号"), pgettext("column", "客户"), _("预警"), _("没下单的天数"), _("平常几天一单"), _("倍数"), _("原因"), _("会丢的销售（元）"), _("最近一单"), _("负责人"), _("最近联系"), _("下一步")]  # fmt: skip


def _file_rows(actor: Actor, rows: Sequence[dict[str, Any]]) -> Iterator[list[Any]]:
    for row in rows:
        fen = row["at_risk_fen"] if row["at_risk_fen"] is not None else row["year_fen"]
        yield [
            row["customer__code"], row["customer__name"], level_word(row["level"]), row["days_since"],
            round(row["cycle_days"], 1) if row["cycle_days"] is not None else "", round(row["q"], 2) if row["q"] is not None else "",
            _("；").join(signal_words(row["reasons"])), Decimal(fen) / 100 if fen is not None else "", row["last_order_on"] or "",
            row["customer__owner__name"] or "", row["customer__last_contact_on"] or "", row["customer__next_step"] or "",
        ]  # fmt: skip


def _address(level: str, start: int) -> str:
    asked = [f"level={level}"] * bool(level) + [f"start={start}"] * bool(start)
    return reverse("valuation_churn") + ("?" + "&".join(asked) if asked else "")
