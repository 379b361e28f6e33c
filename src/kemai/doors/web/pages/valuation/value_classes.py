"""估值 · 价值类: MVC, MGC and BZC with counts and lists, small customers that may grow, and what is proposed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from kemai.business.archives.queries import customer_by_code
from kemai.business.valuation import queries
from kemai.business.valuation.actions import decide_exclusion, propose_exclusion
from kemai.business.valuation.models import Exclusion, Run, ValueClassRow
from kemai.business.valuation.parameter_groups import parameter_versions, parameters_of
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.value_classes import exclusions as reads
from kemai.business.valuation.value_classes.part import DEFAULTS, KEY, LABELS, REASONS, WORDS, labels
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.settings.frame import attempted
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused

PLACE = "valuation_value_classes"
PAGE, MOST = 25, 100_000


@page
def show(request: ActorRequest) -> HttpResponse:
    """The page; a POST keeps the cuts with a reason."""
    if request.method == "POST":
        return attempted(lambda: _saved(request), lambda text, status: _page(request, text, status))
    return _page(request)


@page
def export(request: ActorRequest) -> FileResponse:
    """The list at hand as a file."""
    run = _may(request.actor)
    request.actor.require("export", _("你的岗位不能导出。"))
    if run is None:
        raise LookupError(PLACE)
    header = [
        _("编号"), pgettext("column", "客户"), _("负责人"), _("价值类"), _("实际价值（元）"), _("潜在价值（元）"), _("差距（元）"), _("增长（%）"),
        _("我们的份额（%）"), _("说明"),
    ]  # fmt: skip
    rows = reads.class_rows(request.actor, run, request.GET.get("class", "MVC"))
    return frame.table_file(request, _("价值类"), header, _lines(rows))


@require_POST
@page
def propose(request: ActorRequest, code: str) -> HttpResponse:
    """What to do about a customer that only costs, for a manager to decide."""
    customer = customer_by_code(request.actor, code)
    propose_exclusion(
        actor=request.actor, customer=customer, way=request.POST.get("way", ""), reason=request.POST.get("reason", "")
    )  # fmt: skip
    messages.success(request, _("已提交，等主管决定；在那之前一切照旧"))
    return HttpResponseRedirect(f"{reverse(PLACE)}?class=BZC")


@require_POST
@page
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """A manager's word on a proposal."""
    agree = request.POST.get("agree") == "1"
    decide_exclusion(
        actor=request.actor, exclusion=reads.exclusion_by_id(request.actor, pk), agree=agree, reason=request.POST.get("reason", "")
    )  # fmt: skip
    messages.success(request, _("已同意，记成负责人的一件事") if agree else _("没有同意"))
    return HttpResponseRedirect(f"{reverse(PLACE)}?class=BZC")


def _may(actor: Actor) -> Run | None:
    if not reads.may_see_value_classes(actor):
        raise Refused(_("价值类用到毛利，你的岗位看不到。"))
    run: Run | None = queries.published_run()
    return run if run is not None and part_summary(run, KEY) is not None else None


def _saved(request: ActorRequest) -> HttpResponse:
    return frame.saved_parameters(request, KEY, DEFAULTS, PLACE)


def _page(request: ActorRequest, problem: str = "", status: int = 200) -> HttpResponse:
    actor = request.actor
    run, known, chosen = _may(actor), parameters_of(KEY), request.GET.get("class", "MVC")
    may_edit = actor.may("scheme.edit")
    context: dict[str, Any] = {
        "problem": problem, "has_run": run is not None, "may_edit": may_edit, "chosen": chosen, "reason": request.POST.get("reason", ""),
        "note": _("截至 %(day)s") % {"day": run.as_of} if run else "", "fields": [(name, labels()[name], known[name]) for name in DEFAULTS],
        "export_href": frame.export_href(request, "valuation_value_classes_export", **{"class": chosen}),
        "versions": parameter_versions(actor, KEY, 5) if may_edit else [], "known": known,
    }  # fmt: skip
    if run is not None:
        context |= _found(request, run, chosen)
    return frame.show(request, "value_classes.html", PLACE, context, status=status)


