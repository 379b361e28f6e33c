"""分法对照: every customer with its class by each scheme, and where the schemes disagree most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures import methods
from kemai.business.valuation.ranking.wording import class_word
from kemai.business.valuation.reading import definition
from kemai.business.valuation.schemes import scheme_name
from kemai.doors.web.pages.ranking.cards import depth_of
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import choice, note_of, paged, run_of, tabs
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """The table; `only=differ` leaves those that the schemes agree about."""
    run, actor = run_of(request), request.actor
    only = choice(request, "only", ("all", "differ"), "all")
    if run and "format" in request.GET:
        return frame.table_file(request, "methods", _header(actor, run), _lines(actor, run, only))
    path, lead = reverse("valuation_methods"), leading_scheme()
    context = {
        "run": run, "note": note_of(run), "lead": lead, "rows": [], "keys": [], "narrowed": only == "differ",
        "tabs": tabs(path, "only", {"all": _("全部"), "differ": _("看法不一的")}, only),
        "export_href": frame.export_href(request, "valuation_methods", only=only) if run else "",
        **(_table(request, run, only, path) if run else {}),
    }  # fmt: skip
    return frame.show(request, "methods.html", "valuation_methods", context)


def _table(request: ActorRequest, run: Run, only: str, path: str) -> dict[str, Any]:
    actor = request.actor
    keys = methods.methods_of(actor, run)
    part = paged(request, methods.compared(actor, run, differ=only == "differ"), path, only=only)
    order = {key: list(definition(run, key).classes) for key in keys}
    rows = methods.method_rows(actor, run, part.pop("found"))
    return {
        **part, "keys": [{"key": key, "name": scheme_name(key), "leads": key == leading_scheme()} for key in keys],
        "rows": [_row(each, keys, order) for each in rows],
    }  # fmt: skip


def _row(row: methods.Row, keys: list[str], order: dict[str, list[str]]) -> dict[str, Any]:
    return {
        "name": row.name, "owner": row.owner, "href": reverse("customer", args=[row.code]),
        "spread": None if row.spread is None else round(row.spread * 100),
        "classes": [
            {"key": label or None, "label": class_word(label), "depth": depth_of(key, order[key], label), "href": reverse("customer_why", args=[row.code, key])}
            for key, label in zip(keys, row.classes, strict=True)
        ],
    }  # fmt: skip


def _header(actor: Actor, run: Run) -> tuple[str, ...]:
    names = (scheme_name(key) for key in methods.methods_of(actor, run))
    return (_("客户编号"), pgettext("column", "客户"), _("负责人"), *names, _("看法相差 %%") % ())


def _lines(actor: Actor, run: Run, only: str) -> Iterator[tuple[Any, ...]]:
    """All rows in pieces: a file may hold every customer."""
    for found in methods.compared(actor, run, differ=only == "differ").pieces():
        for each in methods.method_rows(actor, run, found):
            spread = "" if each.spread is None else round(each.spread * 100)
            yield each.code, each.name, each.owner, *map(class_word, each.classes), spread
