"""渠道: which dealer's leaving would hurt most, what could be kept by whom, and giving his customers to others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.business.archives.models import Customer, SupplyMove
from kemai.business.valuation.actions import save_parameters
from kemai.business.valuation.channel import reading as channel
from kemai.business.valuation.channel.part import KEY
from kemai.business.valuation.models import DealerExposure, Run, SuppliedThrough
from kemai.business.valuation.parameter_groups import parameter_versions, parameters_of
from kemai.doors.web.pages.customer.words import day_of, title_of
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.dealer import choices, lacks, one
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.money import yuan
from kemai.value import SchemeError

DEALERS = 300


@page
def show(request: ActorRequest) -> HttpResponse:
    """Dealers by region; one of them with its numbers, its map and the plan as asked."""
    return _page(request, request.GET, {})


@page
def move(request: ActorRequest, code: str) -> HttpResponse:
    """Puts a plan in force: the links move from the day on."""
    actor, run = request.actor, channel.latest_run(request.actor)
    dealer = queries.customer_by_code(actor, code)
    asked = {**request.POST.dict(), "dealer": code}
    row = _row(actor, run, dealer) if run else None
    if run is None or row is None:
        raise LookupError(code)
    try:
        on = day_of(asked.get("on")) or actor.today
        found = channel.plan(actor, row, rows := channel.behind(actor, run, dealer), choices(asked, rows), on)
        made = actions.move_links(
            actor=actor, dealer=dealer, to=found.links, on=on, reason=asked.get("reason", "")
        )
    except actions.Invalid as invalid:
        return _page(request, asked, invalid.problems, 422)
    except ValueError as odd:
        return _page(request, asked, {"on": str(odd)}, 422)
    except Refused as refused:
        return _page(request, asked, {"": str(refused)}, refused.status)
    messages.success(
        request,
        _("%(day)s 起，%(n)s 家改了供货。之前的往来留在原处。") % {"day": made.on, "n": made.customers},
    )
    return HttpResponseRedirect(_here(code))


@page
def undo(request: ActorRequest, pk: int) -> HttpResponse:
    """Takes a plan back."""
    found = restrict(SupplyMove.objects.filter(pk=pk), request.actor).select_related("dealer").first()
    if found is None:
        raise LookupError(pk)
    actions.undo_move(actor=request.actor, move=found)
    messages.success(request, _("换人方案撤销了，渠道关系和原来一样"))
    return HttpResponseRedirect(_here(found.dealer.code))


@page
def export(request: ActorRequest) -> FileResponse:
    """The dealers, or (with `dealer`) the customers behind one, as a file."""
    actor, run = request.actor, channel.latest_run(request.actor)
    if run is None:
        raise LookupError
    if code := request.GET.get("dealer", ""):
        dealer = queries.customer_by_code(actor, code)
        header = [
            _("下级客户编号"),
            _("下级客户"),
            _("出货（元）"),
            _("找得回（元）"),
            _("留存率"),
            _("够得着"),
            _("缺什么"),
        ]
        rows = (_behind_cells(each) for each in channel.behind(actor, run, dealer))
        return frame.table_file(request, f"{title_of(dealer)}-{_('下级客户')}", header, rows)
    header = [
        _("地区"), _("编号"), _("经销商"), _("经它出货（元）"), _("下级已建档（元）"), _("够得着（元）"), _("找得回（元）"), _("在险（元）"),
        _("没建档（元）"), _("占地区销售"),
    ]  # fmt: skip
    return frame.table_file(
        request, _("经销商在险"), header, (_dealer_cells(r) for r in channel.exposures(actor, run))
    )


@page
def settings(request: ActorRequest) -> HttpResponse:
    """The threshold of red and the part that stays by default; a POST stores a version with its reason."""
    actor = request.actor
    channel.may_see_channel(actor)
    values, error = parameters_of(KEY), ""
    if request.method == "POST":
        values |= {name: request.POST.get(name, "") for name in values}
        try:
            saved = save_parameters(
                actor=actor, key=KEY, values=values, reason=request.POST.get("reason", "")
            )
        except (SchemeError, Refused) as refused:
            if not actor.may("scheme.edit"):
                raise
            error = str(refused)
        else:
            messages.success(request, _("存了，下次估值起按新的算") if saved else _("没有改动"))
            return HttpResponseRedirect(reverse("valuation_channel"))
    may = actor.may("scheme.edit")
    context = {
        "values": values, "error": error, "may": may, "reason": request.POST.get("reason", ""),
        "versions": parameter_versions(actor, KEY) if may else [],
    }  # fmt: skip
    return frame.show(
        request, "channel_settings.html", "valuation_channel", context, status=422 if error else 200
    )


def _here(code: str) -> str:
    return f"{reverse('valuation_channel')}?{urlencode({'dealer': code})}"


def _page(
    request: ActorRequest, asked: Mapping[str, str], errors: dict[str, str], status: int = 200
) -> HttpResponse:
    actor, run = request.actor, channel.latest_run(request.actor)
    context: dict[str, Any] = {
        "run": run, "regions": [], "one": None, "errors": errors, "may_edit": actor.may("customer.edit"),
        "red_from": parameters_of(KEY)["red_from"], "note": "", "more": False,
    }  # fmt: skip
    if run is not None:
        rows = list(channel.exposures(actor, run)[: DEALERS + 1])
        code = asked.get("dealer", "")
        chosen = _row(actor, run, queries.customer_by_code(actor, code)) if code else next(iter(rows), None)
        context |= {
            "regions": _regions(rows[:DEALERS], chosen), "more": len(rows) > DEALERS,
            "note": _("截至 %(day)s，12 个月") % {"day": run.as_of},
            "export_href": frame.export_href(request, "valuation_channel_export", dealer=code),
            "one": chosen and one(actor, run, chosen, asked), "is_chosen": bool(code),
        }  # fmt: skip
    return frame.show(request, "channel.html", "valuation_channel", context, status=status)


def _row(actor: Actor, run: Run, dealer: Customer) -> DealerExposure | None:
    return channel.exposures(actor, run).filter(customer_id=dealer.pk).first()


def _regions(rows: Sequence[DealerExposure], chosen: DealerExposure | None) -> list[dict[str, Any]]:
    """The dealers by region; a region stands in red where one of them carries too much of it."""
    most = max((row.at_risk_fen for row in rows), default=0) or 1
    made = []
    for region, some in channel.by_region(rows):
        shares = [row.dependency_centi for row in some if row.dependency_centi is not None]
        made.append({
            "name": region or _("没写地区"), "share": Decimal(max(shares)) / 100 if shares else None,
            "is_red": any(row.flag == "red" for row in some),
            "dealers": [_dealer(row, most) | {"current": chosen is not None and row.pk == chosen.pk} for row in some],
        })  # fmt: skip
    return made


def _dealer(row: DealerExposure, most: int) -> dict[str, Any]:
    return {
        "href": _here(row.customer.code), "name": title_of(row.customer), "fen": row.at_risk_fen, "is_red": row.flag == "red",
        "percent": row.at_risk_fen * 100 / row.gross_fen if row.gross_fen else None, "bar": row.at_risk_fen * 100 / most,
        "dependency": None if row.dependency_centi is None else Decimal(row.dependency_centi) / 100,
    }  # fmt: skip


def _dealer_cells(row: DealerExposure) -> list[Any]:
    share = "" if row.dependency_centi is None else f"{Decimal(row.dependency_centi) / 100}%"
    money = (
        row.gross_fen,
        row.mapped_fen,
        row.reachable_fen,
        row.recoverable_fen,
        row.at_risk_fen,
        row.unmapped_fen,
    )
    return [row.region or "", row.customer.code, row.customer.name, *(yuan(fen) for fen in money), share]


def _behind_cells(each: SuppliedThrough) -> list[Any]:
    return [
        each.customer.code, each.customer.name, yuan(each.through_fen), yuan(each.saved_fen), f"{Decimal(each.keep_bp) / 100:g}%",
        _("是") if each.is_reachable else _("否"), lacks(each),
    ]  # fmt: skip