def _found(request: ActorRequest, run: Run, chosen: str) -> dict[str, Any]:
    actor, start = request.actor, _start(request)
    counts, cuts = reads.class_counts(actor, run), part_summary(run, KEY) or {}
    found = reads.class_rows(actor, run, chosen)[start : start + PAGE + 1]
    waiting = list(reads.exclusions(actor)[:50])
    held = {each.customer_id for each in waiting if each.status == Exclusion.Status.OPEN}
    return {
        "counts": [
            {"key": label, "word": WORDS[label], "n": n, "av": av, "pv": pv, "href": _address(label)}
            for label, (n, av, pv) in counts.items()
        ],
        "cuts": {name: _fen(cuts.get(name, "")) for name in ("value_cut", "growth_cut")},
        "tabs": [{"label": str(WORDS[k]), "href": _address(k), "current": k == chosen, "count": counts[k][0]} for k in LABELS]
        + [{"label": _("有潜力的中小客户"), "href": _address(reads.GROWS), "current": chosen == reads.GROWS}],
        "rows": [_cells(row) | {"may_propose": row.customer_id not in held} for row in found[:PAGE]],
        "first": start + 1, "last": start + min(len(found), PAGE), "next": _address(chosen, start + PAGE) if len(found) > PAGE else None,
        "previous": _address(chosen, max(start - PAGE, 0)) if start else None,
        "may_propose": reads.may_propose(actor), "ways": Exclusion.Way.choices,
        "proposals": [_proposal(actor, each) for each in waiting],
    }  # fmt: skip


def _cells(row: ValueClassRow) -> dict[str, Any]:
    return {
        "code": row.customer.code, "name": row.customer.short_name or row.customer.name, "href": path_of("customer", row.customer.code),
        "why_href": reverse("customer_why", args=[row.customer.code, "value_class"]), "av": row.av_fen, "pv": row.pv_fen, "gap": row.gap_fen,
        "owner": row.customer.owner.name if row.customer.owner else "", "growth": None if row.growth_bp is None else row.growth_bp / 100,
        "wallet": None if row.wallet_bp is None else row.wallet_bp / 100, "why": str(REASONS.get(row.reason or "", "")),
    }  # fmt: skip


def _proposal(actor: Actor, each: Exclusion) -> dict[str, Any]:
    is_open = each.status == Exclusion.Status.OPEN
    return {
        "pk": each.pk, "name": each.customer.short_name or each.customer.name, "href": path_of("customer", each.customer.code),
        "way": each.get_way_display(), "reason": reads.reason_of(each), "who": each.proposer.name if each.proposer else _("系统"), "on": each.proposed_on,
        "is_open": is_open, "status": each.get_status_display(), "decider": each.decider.name if each.decider else "",
        "decided_on": each.decided_on, "decision": each.decision, "av": each.av_fen,
        "may_decide": is_open and reads.may_decide(actor) and each.proposer_id != actor.person_id,
    }  # fmt: skip


def _lines(rows: Any) -> Iterator[list[Any]]:
    for row in islice(rows, MOST):
        cells = _cells(row)
        yield [
            cells["code"], row.customer.name, cells["owner"], str(WORDS[row.label]), *map(_yuan, (row.av_fen, row.pv_fen, row.gap_fen)),
            cells["growth"], cells["wallet"], cells["why"],
        ]  # fmt: skip


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else (Decimal(fen) / 100).quantize(Decimal("0.01"))


def _fen(text: str) -> int | None:
    return int(Decimal(text) * 100) if text else None


def _start(request: ActorRequest) -> int:
    text = request.GET.get("start", "0")
    return min(int(text), MOST) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _address(chosen: str, start: int = 0) -> str:
    return f"{reverse(PLACE)}?{urlencode({'class': chosen, **({'start': start} if start else {})})}"
