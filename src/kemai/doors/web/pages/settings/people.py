"""设置 · 人员: who signs in, with which roles; letting in, keeping out, another password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from kemai.doors.web.pages.settings.frame import attempted, day_of, number_of, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access import queries
from kemai.foundation.access.actions import people as acts
from kemai.foundation.access.actions.passwords import made_up_password
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.access.roles import ROLE_LABELS

STATES = {"": True, "inactive": False, "all": None}


@page
def index(request: ActorRequest) -> HttpResponse:
    """Everybody, found by name, login, e-mail or unit."""
    q, state = request.GET.get("q", "")[:60].strip(), request.GET.get("state", "")
    number = max(int(request.GET["page"]) if request.GET.get("page", "").isdecimal() else 1, 1)
    rows = queries.people(request.actor, q=q, active=STATES.get(state, True))
    start = (min(number, 10_000) - 1) * queries.PAGE_SIZE
    found = list(rows[start : start + queries.PAGE_SIZE + 1])
    shown = found[: queries.PAGE_SIZE]
    context = {
        "q": q, "state": state, "rows": [_row(p, request.actor.today) for p in shown], "first": start + 1, "last": start + len(shown),
        "states": [_choice(label, q, key, state) for key, label in (("", _("在用")), ("inactive", _("停用")), ("all", _("全部")))],
        "next": _address(q, state, number + 1) if len(found) > len(shown) else None,
        "previous": _address(q, state, number - 1) if number > 1 else None,
    }  # fmt: skip
    return show(request, "people.html", "settings_people", context)


@sensitive_post_parameters("password")
@page
def add(request: ActorRequest) -> HttpResponse:
    """The form for somebody new, and the first password once."""
    request.actor.require("people.manage", _("加人由管理员来做。"))
    if request.method == "POST":
        return attempted(lambda: _added(request), lambda text, status: _form(request, text, status))
    return _form(request)


def _form(request: ActorRequest, problem: str = "", status: int = 200) -> HttpResponse:
    given = {name: request.POST.get(name, "") for name in ("login", "name", "email", "role", "unit", "mode")}
    context = {"given": given, "problem": problem, **_choices(request)}
    return show(request, "person_new.html", "settings_people", context, status=status)


def _added(request: ActorRequest) -> HttpResponse:
    data = request.POST
    password = _password(data)
    unit = queries.unit_by_id(number_of(data.get("unit"))) if data.get("role") else None
    with_role = (data.get("role", ""), unit) if unit else None
    person = acts.add_person_with_role(
        actor=request.actor, login=data.get("login", ""), name=data.get("name", ""), email=data.get("email", ""),
        password=password, with_role=with_role,
    )  # fmt: skip
    return _page(request, queries.person_by_id(request.actor, person.pk), shown_password=password)


@page
def person(request: ActorRequest, pk: int) -> HttpResponse:
    """One person: name, roles, sign-in; a POST changes name and e-mail."""
    found = queries.person_by_id(request.actor, pk)
    if request.method == "POST":
        data = request.POST
        return _deed(
            request, found, _("改好了"),
            lambda: acts.change_person(actor=request.actor, person=found, name=data.get("name", ""), email=data.get("email", "")),
        )  # fmt: skip
    return _page(request, found)


@require_POST
@page
def give_role(request: ActorRequest, pk: int) -> HttpResponse:
    """A role on a unit, perhaps from a day to a day."""
    found, data = queries.person_by_id(request.actor, pk), request.POST
    return _deed(
        request, found, _("岗位给好了，下一次打开页面就起作用"),
        lambda: acts.assign_role(
            actor=request.actor, person=found, role=data.get("role", ""), unit=queries.unit_by_id(number_of(data.get("unit"))),
            starts_on=day_of(data.get("starts_on", "")), ends_on=day_of(data.get("ends_on", "")),
        ),
    )  # fmt: skip


@require_POST
@page
def take_role(request: ActorRequest, pk: int, assignment: int) -> HttpResponse:
    """A role taken away."""
    found = queries.person_by_id(request.actor, pk)
    held = queries.assignment_of(request.actor, found, assignment)
    return _deed(
        request, found, _("岗位收回了"), lambda: acts.take_role(actor=request.actor, assignment=held)
    )


@require_POST
@page
def switch(request: ActorRequest, pk: int) -> HttpResponse:
    """Keeps out, or lets in again."""
    found, active = queries.person_by_id(request.actor, pk), request.POST.get("active") == "1"
    said = _("%(name)s 可以登录了") if active else _("%(name)s 停用了，已登录的也马上退出")
    return _deed(
        request, found, said % {"name": found.name},
        lambda: acts.set_active(actor=request.actor, person=found, active=active),
    )  # fmt: skip


@require_POST
@sensitive_post_parameters("password")
@page
def password(request: ActorRequest, pk: int) -> HttpResponse:
    """Another password, shown once."""
    found = queries.person_by_id(request.actor, pk)

    def act() -> HttpResponse:
        new = _password(request.POST)
        acts.reset_password(actor=request.actor, person=found, password=new)
        return _page(request, found, shown_password=new)

    return attempted(act, lambda text, status: _page(request, found, problem=text, status=status))


def _deed(request: ActorRequest, found: Person, said: str, act: Callable[[], Any]) -> HttpResponse:
    def done() -> HttpResponse:
        act()
        messages.success(request, said)
        return HttpResponseRedirect(reverse("settings_person", args=[found.pk]))

    return attempted(
        done,
        lambda text, status: _page(
            request, queries.person_by_id(request.actor, found.pk), problem=text, status=status
        ),
    )


def _page(
    request: ActorRequest, found: Person, *, problem: str = "", shown_password: str = "", status: int = 200
) -> HttpResponse:
    today = request.actor.today
    context = {
        "person": found, "row": _row(found, today), "problem": problem, "shown_password": shown_password,
        "is_self": found.pk == request.actor.person_id, "today_text": today.isoformat(), **_choices(request),
    }  # fmt: skip
    return show(request, "person.html", "settings_people", context, status=status)


def _choices(request: ActorRequest) -> dict[str, Any]:
    units = [(row.unit.pk, row.full_name) for row in queries.unit_rows(request.actor)]
    return {"roles": list(ROLE_LABELS.items()), "unit_choices": units}


def _row(found: Person, today: Any) -> dict[str, Any]:
    held = [_held(a, today) for a in found.assignments.all()]
    return {
        "href": reverse("settings_person", args=[found.pk]), "name": found.name or found.login, "login": found.login,
        "email": found.email, "is_active": found.is_active, "last_login": found.last_login, "held": held,
    }  # fmt: skip


def _held(held: Assignment, today: Any) -> dict[str, Any]:
    waits = held.starts_on is not None and held.starts_on > today
    over = held.ends_on is not None and held.ends_on < today
    return {
        "pk": held.pk, "role": str(ROLE_LABELS.get(held.role, held.role)), "unit": _unit_name(held.unit), "starts_on": held.starts_on,
        "ends_on": held.ends_on, "note": _("还没到") if waits else _("过期了") if over else "",
    }  # fmt: skip


def _unit_name(unit: OrgUnit | None) -> str:
    return unit.name if unit else ""


def _password(data: Any) -> str:
    return data.get("password", "") if data.get("mode") == "typed" else made_up_password()


def _choice(label: str, q: str, key: str, current: str) -> dict[str, Any]:
    return {"label": label, "href": _address(q, key, 1), "current": key == current}


def _address(q: str, state: str, number: int) -> str:
    asked = {"q": q, "state": state, "page": str(number) if number > 1 else ""}
    return f"{reverse('settings_people')}?{urlencode({k: v for k, v in asked.items() if v})}"
