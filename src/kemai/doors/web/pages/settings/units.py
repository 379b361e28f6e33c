"""设置 · 单位: the tree, and what can be done with one unit of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.doors.web.pages.settings.frame import attempted, number_of, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access import queries
from kemai.foundation.access.actions import units as acts
from kemai.foundation.access.models import OrgUnit


@page
def index(request: ActorRequest) -> HttpResponse:
    """The tree; a POST adds a unit at a place of it."""
    request.actor.require("unit.manage", _("单位由管理员来管。"))
    if request.method == "POST":
        parent = request.POST.get("parent", "")
        above = queries.unit_by_id(number_of(parent)) if parent else None
        return _deed(
            request, above, _("单位建好了"),
            lambda: acts.add_unit(actor=request.actor, name=request.POST.get("name", ""), parent=above),
        )  # fmt: skip
    return _page(request, None)


@page
def unit(request: ActorRequest, pk: int) -> HttpResponse:
    """One unit; a POST renames it."""
    request.actor.require("unit.manage", _("单位由管理员来管。"))
    found = queries.unit_by_id(pk)
    if request.method == "POST":
        name = request.POST.get("name", "")
        return _deed(
            request, found, _("名称改好了"),
            lambda: acts.rename_unit(actor=request.actor, unit=found, name=name),
        )  # fmt: skip
    return _page(request, found)


@require_POST
@page
def move(request: ActorRequest, pk: int) -> HttpResponse:
    """Hangs the unit under another one."""
    request.actor.require("unit.manage", _("单位由管理员来管。"))
    found, parent = queries.unit_by_id(pk), queries.unit_by_id(number_of(request.POST.get("parent")))
    return _deed(
        request, found, _("挪好了，下级也跟着过去了"),
        lambda: acts.move_unit(actor=request.actor, unit=found, parent=parent),
    )  # fmt: skip


@require_POST
@page
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Removes an empty unit."""
    request.actor.require("unit.manage", _("单位由管理员来管。"))
    found = queries.unit_by_id(pk)

    def act() -> HttpResponse:
        acts.remove_unit(actor=request.actor, unit=found)
        messages.success(request, _("「%(name)s」撤了") % {"name": found.name})
        return HttpResponseRedirect(reverse("settings_units"))

    return attempted(act, lambda text, status: _page(request, found, problem=text, status=status))


def _deed(request: ActorRequest, chosen: OrgUnit | None, said: str, act: Callable[[], Any]) -> HttpResponse:
    def done() -> HttpResponse:
        act()
        messages.success(request, said)
        back = reverse("settings_unit", args=[chosen.pk]) if chosen else reverse("settings_units")
        return HttpResponseRedirect(back)

    return attempted(done, lambda text, status: _page(request, chosen, problem=text, status=status))


def _page(
    request: ActorRequest, chosen: OrgUnit | None, *, problem: str = "", status: int = 200
) -> HttpResponse:
    rows = queries.unit_rows(request.actor)
    own = chosen.path if chosen else None
    context = {
        "rows": [
            {
                "name": r.unit.name, "depth": min(r.depth, 8), "people": r.people, "href": reverse("settings_unit", args=[r.unit.pk]),
                "current": chosen is not None and r.unit.pk == chosen.pk,
            }
            for r in rows
        ],
        "chosen": chosen, "problem": problem,
        "homes": [(r.unit.pk, r.full_name) for r in rows if not own or not r.unit.path.startswith(own)],
    }  # fmt: skip
    return show(request, "units.html", "settings_units", context, status=status)
