"""客户价值: sums of each kind, ten groups by lifetime value, what winning a customer costs, and the model behind."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from kemai.business.archives.actions import Invalid
from kemai.business.valuation import actions, queries
from kemai.business.valuation.ranking.labels import missing_word
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.worth.fitting import MOST_REPEATS
from kemai.business.valuation.worth.reading import (
    acquisition_spends,
    history_rate,
    may_see_worth,
    spend_by_id,
    worth_groups,
    worth_rows,
    worth_told,
    worth_totals,
)
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.customer.words import fen_of, said_by
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page

BEST = 20
FILE_ROWS = 100_000


@page
def worth(request: ActorRequest) -> HttpResponse | FileResponse:
    """The page; every customer with a lifetime value as a file where `format` says so."""
    return _page(request)


@require_POST
@page
def spend(request: ActorRequest) -> HttpResponse | FileResponse:
    """What was spent on winning customers in a period."""
    given = request.POST
    try:
        amount = fen_of(given.get("amount"))
    except ValueError as odd:
        return _page(request, {"amount": str(odd)}, 422)
    try:
        actions.record_spend(
            actor=request.actor, period=given.get("period", ""), amount_fen=amount, note=given.get("note", "")
        )
    except Invalid as odd:
        return _page(request, odd.problems, 422)
    messages.success(request, _("记下了，下次估值用它"))
    return HttpResponseRedirect(reverse("valuation_worth") + "#acquisition")


@require_POST
@page
def spend_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """An entry, taken back."""
    actions.remove_spend(actor=request.actor, spend=spend_by_id(request.actor, pk))
    messages.success(request, _("去掉了"))
    return HttpResponseRedirect(reverse("valuation_worth") + "#acquisition")


def _page(
    request: ActorRequest, errors: dict[str, str] | None = None, status: int = 200
) -> HttpResponse | FileResponse:
    actor = request.actor
    may_see_worth(actor)
    run = queries.published_run()
    known = run is not None and part_summary(run, "worth") is not None
    if request.GET.get("format") and run is not None:
        return frame.table_file(request, f"worth-{run.pk}", _header(), _file_rows(actor, run))
    model = worth_told(actor, run, "model") if known and run is not None else None
    context = {
        "note": _("第 %(n)s 次估值，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else "", "known": known,
        "totals": _totals(worth_totals(actor, run), history_rate(run)) if known and run else [], "groups": [_group(g) for g in worth_groups(actor, run)] if known and run else [],
        "best": [_best(r) for r in worth_rows(actor, run)[:BEST]] if known and run else [],
        "acquisition": _acquisition(acquisition_spends(actor), worth_told(actor, run, "acquisition") if known and run else None), "model": _model(model), "is_whole": model is not None,
        "may_enter": actor.may("scheme.edit"), "errors": errors or {}, "given": {name: request.POST.get(name, "") for name in ("period", "amount", "note")}, "this_year": str(actor.today.year),
        "export_href": frame.export_href(request, "valuation_worth") if known else "",
    }  # fmt: skip
    return frame.show(request, "worth.html", "valuation_worth", context, status=status)


def _totals(found: dict[str, dict[str, int]], rate: Decimal | None) -> list[tuple[str, int, int]]:
    names = {
        "historical": _("历史价值") if rate is None else _("历史价值，折到估值日"),
        "current": _("现实价值"),
        "potential": _("潜在价值"),
        "lifetime": _("终身价值"),
        "model": _("模型估的终身价值"),
    }
    return [(label, found[key]["fen"], found[key]["count"]) for key, label in names.items() if key in found]


def _group(found: dict[str, Any]) -> dict[str, Any]:
    """A tenth with its means, and what to do with its like."""
    money = {
        key: None if found[key] is None else int(found[key])
        for key in ("lifetime_fen", "current_fen", "potential_fen", "sales_12m_fen")
    }
    warned = None if found["warned"] is None else found["warned"] * 100
    return {**found, **money, "warned": warned, "measure": _measure(found)}


def _measure(found: dict[str, Any]) -> str:
    """What to do with the like of the group: by its place, and by how many of it are leaving."""
    if found["lifetime_fen"] is not None and found["lifetime_fen"] <= 0:
        return _("提价、少送或改成自助，先算账")
    leaves = (found["warned"] or 0) >= 0.3
    if found["worth_group"] <= 2:
        return _("专人盯，先打电话问要走的") if leaves else _("专人盯，保住，别让对手碰")
    if found["worth_group"] <= 5:
        return _("挽回要走的，再谈多买") if leaves else _("谈没买的产品线，往上带")
    return _("照标准服务，电话和线上为主")


def _best(row: Any) -> dict[str, Any]:
    customer = row.customer
    return {
        "href": path_of("customer_worth", customer.code), "name": customer.short_name or customer.name, "lifetime_fen": row.lifetime_fen,
        "current_fen": row.current_fen, "potential_fen": row.potential_fen, "alive": row.alive,
        "why": path_of("customer_why", customer.code, "lifetime"), "alive_missing": missing_word(row.alive_reason), "model_fen": row.model_fen,
    }  # fmt: skip


def _acquisition(entered: list[Any], told: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """What was entered, with who was won as the run counted; what was entered since waits for the next run."""
    counted = {each["period"]: each for each in told or []}
    rows = []
    for each in entered:
        found = counted.get(each.period)
        is_same = found is not None and found["fen"] == each.amount_fen
        rows.append({
            "pk": each.pk, "period": each.period, "fen": each.amount_fen, "note": each.note, "who": said_by(each.person_name), "waits": not is_same,
            "won": found["won"] if found is not None and is_same else None, "cac_fen": found["cac_fen"] if found is not None and is_same else None,
        })  # fmt: skip
    return rows


def _model(told: dict[str, Any] | None) -> dict[str, Any] | None:
    """Parameters with errors, likelihood, whether to trust it, and expected beside actual."""
    if told is None:
        return None
    names = {"purchases": _("BG/NBD：多久来一次，走没走"), "spend": _("Gamma-Gamma：一次花多少")}
    models = [
        {
            "name": label, "problem": missing_word(told[key]["problem"]), "is_trusted": told[key]["problem"] is None,
            "parameters": told[key]["parameters"], "log_likelihood": told[key]["log_likelihood"],
        }
        for key, label in names.items()
    ]  # fmt: skip
    tracking = told["tracking"]
    for each in tracking["groups"]:
        each["label"] = f"{each['repeats']}+" if each["repeats"] == MOST_REPEATS else str(each["repeats"])
    return {"models": models, "customers": told["customers"], "repeat_buyers": told["repeat_buyers"], "tracking": tracking,
            "tracking_missing": missing_word(tracking["problem"])}  # fmt: skip


def _header() -> list[str]:
    return [_("客户编号"), pgettext("column", "客户"), _("第几组"), _("终身价值（元）"), _("现实价值（元）"), _("潜在价值（元）"), _("历史价值（元）"), _("模型估的终身价值（元）"), _("还在买的可能"), _("以后 12 个月来几次")]  # fmt: skip


def _file_rows(actor: Any, run: Any) -> Iterator[list[Any]]:
    for row in islice(worth_rows(actor, run), FILE_ROWS):
        money = [row.lifetime_fen, row.current_fen, row.potential_fen, row.historical_fen, row.model_fen]
        yield [
            row.customer.code, row.customer.name, row.worth_group, *("" if fen is None else Decimal(fen) / 100 for fen in money),
            "" if row.alive is None else round(row.alive, 4), "" if row.purchases_12m is None else round(row.purchases_12m, 2),
        ]  # fmt: skip
