"""Reads of what hangs on dealers (3.13), and what a change of suppliers would keep, before anybody decides (S0.4, S0.6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer, CustomerType, SupplyLink
from kemai.business.archives.supply_links import visible_links
from kemai.business.valuation.credit.reading import credit_rows
from kemai.business.valuation.models import DealerExposure, Run, RunRow, SuppliedThrough
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.within_sight import gathered
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among
from kemai.foundation.money import short_text
from kemai.value.channel.plan import DIRECT, GIVEN_UP, UNDECIDED, Behind, Choice, Replacement

CANDIDATES = 40
UNSEEN = "unseen"


@dataclass(frozen=True)
class Plan:
    """`sums` of `value.replacement`; `links` says whom a choice would move and to whom; `warnings` are sentences."""

    sums: Replacement
    links: Mapping[int, int | None]
    warnings: Sequence[str]


def may_see_channel(actor: Actor) -> None:
    """Raises Refused where dealers' sales are not for the actor's eyes."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    if not actor.sees("sales", actor.person_id):
        raise Refused(_("你的岗位看不到销售。"))


def exposures(actor: Actor, run: Run) -> QuerySet[DealerExposure]:
    """The run's dealers that the actor sees, the most money at risk first."""
    may_see_channel(actor)
    return (
        seen_rows(actor, DealerExposure, run)
        .select_related("customer")
        .order_by("-at_risk_fen", "customer_id")
    )


def seen_rows(actor: Actor, model: type[RunRow], run: Run) -> QuerySet[Any]:
    """The rows of a part of the run whose customers the actor sees."""
    return gathered(model._default_manager.filter(run_id=run.pk), actor)


def by_region(rows: Sequence[DealerExposure]) -> list[tuple[str, list[DealerExposure]]]:
    """Regions by their money at risk, dealers in each in the order they come in; those without a region last."""
    found: dict[str, list[DealerExposure]] = {}
    for row in rows:
        found.setdefault(row.region or "", []).append(row)
    return sorted(
        found.items(), key=lambda each: (not each[0], -sum(r.at_risk_fen for r in each[1]), each[0])
    )


def exposure_of(actor: Actor, dealer: Customer) -> DealerExposure | None:
    """The dealer's row of the published run; None where there is none. Raises Refused where its sales are hidden."""
    run = published_run()
    if not actor.sees("sales", dealer.owner_id):
        raise Refused(_("你的岗位看不到销售。"))
    if run is None:
        return None
    rows: QuerySet[DealerExposure] = seen_rows(actor, DealerExposure, run)
    return rows.filter(customer_id=dealer.pk).first()


def behind(actor: Actor, run: Run, dealer: Customer) -> list[SuppliedThrough]:
    """Who stands behind the dealer, of those the actor sees, the largest first."""
    rows = seen_rows(actor, SuppliedThrough, run).filter(dealer_id=dealer.pk).select_related("customer")
    return list(rows.order_by("-through_fen", "customer_id"))


def holding(actor: Actor, dealer: Customer, on: date) -> set[int]:
    """Customers whose link to the dealer holds on the day or begins later: those who can be moved then."""
    rows = visible_links(actor).filter(dealer=dealer).values_list("customer_id", "to_on")
    return {customer for customer, to_on in rows if to_on is None or to_on >= on}


def candidates(actor: Actor, dealer: Customer) -> list[Customer]:
    """Dealers who could take over: those of the same region first."""
    rows = restrict(Customer.objects.filter(type=CustomerType.DISTRIBUTOR).exclude(pk=dealer.pk), actor)
    near = list(rows.filter(region=dealer.region).order_by("name")[:CANDIDATES])
    return near + list(
        rows.exclude(region=dealer.region).order_by("region", "name")[: CANDIDATES - len(near)]
    )


