"""设置 · 字段: the fields of the company's own, in order; a new one, a new version of one, out of use and back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.business.archives import actions, queries
from kemai.business.archives.custom_fields import label_of
from kemai.business.archives.field_sets import combination_words, current_number, difference, published
from kemai.business.archives.models import CustomerType, CustomField, FieldSet, State
from kemai.business.archives.uniqueness import called, eligible, rules
from kemai.doors.web.pages.customer.words import said_by
from kemai.doors.web.pages.settings.frame import number_of, show
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused

Kind = CustomField.Kind
KEPT = 100


@page
def index(request: ActorRequest) -> HttpResponse:
    """All fields, those in use first; a POST adds one."""
    request.actor.require("archive.design", _("字段由档案专员或领导来定。"))
    if request.method != "POST":
        return _list(request)
    try:
        made = actions.define_field(actor=request.actor, kind=request.POST.get("kind", ""), **_shape(request))
    except actions.Invalid as invalid:
        return _list(request, invalid.problems)
    messages.success(request, _("「%(label)s」加好了，客户页和列表里都有了") % {"label": made.label})
    return HttpResponseRedirect(reverse("settings_fields"))


@page
def field(request: ActorRequest, pk: int) -> HttpResponse:
    """One field; a POST makes a new version of it."""
    request.actor.require("archive.design", _("字段由档案专员或领导来定。"))
    found = queries.custom_field_by_id(request.actor, pk)
    if request.method != "POST":
        return _one(request, found)
    try:
        actions.change_field(
            actor=request.actor,
            field=found,
            version=number_of(request.POST.get("version")),
            **_shape(request),
        )
    except actions.Invalid as invalid:
        return _one(request, found, invalid.problems)
    except Refused as refusal:
        return _one(request, found, {"": str(refusal)}, status=409)
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("settings_fields"))


@require_POST
@page
def turn(request: ActorRequest, pk: int) -> HttpResponse:
    """Out of use, or back; the values stay."""
    found = queries.custom_field_by_id(request.actor, pk)
    active = request.POST.get("active") == "1"
    actions.turn_field(actor=request.actor, field=found, active=active)
    messages.success(request, _("又在用了") if active else _("停用了，填过的值都留着"))
    return HttpResponseRedirect(reverse("settings_fields"))


@require_POST
@page
def together(request: ActorRequest) -> HttpResponse:
    """Fields that together must not repeat: one more rule, or one less."""
    actor = request.actor
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    try:
        if ended := request.POST.get("end"):
            actions.end_together(actor=actor, rule=queries.unique_rule_by_id(actor, number_of(ended)))
        else:
            actions.define_together(actor=actor, fields=request.POST.getlist("fields"))
    except actions.Invalid as invalid:
        return _list(request, together_error=str(invalid))
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("settings_fields") + "#together")


@page
def versions(request: ActorRequest) -> HttpResponse:
    """What the set of own fields was, version by version (S0.2); the newest, or the one that is asked for, in full."""
    request.actor.require("archive.design", _("字段由档案专员或领导来定。"))
    found = list(published(request.actor)[: KEPT + 1])
    asked = request.GET.get("number", "")
    shown_one = next((v for v in found if str(v.number) == asked), found[0] if found else None)
    before: dict[int, FieldSet | None] = {
        v.number: found[at + 1] if at + 1 < len(found) else None for at, v in enumerate(found)
    }
    context = {
        "versions": [_version(v, before[v.number]) for v in found[:KEPT]], "number": shown_one.number if shown_one else 0,
        "fields": [_told(f) for f in shown_one.fields] if shown_one else [],
        "combinations": [" + ".join(combination_words(names, shown_one)) for names in shown_one.combinations] if shown_one else [],
    }  # fmt: skip
    return show(request, "field_versions.html", "settings_fields", context)


def _version(found: FieldSet, before: FieldSet | None) -> dict[str, Any]:
    what = difference(before, found)
    parts = (
        (_("加了 %(names)s"), what.added),
        (_("去掉 %(names)s"), what.gone),
        (_("改了 %(names)s"), what.changed),
    )
    said = [text % {"names": _("、").join(names)} for text, names in parts if names and before is not None]
    return {
        "number": found.number, "at": found.published_at, "by": said_by(found.person_name), "count": len(found.fields),
        "what": _("；").join(said) or (_("不能重复的组合变了") if before is not None else _("最早的一版")),
    }  # fmt: skip


def _told(field: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": field["label"], "kind": str(Kind(field["kind"]).label), "options": _("、").join(field["options"]),
        "types": _("、").join(str(CustomerType(t).label) for t in field["types"]) or _("全部"), "version": field["version"],
        "required": _("、").join(str(State(s).label) for s in field["required_in"]), "is_unique": field["is_unique"],
    }  # fmt: skip


def _shape(request: ActorRequest) -> dict[str, Any]:
    given = request.POST
    place = given.get("position", "")
    return {
        "label": given.get("label", ""), "options": given.get("options", ""), "types": given.getlist("types"),
        "required_in": given.getlist("required_in"), "is_unique": bool(given.get("is_unique")),
        "position": min(int(place), 999) if place.isascii() and place.isdigit() else 100,
    }  # fmt: skip


def _list(
    request: ActorRequest, errors: dict[str, str] | None = None, together_error: str = ""
) -> HttpResponse:
    rows = [_row(f) for f in queries.custom_fields(request.actor)]
    context = {
        "rows": rows, **_form(request, CustomField(kind=""), errors or {}), "together_error": together_error,
        "combinations": [{"pk": rule.pk, "words": called(rule)} for rule in rules()], "eligible": eligible(),
        "chosen": request.POST.getlist("fields"), "set_number": current_number(),
    }  # fmt: skip
    return show(
        request, "fields.html", "settings_fields", context, status=422 if errors or together_error else 200
    )


def _one(
    request: ActorRequest, found: CustomField, errors: dict[str, str] | None = None, status: int = 422
) -> HttpResponse:
    context = {"field": found, "name": label_of(found), **_form(request, found, errors or {})}
    return show(request, "field.html", "settings_fields", context, status=status if errors else 200)


def _row(found: CustomField) -> dict[str, Any]:
    types = [str(CustomerType(t).label) for t in found.types]
    return {
        "pk": found.pk, "label": label_of(found), "kind": found.get_kind_display(), "options": _("、").join(found.options),
        "types": _("、").join(types) or _("全部"), "required": _("、").join(str(State(s).label) for s in found.required_in),
        "is_unique": found.is_unique, "is_active": found.is_active, "href": reverse("settings_field", args=[found.pk]),
        "version": found.version,
    }  # fmt: skip


def _form(request: ActorRequest, found: CustomField, errors: dict[str, str]) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else None
    stands = {
        "label": found.label, "options": "\n".join(found.options), "types": found.types, "kind": found.kind,
        "required_in": found.required_in, "is_unique": found.is_unique, "position": found.position,
    }  # fmt: skip
    form = stands if given is None else stands | _shape(request) | {"kind": given.get("kind", found.kind)}
    return {
        "form": form, "errors": errors, "kinds": [("", _("请选")), *Kind.choices], "types": CustomerType.choices,
        "states": State.choices, "other_errors": [v for k, v in errors.items() if k in ("", "types", "required_in")],
    }  # fmt: skip
