"""The one line: read into chips as one types, saved with Enter, sent later when there was no network."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from kemai.business.agenda.actions import log_contact
from kemai.business.agenda.models import ContactLog
from kemai.business.agenda.understanding import Understood, understand
from kemai.business.archives.actions import Invalid
from kemai.doors.web.pages.today.rows import day_word
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused

OLDEST = 30
WEEKDAYS = "一二三四五六日"


@page
def read(request: ActorRequest) -> HttpResponse:
    """What the line means so far, as chips."""
    request.actor.require("agenda.log", _("你的岗位不记联系。"))
    text = request.GET.get("text", "").strip()
    found = _understood(request, request.GET) if text else None
    return render(request, "today/chips.html", chips_of(request.actor, found, text))


@page
def save(request: ActorRequest) -> HttpResponse:
    """Stores the line; a plain form goes back to 今日, a script gets a sentence, 422 with choices when it has to ask."""
    request.actor.require("agenda.log", _("你的岗位不记联系。"))
    if request.method != "POST":
        return HttpResponseRedirect(f"{reverse('today')}?log=1")
    text = request.POST.get("text", "").strip()
    found = _understood(request, request.POST)
    problem = _problem(found, text)
    if problem:
        return _asks(request, found, text, problem)
    try:
        log = _log(request, found)
    except (Invalid, Refused) as refused:
        return _asks(request, found, text, str(refused))
    said = said_of(request.actor, log, found)
    if _by_script(request):
        return render(request, "today/saved.html", {"said": said}, status=201)
    messages.success(request, said)
    return HttpResponseRedirect(reverse("today"))


def form_names(request: ActorRequest, **more: Any) -> dict[str, Any]:
    """What the form of the line needs."""
    may = request.actor.may("agenda.log") and request.actor.person_id is not None
    text = request.GET.get("text", "")[:500]
    code = request.GET.get("customer", "")[:40]
    names = {"log_text": text or (f"@{code} " if code else ""), "log_customer": "", "log_problem": ""}
    return {
        "may_log": may, "client_key": get_random_string(24), "log_open": "log" in request.GET,
        **names, **chips_of(request.actor, None, ""), **more,
    }  # fmt: skip


def chips_of(actor: Actor, found: Understood | None, text: str) -> dict[str, Any]:
    """Chips, candidates and the sentence that helps on."""
    chips = _chips(actor, found) if found else []
    candidates = [
        {"code": c.code, "name": c.short_name or c.name, "full": c.name} for c in (found.candidates if found else ())
    ]  # fmt: skip
    hint = ""
    if found and text and not found.customer and not candidates:
        hint = (
            _("没有找到「%(q)s」") % {"q": found.quick.customer}
            if found.is_named
            else _("用 @ 写是哪家，比如 @华瑞")
        )
    missing = (
        found.quick.customer if found and found.is_named and not found.customer and not candidates else ""
    )
    return {
        "log_chips": chips, "log_candidates": candidates, "log_hint": hint, "log_missing": missing,
        "log_problem": "", "has_guess": any(c["guess"] for c in chips), "may_create": actor.may("customer.create"),
    }  # fmt: skip


def said_of(actor: Actor, log: ContactLog, found: Understood) -> str:
    """One sentence about what was stored."""
    name = log.customer.short_name or log.customer.name
    words = {"name": name, "channel": log.get_channel_display()}
    if not found.quick.next_on:
        return _("记下了：%(name)s %(channel)s") % words
    return _("记下了：%(name)s %(channel)s，下一步 %(day)s %(title)s") % {
        **words, "day": next_text(found, actor.today), "title": found.quick.next_title or _("联系"),
    }  # fmt: skip


def next_text(found: Understood, today: date) -> str:
    """12-01 周二 10:00."""
    on, at = found.quick.next_on, found.quick.next_at
    if on is None:
        return ""
    parts = [
        day_word(on, today),
        _("周%(n)s") % {"n": _(WEEKDAYS[on.weekday()])},
        f"{at:%H:%M}" if at else "",
    ]
    return " ".join(p for p in parts if p)


def _understood(request: ActorRequest, sent: Any) -> Understood:
    return understand(
        request.actor, sent.get("text", "").strip()[:2_000], _written_on(request, sent),
        customer_code=sent.get("customer", ""), here=sent.get("here", ""), sure=sent.getlist("sure"), dropped=sent.getlist("dropped"),
    )  # fmt: skip


def _written_on(request: ActorRequest, sent: Any) -> date:
    """An entry kept without network counts from the day it was written, within a month."""
    today = request.actor.today
    try:
        on = date.fromisoformat(sent.get("on", ""))
    except ValueError:
        return today
    return min(max(on, today - timedelta(OLDEST)), today)


def _problem(found: Understood, text: str) -> str:
    if not text:
        return _("写一句就行，比如：@华瑞 电话 谈了返利，下周二回访。")
    if found.customer:
        return ""
    if found.candidates:
        return _("是哪一家？点一下就记。") if found.is_named else _("是这家吗？点一下就记。")
    if found.is_named:
        return _("没有找到「%(q)s」，或者不在你能看的范围里；还没有记。") % {"q": found.quick.customer}
    return _("没写是哪家客户，用 @ 加名字，比如 @华瑞；还没有记。")


def _log(request: ActorRequest, found: Understood) -> ContactLog:
    assert found.customer is not None
    quick = found.quick
    made: ContactLog = log_contact(
        actor=request.actor, customer=found.customer, channel=found.channel or ContactLog.Channel.OTHER,
        on=_written_on(request, request.POST), note=quick.note, minutes=quick.minutes, contact=found.contact, travel_minutes=quick.travel_minutes,
        next_on=quick.next_on, next_at=quick.next_at, next_title=quick.next_title,
        client_key=request.POST.get("client_key", "")[:40] or None,
    )  # fmt: skip
    return made


def _asks(request: ActorRequest, found: Understood, text: str, problem: str) -> HttpResponse:
    """Nothing was stored: the same line again with what has to be settled."""
    chips = chips_of(request.actor, found, text)
    if _by_script(request):
        return render(request, "today/chips.html", {**chips, "log_problem": problem}, status=422)
    names = form_names(request, log_open=True)
    kept = {"log_text": text, "client_key": request.POST.get("client_key", ""), "log_problem": problem}
    return render(request, "today/log_page.html", {**names, **chips, **kept}, status=422)


def _by_script(request: ActorRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _chips(actor: Actor, found: Understood) -> list[dict[str, Any]]:
    quick, chips = found.quick, []
    if found.customer:
        chips.append(_chip("customer", _("客户"), found.customer.short_name or found.customer.name))
    if found.channel:
        chips.append(_chip("channel", _("方式"), str(ContactLog.Channel(found.channel).label)))
    elif found.channel_guess:
        label = str(ContactLog.Channel(found.channel_guess).label)
        chips.append(_chip("channel", _("方式？"), label, guess=True))
    if quick.minutes:
        chips.append(_chip("minutes", _("用时"), _("%(n)s 分钟") % {"n": quick.minutes}))
    if quick.travel_minutes:
        chips.append(_chip("travel", _("路上"), _("%(n)s 分钟") % {"n": quick.travel_minutes}))
    if found.contact or found.contact_guess:
        who = found.contact or found.contact_guess
        label = _("对方") if found.contact else _("对方是谁？")
        chips.append(_chip("contact", label, who.name if who else "", guess=not found.contact))
    if quick.next_on:
        words = f"{quick.next_title or _('联系')} {next_text(found, actor.today)}"
        chips.append(_chip("next", _("下一步"), words))
    return chips


def _chip(name: str, key: str, label: str, *, guess: bool = False) -> dict[str, Any]:
    return {"name": name, "key": key, "label": label, "guess": guess}
