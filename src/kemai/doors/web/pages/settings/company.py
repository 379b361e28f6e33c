"""设置 · 公司: its name, and by which rule customers are numbered."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.numbers import upcoming_codes
from kemai.doors.web.pages.settings.frame import attempted, show
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.numbering.rules import problem_of
from kemai.foundation.preferences.company import company_setting, set_company_setting


@page
def index(request: ActorRequest) -> HttpResponse:
    """The form, or the change of both."""
    request.actor.require("company.edit", _("公司设置由管理员或领导来改。"))
    if request.method == "POST":
        return attempted(
            lambda: _changed(request), lambda text, status: _page(request, problem=text, status=status)
        )
    return _page(request)


@page
def preview(request: ActorRequest) -> HttpResponse:
    """The next numbers by a rule that is not stored yet."""
    request.actor.require("company.edit", _("公司设置由管理员或领导来改。"))
    return render(request, "settings/next_codes.html", _codes(request.GET.get("rule", "").strip()))


def _changed(request: ActorRequest) -> HttpResponse:
    for key, field in (("numbering.customer", "rule"), ("company.name", "name")):
        set_company_setting(actor=request.actor, key=key, value=request.POST.get(field, ""))
    if "private_basis" in request.POST:
        set_company_setting(
            actor=request.actor, key="archives.private_basis", value=request.POST["private_basis"]
        )
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("settings_company"))


def _page(request: ActorRequest, *, problem: str = "", status: int = 200) -> HttpResponse:
    data = request.POST if request.method == "POST" else request.GET
    rule = data.get("rule", str(company_setting("numbering.customer")))
    context = {
        "problem": problem, "name": data.get("name", str(company_setting("company.name"))), "rule": rule,
        "private_basis": data.get("private_basis", str(company_setting("archives.private_basis"))),
        "currency": settings.CURRENCY, "time_zone": settings.TIME_ZONE, **_codes(rule.strip()),
    }  # fmt: skip
    return show(request, "company.html", "settings_company", context, status=status)


def _codes(rule: str) -> dict[str, object]:
    problem = problem_of(rule)
    return {
        "codes": [] if problem else upcoming_codes(rule),
        "rule_problem": problem,
        "has_parts": "{region}" in rule or "{type}" in rule,
    }
