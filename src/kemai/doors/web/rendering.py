"""`render`: the one way a page becomes HTML, with the names every template may count on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.utils import translation
from django.utils.translation import gettext as _

from kemai import __version__
from kemai.business.agenda.queries import due_count
from kemai.doors.web.addresses import address
from kemai.doors.web.valuation_places import first_place
from kemai.foundation.notifications import unread_count
from kemai.foundation.preferences.company import company_name

NAV = [
    ("today", "今日", "checklist", ""),
    ("customers", "客户", "users", "customers"),
    ("ranking", "排名", "list-numbers", "ranking.view"),
    ("imports", "导入", "file-import", "import"),
    ("valuation", "估值", "calculator", "ranking.view"),
    ("settings", "设置", "settings", ""),
]
BELOW = {"customers": ("duplicates",)}  # pages that are reached from a place and have addresses of their own


def render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The page, or only its main block when htmx asks for a part."""
    return HttpResponse(render_text(request, template, context), status=status)


def render_text(request: HttpRequest, template: str, context: dict[str, Any] | None = None) -> str:
    """The HTML of a template with the shell's names filled in."""
    return (
        engines["jinja2"].get_template(template).render({**shell_names(request), **(context or {})}, request)
    )


def shell_names(request: HttpRequest) -> dict[str, Any]:
    """Names of every page: actor, nav, company, language, theme, flashes, fragment."""
    actor = getattr(request, "actor", None)
    htmx = getattr(request, "htmx", False)
    fragment = (
        bool(htmx)
        and not getattr(htmx, "boosted", False)
        and not getattr(htmx, "history_restore_request", False)
    )
    return {
        "actor": actor,
        **shell(request, actor, fragment),
        "company": company_name(),
        "language": translation.get_language() or "zh-hans",
        "theme": actor.theme if actor else "auto",
        "today": actor.today if actor else None,
        "flashes": list(messages.get_messages(request)) if hasattr(request, "_messages") else [],
        "fragment": fragment,
        "version": __version__,
    }


def shell(request: HttpRequest, actor: Any, fragment: bool) -> dict[str, Any]:
    """The rail with its numbers; a fragment has no rail and asks for nothing."""
    if actor is None:
        return {"nav": [], "unread_news": 0, "keeps_agenda": False}
    keeps = actor.may("agenda.log") and actor.person_id is not None
    if fragment:
        return {"nav": navigation(request, actor), "unread_news": 0, "keeps_agenda": keeps}
    due = due_count(actor) if keeps else 0
    return {
        "nav": navigation(request, actor, {"today": due}), "unread_news": unread_count(actor), "keeps_agenda": keeps,
    }  # fmt: skip


def navigation(
    request: HttpRequest, actor: Any, counts: dict[str, int] | None = None
) -> list[dict[str, Any]]:
    """The rail's places that the actor can use."""
    return [
        {
            "key": key,
            "label": _(label),
            "icon": icon,
            "href": address(first_place(actor) if key == "valuation" else key),
            "count": (counts or {}).get(key),
            "current": any(request.path.startswith(address(each)) for each in (key, *BELOW.get(key, ()))),
        }
        for key, label, icon, need in NAV
        if _may_enter(actor, need)
    ]


def _may_enter(actor: Any, need: str) -> bool:
    if need == "customers":
        return bool(actor.sees_customers)
    if need == "import":
        return any(d.startswith("import.") for d in actor.duties)
    return not need or actor.may(need)


def refusal_page(request: HttpRequest, sentence: str, *, status: int = 403) -> HttpResponse:
    """A refusal with its sentence; nothing was changed."""
    return render(request, "errors/refused.html", {"sentence": sentence}, status=status)