def plan(
    actor: Actor, row: DealerExposure, rows: Sequence[SuppliedThrough], choices: Mapping[int, Choice], on: date
) -> Plan:  # fmt: skip
    """What the choices (by customer) would keep; a supplier is a customer's key as text, or one of `value.channel.plan`."""
    some = [Behind(str(each.customer_id), each.through_fen, each.saved_fen) for each in rows]
    through, saved = sum(b.through_fen for b in some), sum(b.saved_fen for b in some)
    some.append(Behind(UNSEEN, max(row.mapped_fen - through, 0), max(row.recoverable_fen - saved, 0)))
    can = holding(actor, row.customer, on)
    valid = {pk: choice for pk, choice in choices.items() if pk in can}
    sums = value.replacement(row.gross_fen, some, {str(pk): choice for pk, choice in valid.items()})
    links = {
        pk: None if choice.supplier == DIRECT else int(choice.supplier)
        for pk, choice in valid.items()
        if choice.supplier not in (UNDECIDED, GIVEN_UP)
    }
    return Plan(sums, links, _warnings(actor, row, rows, links, sums, on))


def _warnings(
    actor: Actor, row: DealerExposure, rows: Sequence[SuppliedThrough], links: Mapping[int, int | None], sums: Replacement, on: date
) -> list[str]:  # fmt: skip
    told = [*_twice(links, on), *_beyond_limits(actor, sums)]
    lacks = Counter(
        lack for each in rows if each.customer_id in links for lack in (each.missing or "").split(",") if lack
    )
    words = {
        "contact": _("%(n)s 家半年没核实过联系人，先补再谈"),
        "archive": _("%(n)s 家档案不到八成，先补再谈"),
        "alternative": _("%(n)s 家附近本来没有别的经销商"),
    }
    told += [words[lack] % {"n": lacks[lack]} for lack in words if lacks[lack]]
    if row.unmapped_fen > 0:
        told.append(_("没建档的销量不知道卖给了谁，换谁都留不住，全算在险"))
    return told


def _twice(links: Mapping[int, int | None], on: date) -> list[str]:
    """Those whom the new supplier supplies already: saving would be refused."""
    pairs = set(
        SupplyLink.objects.filter(
            Among("customer_id", list(links)), dealer_id__in={x for x in links.values() if x}
        )
        .exclude(to_on__lt=on)
        .values_list("customer_id", "dealer_id")
    )
    count = sum((customer, dealer) in pairs for customer, dealer in links.items())
    return [_("%(n)s 家已经由接手的这家供着，同一条产品线存不上，先改那一条") % {"n": count}] if count else []


def _beyond_limits(actor: Actor, sums: Replacement) -> list[str]:
    """Suppliers whose credit would not do for what they would have to take on, for who sees credit."""
    if not actor.sees("credit"):
        return []
    keys = [int(key) for key in sums.moved if key != DIRECT]
    rows = {each.customer_id: each for each in credit_rows(actor, keys)}
    people = restrict(Customer.objects.filter(pk__in=keys), actor).select_related("credit").order_by("pk")
    told = []
    for each in people:
        terms, standing = getattr(each, "credit", None), rows.get(each.pk)
        if terms is None or terms.credit_limit_fen is None or not terms.credit_days:
            continue
        used = standing.exposure_fen if standing else 0
        more = value.limit_by_need(Decimal(sums.moved[str(each.pk)]) / 100, terms.credit_days)
        if (short := used + int(more * 100) - terms.credit_limit_fen) > 0:
            said = {
                "name": each.short_name or each.name, "more": short_text(sums.moved[str(each.pk)]), "days": terms.credit_days,
                "limit": short_text(terms.credit_limit_fen), "short": short_text(short),
            }  # fmt: skip
            told.append(
                _("%(name)s 一年要多供 %(more)s，按 %(days)s 天账期，额度 %(limit)s 还差 %(short)s") % said
            )
    return told


def latest_run(actor: Actor) -> Run | None:
    """The run that the pages of the channel read; None before the first with these parts."""
    may_see_channel(actor)
    run = published_run()
    return run if run is not None and "channel" in run.summary.get("parts", {}) else None
