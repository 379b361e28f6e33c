"""排名: the curve, the bands, the places, and a what-if on the cuts."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries, wording
from kemai.business.valuation.actions import save_scheme_version
from kemai.business.valuation.schemes import NAMES, scheme_name
from kemai.doors.web.formats import wan
from kemai.doors.web.pages.customer import class_word
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.value import SchemeError

PAGE = 25
AROUND = 6
CURVE_FROM = 20
DEPTHS = ("A", "B", "C", "D")


@page
def show(request: ActorRequest) -> HttpResponse:
    """The ranking by one scheme, around the line or at the top."""
    actor, run = request.actor, queries.published_run()
    actor.require("ranking.view", _("你的岗位看不到排名。"))
    key = request.GET.get("scheme", "ev_abc")
    if key not in NAMES:
        raise LookupError(key)
    if run is None:
        return render(request, "ranking/page.html", _frame(actor, key, None))
    queries.may_see_scheme(actor, key)
    view, number = request.GET.get("view", "top"), max(_int(request.GET.get("page")), 1)
    bands = queries.band_totals(actor, run, key)
    count = sum(b["count"] for b in bands)
    start, size = _window(bands, view, number)
    rows = queries.rank_rows(actor, run, key, start, size)
    points, trial = _curve(actor, run, key, count), _sliders(run, key, request)
    context = {
        **_frame(actor, key, run), **_places(request, actor, run, key, rows, bands, start), "points": points,
        "bands": _curve_bands(points, bands, count), "band_cards": _cards(run, key, bands), "total": count,
        "curve_rows": [[f"{p[0]:.0f}%", f"{p[1]:.1f}%"] for p in points[:: max(len(points) // 10, 1)]],
        "headline": _headline(points), "first": start + 1, "last": start + len(rows),
        "next": _page_href(key, view, number + 1) if view == "top" and start + len(rows) < count else None,
        "previous": _page_href(key, view, number - 1) if view == "top" and number > 1 else None,
        "trial": _trial(actor, run, key, None), "sliders": trial, "trial_problem": "",
    }  # fmt: skip
    return render(request, "ranking/page.html", context)


@page
def attempt(request: ActorRequest) -> HttpResponse:
    """Who would move with other cuts; nothing is stored."""
    actor, run = request.actor, queries.published_run()
    key = request.GET.get("scheme", "")
    if run is None or key not in NAMES:
        raise LookupError(key)
    problem, tried = "", None
    try:
        tried = queries.what_if(actor, run, key, _cuts(run, key, request.GET))
    except SchemeError as wrong:
        problem = str(wrong)
    context = {
        **_frame(actor, key, run),
        "trial": _trial(actor, run, key, tried),
        "trial_problem": problem,
        "sliders": _sliders(run, key, request),
    }
    return render(request, "ranking/trial.html", context, status=422 if problem else 200)


@page
def save(request: ActorRequest) -> HttpResponse:
    """The tried cuts as the next version."""
    run, key = queries.published_run(), request.POST.get("scheme", "")
    if run is None or key not in NAMES:
        raise LookupError(key)
    try:
        version = save_scheme_version(
            actor=request.actor,
            scheme_key=key,
            cuts=_cuts(run, key, request.POST),
            reason=request.POST.get("reason", ""),
        )
    except SchemeError as wrong:
        raise Refused(str(wrong)) from wrong
    messages.success(request, _("存成第 %(n)s 版，下次估值起用") % {"n": version.number})
    return HttpResponseRedirect(f"{reverse('ranking')}?scheme={key}")


@page
def export(request: ActorRequest) -> StreamingHttpResponse:
    """The ranking as CSV, as far as the actor sees it; no cell is ever a formula."""
    actor, run, key = request.actor, queries.published_run(), request.GET.get("scheme", "ev_abc")
    actor.require("export", _("你的岗位不能导出。"))
    if run is None or key not in NAMES:
        raise LookupError(key)
    queries.may_see_scheme(actor, key)  # before the first row: a stream can't be refused any more
    answer = StreamingHttpResponse(_csv(actor, run, key), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="ranking-{key}-{run.pk}.csv"'
    return answer


class _Echo:
    def write(self, text: str) -> str:
        return text


def _csv(actor: Actor, run: Any, key: str) -> Iterator[str]:
    writer = csv.writer(_Echo())
    unit = queries.definition(run, key).measure_spec.unit
    yield "\ufeff" + writer.writerow(
        [_("名次"), _("客户编号"), _("客户名称"), _("值"), _("份额"), _("累计"), _("级别")]
    )
    for r in queries.rank_rows(actor, run, key):
        cells = [r.rank, r.code, r.name, wording.amount(r.value, unit), r.share, r.cumulative, r.label]
        yield writer.writerow(
            [
                f"'{c}"
                if isinstance(c, str) and c[:1] in "=+-@\t\r" and not c[1:].replace(".", "").isdigit()
                else c
                for c in cells
            ]
        )


def _frame(actor: Actor, key: str, run: Any) -> dict[str, Any]:
    note = _("截至 %(day)s，第 %(n)s 次估值") % {"day": run.as_of, "n": run.pk} if run else ""
    schemes = [k for k in NAMES if k not in queries.MARGIN_SCHEMES or actor.sees("margin")]
    version = run.schemes[key]["version"] if run and key in run.schemes else 1
    return {
        "run": run, "scheme": {"key": key, "name": scheme_name(key)}, "note": note,
        "schemes": [{"name": scheme_name(k), "href": f"{reverse('ranking')}?scheme={k}", "current": k == key} for k in schemes],
        "may_export": actor.may("export"), "export_href": f"{reverse('ranking_export')}?scheme={key}",
        "may_import": any(d.startswith("import.") for d in actor.duties), "may_revalue": actor.may("revalue"),
        "may_edit_scheme": actor.may("scheme.edit"), "next_version": version + 1,
    }  # fmt: skip


def _window(bands: list[dict[str, Any]], view: str, number: int) -> tuple[int, int]:
    lines = {"ab_line": 1, "bc_line": 2}
    if view in lines:
        place = sum(b["count"] for b in bands[: lines[view]])
        return max(place - AROUND, 0), 2 * AROUND
    return (number - 1) * PAGE, PAGE


def _places(
    request: ActorRequest,
    actor: Actor,
    run: Any,
    key: str,
    rows: list[Any],
    bands: list[dict[str, Any]],
    start: int,
) -> dict[str, Any]:
    moves = {
        m.customer_id: m
        for m in queries.class_changes(actor, run, key).filter(customer_id__in=[r.customer_id for r in rows])
    }
    why = wording.reasons(actor, run, key, [r.customer_id for r in rows])
    labels = list(queries.definition(run, key).classes)
    unit = queries.definition(run, key).measure_spec.unit
    shares = unit == "yuan"
    made: list[dict[str, Any]] = []
    for before, r in zip([None, *rows], rows, strict=False):
        if before is not None and before.label != r.label and key != "rfm":
            made.append({"cut": _("第 %(n)s 名以下是 %(c)s") % {"n": before.rank, "c": class_word(r.label)}})
        move = moves.get(r.customer_id)
        made.append({
            "cut": None, "here": False, "rank": r.rank, "change": (move.old_rank or 0) - (move.new_rank or 0) if move and move.old_rank and move.new_rank else 0,
            "is_new": bool(move and not move.old_class), "href": reverse("customer", args=[r.code]), "name": r.short_name or r.name,
            "full_name": r.name, "before": move.old_class if move else None, "before_label": class_word(move.old_class) if move else "",
            "class_key": r.label, "class_label": class_word(r.label), "depth": DEPTHS[min(labels.index(r.label), 3)] if r.label in labels and key != "rfm" else "C",
            "why_href": reverse("customer_why", args=[r.code, key]), "value": _value(r.value, unit),
            "share": r.share, "cumulative": r.cumulative, "reason": why.get(r.customer_id, ""),
        })  # fmt: skip
    share_columns = [{"label": _("份额"), "num": True}, {"label": _("累计"), "num": True}] if shares else []
    view = request.GET.get("view", "top")
    choices = [
        ("top", _("榜首")),
        ("ab_line", f"{labels[0]} / {labels[1]}" if set(labels) <= set("ABC") else _("第一条线")),
    ]
    if len(labels) > 2 and key != "rfm":
        choices.append(
            ("bc_line", f"{labels[1]} / {labels[2]}" if set(labels) <= set("ABC") else _("第二条线"))
        )
    return {
        "rows": made, "has_shares": shares, "nothing": _("你能看的客户里没有排上名的。"),
        "columns": [{"label": _("名次"), "num": True}, {"label": _("变动")}, {"label": _("客户")}, {"label": _("级别")},
                    {"label": scheme_name(key), "num": True, "unit": _("万元") if shares else None}, *share_columns, {"label": _("主要原因")}],
        "views": [{"label": label, "href": _page_href(key, v, 1), "current": v == view} for v, label in choices],
    }  # fmt: skip


def _value(number: int | None, unit: str) -> str:
    return "—" if number is None else wan(number) if unit == "yuan" else str(wording.amount(number, unit))


def _curve(actor: Actor, run: Any, key: str, count: int) -> list[list[float]]:
    """At most a hundred points from nobody to everybody."""
    if count < CURVE_FROM or queries.definition(run, key).measure_spec.unit != "yuan":
        return []
    amounts = [max(v or 0, 0) for v in queries.ranked(actor, run, key).values_list(f"{key}_value", flat=True)]
    total, running, points = sum(amounts), 0, [[0.0, 0.0]]
    if total <= 0:
        return []
    step = max(len(amounts) // 100, 1)
    for place, amount in enumerate(amounts, start=1):
        running += amount
        if place % step == 0 or place == len(amounts):
            points.append([round(place * 100 / len(amounts), 2), round(running * 100 / total, 2)])
    return points


def _curve_bands(points: list[list[float]], bands: list[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    made, place = [], 0
    for depth, band in zip(DEPTHS, bands, strict=False):
        start, place = place, place + band["count"]
        end = place * 100 / max(count, 1)
        value = max((p[1] for p in points if p[0] <= end + 0.51), default=0)
        made.append({"class": depth, "start": start * 100 / max(count, 1), "end": end, "value": value})
    return made


def _cards(run: Any, key: str, bands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            **b,
            "label": class_word(b["key"]),
            "depth": DEPTHS[min(i, 3)],
            "tone": DEPTHS[min(i, 3)].lower(),
            "note": "",
        }
        for i, b in enumerate(bands)
    ]


def _headline(points: list[list[float]]) -> str:
    at = next((p for p in points if p[0] >= 20), None)
    return _("前 20%% 的客户占 %(share)s%%") % {"share": at[1]} if at else _("少数客户撑起多数价值")


def _sliders(run: Any, key: str, request: ActorRequest) -> list[dict[str, Any]]:
    scheme = queries.definition(run, key)
    if scheme.method not in ("count_share", "value_share"):
        return []
    given = request.GET if request.method == "GET" else request.POST
    made = []
    for i, now in enumerate(_cumulative(scheme)):
        name = f"cut{i}"
        made.append(
            {
                "name": name,
                "label": _("%(c)s 到前") % {"c": class_word(scheme.classes[i])},
                "value": given.get(name, f"{now:g}"),
                "low": 0.5,
                "high": 99.5,
                "step": 0.5,
                "unit": "%",
                "now": now,
            }
        )
    return made


def _cumulative(scheme: Any) -> list[float]:
    if scheme.method == "value_share":
        return [float(c) for c in scheme.cuts]
    made, total = [], 0.0
    for cut in scheme.cuts[:-1]:
        total += float(cut)
        made.append(total)
    return made


def _cuts(run: Any, key: str, data: Any) -> list[str]:
    """The sliders' cumulative percents as the scheme's cuts."""
    from decimal import Decimal, InvalidOperation
    from itertools import pairwise

    scheme = queries.definition(run, key)
    try:
        lines = [Decimal(data.get(f"cut{i}", str(now))[:8]) for i, now in enumerate(_cumulative(scheme))]
    except InvalidOperation as wrong:
        raise SchemeError("分级线要是数字。", code="bad_cut") from wrong
    if scheme.method == "value_share":
        return [str(x) for x in lines]
    edges = [Decimal(0), *lines, Decimal(100)]
    return [str(b - a) for a, b in pairwise(edges)]


def _trial(actor: Actor, run: Any, key: str, tried: Any) -> Any:
    """What the panel shows; None where the scheme has no cuts to try."""
    if queries.definition(run, key).method not in ("count_share", "value_share"):
        return None
    if tried is None:
        return {"moved": 0, "pairs": [], "movers": [], "price": []}
    rows = tried.moves.to_pylist()
    people = {r["customer_id"]: r for r in _people([r["customer_id"] for r in rows[:8]])}
    counts: dict[tuple[str, str], int] = {}
    for r in rows:
        counts[(r["from"], r["to"])] = counts.get((r["from"], r["to"]), 0) + 1
    movers = [
        {
            "name": people[r["customer_id"]]["name"],
            "href": reverse("customer", args=[r["customer_id"]]),
            "owner": people[r["customer_id"]]["owner"],
            "value": wan(r["value_fen"]),
        }
        for r in rows[:8]
        if r["customer_id"] in people
    ]
    cadence = {"A": 30 / 7, "B": 30 / 14, "C": 1.0}
    more = sum(cadence.get(r["to"], 1) - cadence.get(r["from"], 1) for r in rows)
    price = [{"label": _("多出的联系"), "text": _("%(n)+d 次 / 月") % {"n": round(more)}}]
    price += [
        {"label": class_word(c.label), "text": _("%(a)s → %(b)s 名") % {"a": c.before, "b": c.after}}
        for c in tried.classes
    ]
    pairs = [{"before": a, "after": b, "count": n} for (a, b), n in counts.items()]
    return {"moved": len(rows), "pairs": pairs, "movers": movers, "price": price}


def _people(codes: list[str]) -> list[dict[str, str]]:
    from kemai.business.archives.models import Customer

    rows = Customer.objects.filter(code__in=codes).values_list("code", "name", "short_name", "owner__name")
    return [{"customer_id": c, "name": s or n, "owner": o or ""} for c, n, s, o in rows]


def _page_href(key: str, view: str, number: int) -> str:
    return f"{reverse('ranking')}?scheme={key}&view={view}&page={number}"


def _int(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 9 else 1
