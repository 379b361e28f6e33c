"""信用: who owes and how late, the company's ageing and DSO, and who is above the limit."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.valuation.actions import save_parameters
from kemai.business.valuation.credit import reading as credit
from kemai.business.valuation.credit.part import KEY
from kemai.business.valuation.models import CreditStanding, Run
from kemai.business.valuation.parameter_groups import parameter_versions, parameters_of
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.parts import part_summary
from kemai.doors.web.formats import amount_cell
from kemai.doors.web.pages.customer.words import number, title_of
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.money import yuan
from kemai.value import SchemeError
from kemai.value.credit.ageing import BUCKETS
from kemai.value.credit.limits import METHODS

PAGE = 50
ORDERS = {"late": "-overdue_fen", "beyond": "-beyond_fen", "open": "-total_fen"}


@page
def show(request: ActorRequest) -> HttpResponse:
    """The list by overdue money, or who is above the limit, or everybody who owes."""
    actor = request.actor
    credit.may_see_credit_list(actor)
    run, which = published_run(), request.GET.get("which", "late")
    if which not in ORDERS:
        raise LookupError(which)
    context: dict[str, Any] = {
        "run": run if run and part_summary(run, KEY) else None, "rows": [], "which": which, "note": "", "may_edit": actor.may("scheme.edit"),
    }  # fmt: skip
    if context["run"]:
        assert run is not None
        context |= _shown(request, run, which)
    return frame.show(request, "credit.html", "valuation_credit", context)


@page
def export(request: ActorRequest) -> FileResponse:
    """The list as a file."""
    run = published_run()
    credit.may_see_credit_list(request.actor)
    if run is None:
        raise LookupError
    which = request.GET.get("which", "late")
    rows = _rows(request.actor, run, which if which in ORDERS else "late").iterator(chunk_size=2_000)
    header = [
        _("编号"), pgettext("column", "客户"), _("业务员"), *credit.bucket_words().values(), _("合计（元）"), _("逾期（元）"), _("最久天数"), _("DSO"),
        _("DSO 倒推"), _("按时付"), _("额度（元）"), _("占用（元）"), _("占用率"),
    ]  # fmt: skip
    return frame.table_file(request, _("账龄"), header, (_cells(row) for row in rows))


@page
def settings(request: ActorRequest) -> HttpResponse:
    """Which methods count for a proposed limit; a POST stores a version with its reason."""
    actor = request.actor
    credit.may_see_credit_list(actor)
    chosen, error = parameters_of(KEY)["methods"], ""
    if request.method == "POST":
        chosen = request.POST.getlist("methods")
        try:
            saved = save_parameters(
                actor=actor, key=KEY, values={"methods": chosen}, reason=request.POST.get("reason", "")
            )
        except (SchemeError, Refused) as refused:
            if not actor.may("scheme.edit"):
                raise
            error = str(refused)
        else:
            messages.success(request, _("存了，提议的额度按新的算") if saved else _("没有改动"))
            return HttpResponseRedirect(reverse("valuation_credit"))
    may = actor.may("scheme.edit")
    words = method_words()
    context = {
        "methods": [(name, words[name], name in chosen) for name in METHODS], "error": error, "may": may, "reason": request.POST.get("reason", ""),
        "versions": [
            {"number": v.number, "author": v.author, "reason": v.reason, "at": v.created_at, "text": "、".join(words[m] for m in v.values["methods"])}
            for v in (parameter_versions(actor, KEY) if may else [])
        ],
    }  # fmt: skip
    return frame.show(
        request, "credit_settings.html", "valuation_credit", context, status=422 if error else 200
    )


def method_words() -> dict[str, str]:
    """The methods of a limit in words, each with its formula."""
    return {
        "need": _("按需求：年赊购 ÷ 365 × 账期"), "net_worth": _("按净资产：净资产 × 10%"), "working_capital": _("按营运资金：(流动资产 − 流动负债) × 10%"),
        "own_exposure": _("按我方：我方年销售 × 10%"), "heuristic": _("按打分：净资产 × 打分百分比"), "working_assets": _("营运资产：(营运资金 + 净资产) ÷ 2 × 百分比"),
    }  # fmt: skip


def _rows(actor: Actor, run: Run, which: str) -> Any:
    rows = credit.credit_standings(actor, run).select_related("customer__owner")
    kept = {"late": {"overdue_fen__gt": 0}, "beyond": {"beyond_fen__gt": 0}, "open": {"total_fen__gt": 0}}[
        which
    ]
    return rows.filter(**kept).order_by(ORDERS[which], "customer_id")


def _shown(request: ActorRequest, run: Run, which: str) -> dict[str, Any]:
    actor, at = request.actor, number(request.GET.get("page"))
    totals = credit.ageing_totals(credit.credit_standings(actor, run))
    some = list(_rows(actor, run, which)[(at - 1) * PAGE : at * PAGE + 1])
    summary = part_summary(run, KEY) or {}
    here = reverse("valuation_credit")
    most = max((totals[name] for name in BUCKETS), default=0) or 1
    words = credit.bucket_words()
    return {
        "note": _("截至 %(day)s") % {"day": run.as_of}, "totals": totals, "rows": [_row(each) for each in some[:PAGE]],
        "buckets": [(words[name], totals[name], totals[name] * 100 / totals["total"] if totals["total"] else 0, totals[name] * 100 / most, name != "not_due") for name in BUCKETS],
        "months": summary.get("months", []) if actor.sees_all else [],
        "kinds": [
            {"label": label, "href": f"{here}?which={key}", "current": key == which, "count": totals[count]}
            for key, label, count in (("late", _("逾期"), "late"), ("beyond", _("超额度"), "beyond"), ("open", _("全部欠款"), "owing"))
        ],
        "next": f"{here}?{urlencode({'which': which, 'page': at + 1})}" if len(some) > PAGE else None,
        "previous": f"{here}?{urlencode({'which': which, 'page': at - 1})}" if at > 1 else None,
        "first": (at - 1) * PAGE + 1, "last": (at - 1) * PAGE + min(len(some), PAGE), "count": totals[{"late": "late", "beyond": "beyond", "open": "owing"}[which]],
        "export_href": frame.export_href(request, "valuation_credit_export", which=which),
    }  # fmt: skip


def _row(row: CreditStanding) -> dict[str, Any]:
    return {
        "href": reverse("customer_receivables", args=[row.customer.code]), "name": title_of(row.customer), "full": row.customer.name,
        "owner": row.customer.owner.name if row.customer.owner else "", **figures(row),
    }  # fmt: skip


def figures(row: CreditStanding) -> dict[str, Any]:
    """A row's numbers for a template: fen, days with one decimal, percents, and a word where one is missing."""
    return {
        "total": row.total_fen, "overdue": row.overdue_fen, "oldest": row.oldest_days, "limit": row.limit_fen, "exposure": row.exposure_fen,
        "beyond": row.beyond_fen, "credit": row.credit_fen, "undelivered": row.undelivered_fen,
        "use": None if row.use_centi is None else Decimal(row.use_centi) / 100, "use_word": credit.missing_word(row.use_reason),
        "dso": days_text(row.dso_simple_centi), "dso_back": ("> " if row.dso_reason == "beyond_known_sales" else "") + days_text(row.dso_countback_centi),
        "dso_word": credit.missing_word(row.dso_reason), "delinquent": days_text(row.delinquent_centi),
        "score": None if row.score_centi is None else Decimal(row.score_centi) / 100, "score_word": credit.missing_word(row.score_reason),
        "on_time": row.paid_on_time, "late": row.paid_late,
    }  # fmt: skip


def days_text(centi: int | None) -> str:
    """Days with one decimal; "" where they are not known."""
    return "" if centi is None else f"{Decimal(centi) / 100:.1f}".replace("-", "−")


def _cells(row: CreditStanding) -> list[Any]:
    owner = row.customer.owner.name if row.customer.owner else ""
    money = [yuan(getattr(row, f"{name}_fen")) for name in BUCKETS]
    share = "" if row.use_centi is None else f"{Decimal(row.use_centi) / 100:.1f}%"
    on_time = "" if row.score_centi is None else f"{Decimal(row.score_centi) / 100:.1f}%"
    return [
        row.customer.code, row.customer.name, owner, *money, yuan(row.total_fen), yuan(row.overdue_fen), row.oldest_days if row.oldest_days is not None else "",
        days_text(row.dso_simple_centi), days_text(row.dso_countback_centi), on_time,
        amount_cell(row.limit_fen), yuan(row.exposure_fen), share,
    ]  # fmt: skip
