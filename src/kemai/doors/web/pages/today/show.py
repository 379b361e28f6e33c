"""The page: each part is asked for by itself, so that one that fails is a line and not the end of the page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, TypeVar

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from kemai.business.agenda import queries
from kemai.business.agenda.queries import Work
from kemai.business.agenda.queries.tasks import Whose
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run
from kemai.business.valuation.queries import published_run
from kemai.doors.web.pages.today.doing import whose_of
from kemai.doors.web.pages.today.log import form_names
from kemai.doors.web.pages.today.month import asked_day, asked_month, day_text, lunar_text, month_of
from kemai.doors.web.pages.today.movement import panel
from kemai.doors.web.pages.today.rows import day_word, rows_of
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.notifications import unread
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.queries import imports

T = TypeVar("T")
log = logging.getLogger(__name__)
RECENT_DAYS = 7
STEP = 60


@page
def show(request: ActorRequest) -> HttpResponse:
    """My work or the team's; with `day` that day's items."""
    actor = request.actor
    whose = whose_of(actor, request.GET.get("whose", ""))
    problems: list[dict[str, str]] = []
    sees = actor.sees("agenda", actor.person_id) and actor.sees_customers
    chosen = asked_day(request.GET.get("day", "")) if sees else None
    nothing: list[Any] = []
    work: dict[str, Any] = {"items": nothing, "count": 0, "more": None}
    if sees:
        work = part(problems, _("今天的活"), lambda: _work(actor, whose, chosen, _asked(request)), work)
    shown = chosen or asked_month(request.GET.get("month", ""), actor.today)
    return render(
        request, "today/page.html",
        {
            **form_names(request), **work, "sees_agenda": sees, "whose": whose, "problems": problems,
            "day_text": day_text(actor, actor.today), "lunar_text": lunar_text(actor, actor.today),
            "chosen_text": day_text(actor, chosen) if chosen else "", "here": request.get_full_path(),
            "done_today": part(problems, _("做完的数"), lambda: queries.done_on(actor, actor.today, whose), 0) if sees else 0,
            "whose_items": _switch(actor, whose, work["count"]) if sees else [],
            "team": part(problems, _("各人手上的数"), lambda: _team(actor, whose), None) if sees and whose != "me" else None,
            "month": part(problems, _("日历"), lambda: month_of(actor, whose, shown, chosen), None) if sees else None,
            "moves": part(problems, _("级别变动"), lambda: panel(actor), None),
            "imports": part(problems, _("导入"), lambda: _imports(actor), nothing),
            "news": part(problems, _("消息"), lambda: list(unread(actor)[:4]), nothing),
            "empty": _empty(actor, whose, chosen, sees) if not work["items"] else None,
            "run_text": _run(actor, problems), "may_customers": actor.sees_customers,
        },
    )  # fmt: skip


def part(problems: list[dict[str, str]], name: str, ask: Callable[[], T], instead: T) -> T:
    """One source of the page; when it fails it is named above the list and the rest still shows."""
    try:
        return ask()
    except Exception:
        log.exception("a part of 今日 failed: %s", name)
        problems.append(
            {"title": _("%(name)s没有读出来") % {"name": name}, "text": _("其余照常；过一会儿刷新再看。")}
        )
        return instead


def _asked(request: ActorRequest) -> int:
    """How many rows: a first screenful or two, more when asked for."""
    text = request.GET.get("shown", "")
    return min(max(int(text) if text.isdigit() else STEP, STEP), queries.SHOWN)


def _work(actor: Actor, whose: Whose, chosen: date | None, shown: int) -> dict[str, Any]:
    if chosen is None:
        works = queries.work_due(actor, whose, shown)
        count = len(works) if len(works) < shown else queries.due_count(actor, whose)
        return {"items": rows_of(actor, works), "count": count, "more": _more(whose, shown, count)}
    works = [_plain(actor, task) for task in queries.tasks_on(actor, chosen, whose)]
    rows = rows_of(actor, works)
    for row, work in zip(rows, works, strict=True):
        row["state"] = "done" if work.task.status == "done" else "open"
        row["undo"] = reverse("task_reopen", args=[work.task.pk]) if row["state"] == "done" else ""
    return {"items": rows, "count": len(rows), "more": None}


def _more(whose: Whose, shown: int, count: int) -> str | None:
    """The address that lists more; None where all are listed or the most that a page holds."""
    if count <= shown or shown >= queries.SHOWN:
        return None
    return f"{reverse('today')}?whose={whose}&shown={shown + STEP}"


def _plain(actor: Actor, task: Any) -> Work:
    late = max(0, (actor.today - task.due_on).days) if task.status == "open" else 0
    return Work(task, (), late if task.due_on != actor.today else 0, None, None)


def _switch(actor: Actor, whose: Whose, count: int) -> list[dict[str, Any]]:
    """我的 and 我组 for who leads."""
    if not actor.may("team.view"):
        return []
    here = reverse("today")
    team = count if whose == "team" else queries.due_count(actor, "team")
    label = _("全公司") if actor.sees_all else _("我组")
    return [
        {"label": _("我的"), "href": f"{here}?whose=me", "current": whose == "me"},
        {"label": label, "href": f"{here}?whose=team", "current": whose != "me", "count": team},
    ]


def _team(actor: Actor, whose: Whose) -> dict[str, Any] | None:
    rows = queries.loads(actor)
    if not rows:
        return None
    total = {name: sum(getattr(r, name) for r in rows) for name in ("open", "late", "done")}
    here = reverse("today")
    desks = [
        {"load": r, "href": f"{here}?whose={r.person_id}", "current": r.person_id == whose} for r in rows
    ]
    return {
        "rows": desks,
        "total": total,
        "all_href": f"{here}?whose=team",
        "one": any(d["current"] for d in desks),
    }


def _imports(actor: Actor) -> list[dict[str, Any]]:
    """What waits for me or ended in the last days."""
    since = timezone.now() - timedelta(RECENT_DAYS)
    ended = (Import.Step.LANDED, Import.Step.REFUSED)
    waiting = (Import.Step.MAPPING, Import.Step.CHECKED)
    words = {
        "mapping": _("等你对列"),
        "checked": _("等你核对"),
        "landed": _("已入账"),
        "refused": _("没导成"),
    }
    rows = imports(actor).filter(
        person_id=actor.person_id, updated_at__gte=since, step__in=(*ended, *waiting)
    )
    return [
        {
            "href": reverse("import", args=[i.pk]), "file_name": i.file_name, "what": words[i.step],
            "waits": i.step in waiting, "when": f"{localtime(i.updated_at):%m-%d %H:%M}",
        }
        for i in rows.order_by("-updated_at")[:5]
    ]  # fmt: skip


def _run(actor: Actor, problems: list[dict[str, str]]) -> str:
    """How old the classes are; a run that failed since is said above the list."""
    if not actor.may("ranking.view"):
        return ""
    run, last = published_run(), Run.objects.order_by("-pk").first()
    if last is not None and last.status == Run.Status.FAILED:
        text = _("级别和金额还是 %(day)s 的。") % {"day": run.as_of} if run else _("还没有级别。")
        problems.append({"title": _("最近一次估值没算完"), "text": text})
    if run is None:
        return ""
    words = {
        "day": f"{run.as_of:%m-%d}",
        "at": f"{localtime(run.finished_at):%m-%d %H:%M}" if run.finished_at else "",
    }
    return _("估值截至 %(day)s，%(at)s 算好") % words if words["at"] else _("估值截至 %(day)s") % words


def _empty(actor: Actor, whose: Whose, chosen: date | None, sees: bool) -> dict[str, Any]:
    """What to do when there is nothing to do: a first day, a day done, or no agenda at all."""
    if not sees:
        return {
            "title": _("你的岗位没有联系和任务"),
            "text": _("消息和你的导入在右边。"),
            "kind": "none",
            "next": None,
        }
    if chosen:
        return {"title": _("这天没有安排"), "text": "", "kind": "day", "next": None}
    if not restrict(Customer.objects.all(), actor).exists():
        first = any(d.startswith("import.") for d in actor.duties)
        text = (
            _("从一份销售明细开始，一分钟后就看到谁撑起公司。")
            if first
            else _("主管把客户交给你后，这里就有活了。")
        )
        return {"title": _("还没有客户"), "text": text, "kind": "first" if first else "wait", "next": None}
    following = queries.coming(actor, whose, 1)
    if following or queries.done_on(actor, actor.today, whose):
        return {"title": _("今天的都做完了"), "text": "", "kind": "all_done", "next": _next(actor, following)}
    text = _("记一笔时写上“下周二回访”，到那天就在这里。")
    return {"title": _("今天没有到期的联系和任务"), "text": text, "kind": "quiet", "next": None}


def _next(actor: Actor, following: list[Any]) -> dict[str, str] | None:
    if not following:
        return None
    task = following[0]
    name = (task.customer.short_name or task.customer.name) if task.customer else ""
    at = f" {task.due_at:%H:%M}" if task.due_at else ""
    words = {"day": f"{day_word(task.due_on, actor.today)}{at}", "what": f"{name} {task.title}".strip()}
    return {"text": _("下一件 %(day)s：%(what)s") % words, "href": reverse("task", args=[task.pk])}
