"""What every settings page shares: its places at the side, and how a refused form comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest
from kemai.foundation.access.actor import Actor, Refused

PLACES: tuple[tuple[str, Any, str, tuple[str, ...]], ...] = (
    ("me", _("我的设置"), "user-circle", ()),
    ("settings_people", _("人员"), "users", ("people.manage",)),
    ("settings_units", _("单位"), "sitemap", ("unit.manage",)),
    ("settings_schemes", _("分级方案"), "stack-2", ("scheme.edit",)),
    ("settings_valuation", _("估值口径"), "adjustments-horizontal", ("scheme.edit",)),
    ("settings_measures", _("自定指标"), "calculator", ("scheme.edit",)),
    ("settings_scorecards", _("评分卡"), "checklist", ("scheme.edit",)),
    ("settings_fields", pgettext_lazy("settings", "字段"), "columns", ("archive.design",)),
    ("settings_calendar", _("工作日历"), "calendar", ("calendar.edit",)),
    ("settings_company", _("公司"), "home", ("company.edit",)),
)


def places(actor: Actor, current: str) -> list[dict[str, Any]]:
    """The settings that the actor may open."""
    return [
        {"label": str(label), "icon": icon, "href": reverse(name), "current": name == current}
        for name, label, icon, duties in PLACES
        if not duties or any(actor.may(duty) for duty in duties)
    ]


def show(
    request: ActorRequest, template: str, current: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A settings page within its frame."""
    shell = {"places": places(request.actor, current), "problem": ""}
    return render(request, f"settings/{template}", {**shell, **context}, status=status)


def attempted(act: Callable[[], HttpResponse], again: Callable[[str, int], HttpResponse]) -> HttpResponse:
    """The answer of a deed, or the form again with the sentence of the refusal."""
    try:
        return act()
    except Refused as refusal:
        return again(str(refusal), refusal.status)


def day_of(text: str) -> date | None:
    """A day from a form; empty is None. Raises Refused for what is no day."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as wrong:
        raise Refused(gettext("「%(text)s」不是日期。") % {"text": text[:20]}) from wrong


def number_of(text: str | None) -> int:
    """A key from an address or a form; anything else finds nothing. Raises LookupError."""
    if not text or not text.isdigit() or len(text) > 12:
        raise LookupError(text)
    return int(text)
