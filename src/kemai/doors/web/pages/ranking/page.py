"""排名: the curve, the classes, and the table opened where decisions are."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.archives.directory import filter_choices
from kemai.business.valuation import queries, schemes
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking import narrowing, places
from kemai.business.valuation.ranking.composition import goal_rank, sales_scheme
from kemai.business.valuation.ranking.curve import Curve, curve_of
from kemai.business.valuation.ranking.drivers import driver_lines, rows_by_customer
from kemai.business.valuation.ranking.labels import PLACES
from kemai.business.valuation.ranking.wording import amount, class_word, worded
from kemai.business.valuation.reading import RankRow, population_of
from kemai.doors.web.formats import figure, short
from kemai.doors.web.pages.ranking.asked import Asked, asked
from kemai.doors.web.pages.ranking.cards import band_cards, cadence_note, curve_bands, depth_of
from kemai.doors.web.pages.ranking.trial import sliders, unsaved
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import unit_word

CURVE_FROM = 20


@page
def show(request: ActorRequest) -> HttpResponse:
    """The ranking by one scheme."""
    actor, run, question = request.actor, queries.published_run(), asked(request.GET)
    actor.require("ranking.view", _("你的岗位看不到排名。"))
    if run is None:
        return render(request, "ranking/page.html", frame(actor, question, None))
    key = question.scheme
    if key not in run.schemes:
        raise LookupError(key)
    curve = curve_of(actor, run, key, question.narrow)
    bands = queries.band_totals(actor, run, key, question.narrow)
    has_curve = curve.n >= CURVE_FROM and queries.definition(run, key).measure_spec.unit == "yuan"
    points = curve.shown() if has_curve else []
    context = {
        **frame(actor, question, run), **_table(actor, run, question, curve), "points": points, "total": curve.n,
        "bands": curve_bands(curve, bands), "band_cards": band_cards(run, key, bands), "few": curve.n < CURVE_FROM,
        "curve_rows": [[f"{p[0]:.0f}%", f"{p[1]:.1f}%"] for p in points[:: max(len(points) // 10, 1)]],
        "headline": _headline(curve) if points else _("各级有多少"), "cadence": cadence_note(key),
        "trial": unsaved(run, key), "sliders": sliders(run, key, request.GET), "trial_problem": "", **_narrowing(actor, question),
    }  # fmt: skip
    return render(request, "ranking/page.html", context)


def frame(actor: Actor, question: Asked, run: Run | None) -> dict[str, Any]:
    """The bar, the schemes to choose from, and whether the scheme has changed since the run."""
    key = question.scheme
    known = [k for k in schemes.NAMES if queries.lacks_for_scheme(actor, k, run) is None]
    used = run.schemes[key]["version"] if run and key in run.schemes else 1
    current = schemes.current_number(key)
    return {
        "run": run, "scheme": {"key": key, "name": schemes.scheme_name(key), "version": used, "next": current + 1},
        "schemes": [{"name": schemes.scheme_name(k), "href": question.href(scheme=k, view="top"), "current": k == key} for k in known],
        "note": _("截至 %(day)s，第 %(n)s 次估值") % {"day": run.as_of, "n": run.pk} if run else "",
        "waiting_version": current if run and current != used else None, "may_export": actor.may("export"),
        "export_href": question.href("ranking_export"), "tabs": tabs(question, "ranking"),
        "may_import": actor.may("import.sales"), "may_revalue": actor.may("revalue"),
        "may_edit_scheme": actor.may("scheme.edit"), "scope_note": _scope_note(actor, question, run),
    }  # fmt: skip


def tabs(question: Asked, current: str) -> list[dict[str, Any]]:
    """名次 and 构成 side by side."""
    return [
        {"label": _("名次"), "href": question.href(), "current": current == "ranking"},
        {"label": _("构成"), "href": reverse("ranking_composition"), "current": current == "composition"},
    ]


def _scope_note(actor: Actor, question: Asked, run: Run | None) -> str:
    if run and population_of(run) != "all":
        return _("各单位、各人分开排名，名次只在自己那一组里算。")
    if question.narrow:
        return _("份额和累计按筛出来的客户算，级别是全公司的。")
    return "" if actor.sees_all else _("份额和累计按你能看到的客户算，级别是全公司的。")


def _narrowing(actor: Actor, question: Asked) -> dict[str, Any]:
    units: list[tuple[Any, str]] = [(row.unit.pk, row.full_name) for row in narrowing.units(actor)]
    owners: list[tuple[Any, str]] = list(narrowing.owners(actor))
    regions: list[tuple[Any, str]] = [(r, r) for r in filter_choices(actor, ("region",))["region"]]
    fields: list[tuple[str, str, list[tuple[Any, str]], Any]] = [
        ("owner", _("负责人"), owners, question.narrow.owner), ("unit", _("单位"), units, question.narrow.unit or ""),
        ("region", _("地区"), regions, question.narrow.region),
    ]  # fmt: skip
    return {
        "question": question,
        "narrow_fields": [
            {"key": k, "label": label, "choices": [("", label), *choices], "value": value}
            for k, label, choices, value in fields
            if len(choices) > 1 or value
        ],
        "unnarrowed": question.href(narrow=narrowing.NOTHING) if question.narrow else None,
    }


def _table(actor: Actor, run: Run, question: Asked, curve: Curve) -> dict[str, Any]:
    rows = _rows(actor, run, question, curve)
    labels = list(queries.definition(run, question.scheme).classes)
    has_shares = queries.definition(run, question.scheme).measure_spec.unit == "yuan"
    share_columns = (
        [{"label": _("份额"), "num": True}, {"label": _("累计"), "num": True}] if has_shares else []
    )
    previous = queries.previous_run()
    return {
        "rows": _shown(actor, run, previous, question, rows, labels), "has_shares": has_shares,
        "nothing": _("换个筛选，或者看榜首。"), "views": _views(run, question, labels),
        "compared": _("与 %(day)s 那次比") % {"day": f"{previous.as_of:%m-%d}"} if previous else _("头一次估值，还没有可比的"),
        "columns": [{"label": pgettext("column", "名次"), "num": True}, {"label": _("变动")}, {"label": pgettext("column", "客户")}, {"label": _("级别")},
                    {"label": schemes.measure_name(queries.definition(run, question.scheme).measure), "num": True, "unit": unit_word() if has_shares else None},
                    *share_columns, {"label": _("主要原因")}],
        **_paging(run, question, rows, curve),
    }  # fmt: skip


def _rows(actor: Actor, run: Run, question: Asked, curve: Curve) -> list[RankRow]:
    given: dict[str, Any] = {"narrow": question.narrow}
    lines = places.lines_of(run, question.scheme)
    at = {"ab_line": 0, "bc_line": 1}.get(question.view)
    if question.view == "moves":
        return places.largest_moves(actor, run, question.scheme, curve, **given)
    if question.view == "develop" and not question.after and not question.before:
        return places.places_after(actor, run, question.scheme, curve, after=goal_rank(curve), **given)
    if at is not None and at < len(lines) and not question.after and not question.before:
        return places.places_around(actor, run, question.scheme, curve, line=lines[at], **given)
    if question.before:
        return places.places_before(actor, run, question.scheme, curve, before=question.before, **given)
    rows = places.places_after(actor, run, question.scheme, curve, after=question.after, **given)
    return [r for r in rows if question.view != "goal" or r.rank <= goal_rank(curve)]


def _paging(run: Run, question: Asked, rows: list[RankRow], curve: Curve) -> dict[str, Any]:
    """Next and previous by the rank of the last and the first row, or by place where ranks repeat."""
    if not rows or question.view == "moves":
        return {"first": 1, "last": len(rows), "next": None, "previous": None}
    by_place = population_of(run) != "all"
    first = (
        (question.after + 1 if not question.before else max(question.before - len(rows), 1))
        if by_place
        else rows[0].rank
    )
    last = first + len(rows) - 1 if by_place else rows[-1].rank
    end = curve.n if by_place else (curve.ranks[-1] if curve.ranks else 0)
    if question.view == "goal":
        end = min(end, goal_rank(curve))
    start = 1 if by_place else (curve.ranks[0] if len(curve.places) == curve.n else 1)
    return {
        "first": first, "last": last, "next": question.href(after=last) if last < end else None,
        "previous": question.href(before=first) if first > start else None,
    }  # fmt: skip


def _shown(
    actor: Actor, run: Run, previous: Run | None, question: Asked, rows: list[RankRow], labels: list[str]
) -> list[dict[str, Any]]:
    ids, key = [row.customer_id for row in rows], question.scheme
    if previous is not None and queries.lacks_for_scheme(actor, key, previous):
        previous = None
    now, before = rows_by_customer(actor, run, ids), rows_by_customer(actor, previous, ids)
    why, unit = driver_lines(run, key, rows, now, before), queries.definition(run, key).measure_spec.unit
    made: list[dict[str, Any]] = []
    above: RankRow | None = None
    for row in rows:
        in_order = question.view != "moves" and key != "rfm" and population_of(run) == "all"
        if above is not None and in_order and above.label != row.label:
            made.append({"cut": _cut_text(above, row, unit)})
        old = before.get(row.customer_id)
        old_rank = getattr(old, f"{key}_rank", None) if old else None
        old_class = getattr(old, f"{key}_class", None) if old else None
        made.append({
            "cut": None, "rank": row.rank, "change": old_rank - row.rank if old_rank else 0, "is_new": previous is not None and old_rank is None,
            "href": reverse("customer", args=[row.code]), "name": row.short_name or row.name, "full_name": row.name,
            "before": old_class if old_class != row.label else None, "before_label": class_word(old_class), "class_key": row.label,
            "class_label": class_word(row.label), "depth": depth_of(key, labels, row.label), "value": value_text(row.value, unit),
            "why_href": reverse("customer_why", args=[row.code, key]), "share": row.share, "cumulative": row.cumulative,
            "reason": why.get(row.customer_id, ""),
        })  # fmt: skip
        above = row
    return made


def _cut_text(above: RankRow, below: RankRow, unit: str) -> str:
    words = {"a": class_word(above.label), "n": f"{above.rank:,}", "b": class_word(below.label)}
    if unit != "yuan" or above.value is None:
        return _("%(a)s 线：第 %(n)s 名，以下为 %(b)s") % words
    return _("%(a)s 线：第 %(n)s 名，%(v)s。以下为 %(b)s") % {**words, "v": short(above.value)}


def _views(run: Run, question: Asked, labels: list[str]) -> list[dict[str, Any]]:
    choices = [("top", _("榜首"))]
    if question.scheme != "rfm" and population_of(run) == "all":
        names = [class_word(label) for label in labels]
        choices += [
            (view, _("%(a)s / %(b)s 线") % {"a": names[i], "b": names[i + 1]})
            for i, view in enumerate(("ab_line", "bc_line"))
            if i + 1 < len(names)
        ]
    choices.append(("moves", _("变动最大")))
    if question.scheme == sales_scheme(run) or question.view in ("goal", "develop"):
        choices += [("goal", _("首要目标")), ("develop", _("待开发"))]
    return [
        {"label": label, "href": question.href(view=view) + "#places", "current": view == question.view}
        for view, label in choices
    ]


def _headline(curve: Curve) -> str:
    share = curve.share_of_first(max(round(curve.n / 5), 1))
    return (
        _("前 20%% 的客户占 %(share)s%%") % {"share": f"{share:.1f}"}
        if share is not None
        else _("少数客户撑起多数价值")
    )


def value_text(number: int | None, unit: str) -> str:
    """A value as a cell: 万元 or points."""
    if number is None:
        return "—"
    return (
        figure(number)
        if unit == "yuan"
        else str(amount(number, unit))
        if unit in PLACES
        else worded(number, unit)
    )
