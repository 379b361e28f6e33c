"""One run reopened as it was: its parameters, its schemes, its ranking from its own file (S1.8, S1.130)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import queries, schemes
from kemai.business.valuation.definitions import in_words
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.wording import class_word
from kemai.business.valuation.runs.past_runs import past_bands, past_rank_rows
from kemai.doors.web.formats import moment, whole
from kemai.doors.web.pages.ranking.cards import depth_of
from kemai.doors.web.pages.ranking.page import value_text
from kemai.doors.web.pages.valuation.runs import failure, run_row, trigger_word
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import unit_word

PAGE = 25
LAST = 100_000_000


@page
def one(request: ActorRequest, pk: int) -> HttpResponse:
    """The run, and a page of one of its rankings."""
    actor, run = request.actor, queries.run_by_id(request.actor, pk)
    known = [k for k in schemes.in_order(run.schemes) if queries.lacks_for_scheme(actor, k, run) is None]
    key = request.GET.get("scheme", known[0] if known else "")
    start = int(request.GET["start"]) if request.GET.get("start", "").isdecimal() else 0
    context = {
        "run": run, "row": run_row(run, queries.published_run()), "facts": _facts(run), "error": failure(run),
        "parameters": _parameters(run), "hashes": [(_("输入"), run.input_hash), (_("结果"), run.result_hash)],
        "definitions": [(schemes.scheme_name(k), run.schemes[k]["version"], in_words(queries.definition(run, k))) for k in known],
        "schemes": [{"label": schemes.scheme_name(k), "href": _address(run, k, 0), "current": k == key} for k in known],
        "gone": "", "rows": [], "bands": [], "next": None, "previous": None, "first": 1, "last": 0,
    }  # fmt: skip
    if run.status == Run.Status.DONE and known:
        context |= _ranking(actor, run, key, min(start, LAST))
    return render(request, "valuation/run.html", context)


def _ranking(actor: Actor, run: Run, key: str, start: int) -> dict[str, Any]:
    """The ranking as the run had it; where the file is gone, a sentence."""
    queries.definition(run, key)
    queries.may_see_scheme(actor, key, run)
    try:
        rows = past_rank_rows(actor, run, key, start, PAGE + 1)
        bands = past_bands(actor, run, key)
    except LookupError as gone:
        return {"gone": str(gone)}
    scheme = queries.definition(run, key)
    labels, unit = list(scheme.classes), scheme.measure_spec.unit
    shown = rows[:PAGE]
    return {
        "rows": [
            {
                "rank": r.rank, "href": reverse("customer", args=[r.code]), "name": r.short_name or r.name, "label": class_word(r.label),
                "key": r.label, "depth": depth_of(key, labels, r.label), "value": value_text(r.value, unit), "share": r.share,
                "cumulative": r.cumulative,
            }
            for r in shown
        ],
        "bands": [{**b, "label": class_word(b["key"]), "depth": depth_of(key, labels, b["key"])} for b in bands],
        "value_label": schemes.measure_name(scheme.measure), "unit": unit_word() if unit == "yuan" else None, "scheme_key": key,
        "first": start + 1, "last": start + len(shown), "next": _address(run, key, start + PAGE) if len(rows) > PAGE else None,
        "previous": _address(run, key, max(start - PAGE, 0)) if start else None,
    }  # fmt: skip


def _facts(run: Run) -> list[tuple[str, str]]:
    return [
        (_("截至"), run.as_of.isoformat()), (_("起因"), trigger_word(run)), (_("开始"), moment(run.started_at)),
        (_("用时"), _("%(n)s 秒") % {"n": f"{run.seconds:.1f}"}), (_("客户"), whole(run.customers)), (_("台账行"), whole(run.facts)),
        (_("内存"), f"{run.peak_mib:,.0f} MiB" if run.peak_mib else "—"), (_("引擎"), run.engine),
    ]  # fmt: skip


def _parameters(run: Run) -> list[tuple[str, str]]:
    """What the run went by, beyond its schemes."""
    found: dict[str, Any] = run.settings or {}
    statuses = {"delivered": _("已发货"), "ordered": _("已下单"), "cancelled": _("已取消")}
    among = {"all": _("全公司一起排"), "unit": _("各单位分开排"), "owner": _("各负责人分开排")}
    gates = {"credit": _("信用等级不低于 BB"), "profit": _("毛利大于 0")}
    weights = {"sales": _("销售额"), "tenure": _("合作年限"), "profit": _("毛利")}
    return [
        (_("算数的销售"), _("，").join(statuses.get(s, s) for s in found.get("statuses", []))),
        (_("在谁里面排"), among.get(found.get("population", "all"), "")),
        (_("预期期"), _("%(n)s 个月") % {"n": found.get("horizon_months", 12)}),
        (_("RFM 窗口"), _("%(n)s 天") % {"n": found.get("rfm_window_days", 365)}),
        (_("优质评分"), _("，").join(f"{weights.get(k, k)} {float(v) * 100:g}%" for k, v in found.get("quality_weights", {}).items())),
        (_("优质评分的门槛"), _("，").join(gates.get(each, each) for each in found.get("quality_gates", [])) or _("没有")),
    ]  # fmt: skip


def _address(run: Run, key: str, start: int) -> str:
    return f"{reverse('valuation_run', args=[run.pk])}?scheme={key}" + (f"&start={start}" if start else "")
