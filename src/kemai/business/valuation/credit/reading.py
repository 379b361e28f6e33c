"""Reads of where customers stand as payers: one of them, and everybody whom the actor sees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import CreditStanding, Run
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.within_sight import gathered
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.value.credit.ageing import BUCKETS


@dataclass(frozen=True)
class CreditUse:
    """How much of its limit a customer uses, in fen and percent; `percent` is None with the `reason` no_limit, and
    everything is None with no_books where the last run found neither an invoice, a receipt nor a limit."""

    limit_fen: int | None
    exposure_fen: int | None
    overdue_fen: int | None
    oldest_days: int | None
    percent: Decimal | None
    reason: str | None


def may_see_credit_list(actor: Actor) -> None:
    """Raises Refused where what customers owe is not for the actor's eyes."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    if not actor.sees("credit"):
        raise Refused(_("你的岗位看不到信用资料。"))


def credit_of(actor: Actor, customer: Customer) -> CreditStanding | None:
    """The customer's row of the published run; None where there is none or credit is hidden."""
    run = published_run()
    if run is None or not actor.sees("credit", customer.owner_id):
        return None
    seen = restrict(Customer.objects.filter(pk=customer.pk), actor)
    return CreditStanding.objects.filter(run_id=run.pk, customer_id__in=seen.values("pk")).first()


def credit_use_of(actor: Actor, customer: Customer) -> CreditUse | None:
    """For a card of one customer; None where credit is hidden from the actor."""
    if not actor.sees("credit", customer.owner_id):
        return None
    row = credit_of(actor, customer)
    if row is None:
        return CreditUse(None, None, None, None, None, "no_books")
    percent = None if row.use_centi is None else Decimal(row.use_centi) / 100
    return CreditUse(
        row.limit_fen, row.exposure_fen, row.overdue_fen, row.oldest_days, percent, row.use_reason
    )


def credit_rows(actor: Actor, ids: Sequence[int]) -> list[CreditStanding]:
    """The published run's rows of a few customers; nothing where credit is hidden."""
    run = published_run()
    if run is None or not actor.sees("credit"):
        return []
    seen = restrict(Customer.objects.filter(pk__in=ids), actor)
    return list(CreditStanding.objects.filter(run_id=run.pk, customer_id__in=seen.values("pk")))


def credit_standings(actor: Actor, run: Run) -> QuerySet[CreditStanding]:
    """The run's rows that the actor sees. Raises Refused."""
    may_see_credit_list(actor)
    return gathered(CreditStanding.objects.filter(run_id=run.pk), actor)


def ageing_totals(rows: QuerySet[CreditStanding]) -> dict[str, Any]:
    """Fen by bucket over the rows, their totals, and how many owe, are late and are above their limit."""
    sums = {name: Sum(f"{name}_fen", default=0) for name in (*BUCKETS, "total", "overdue")}
    counts = {
        "owing": Count("pk", filter=Q(total_fen__gt=0)), "late": Count("pk", filter=Q(overdue_fen__gt=0)),
        "beyond": Count("pk", filter=Q(beyond_fen__gt=0)),
    }  # fmt: skip
    return rows.aggregate(**sums, **counts)


def bucket_words() -> dict[str, str]:
    """The buckets of the ageing in words."""
    return {
        "not_due": _("未到期"), "days_1_30": _("1–30 天"), "days_31_60": _("31–60 天"), "days_61_90": _("61–90 天"),
        "days_91_180": _("91–180 天"), "days_181_365": _("181–365 天"), "over_365": _("一年以上"),
    }  # fmt: skip


def missing_word(reason: str | None) -> str:
    """Why a number of credit is missing, in words."""
    words = {
        "no_sales": _("12 个月没有销售"), "nothing_due_yet": _("还没有到期的发票"), "no_limit": _("没定额度"),
        "no_books": _("没有发票和收款"), "beyond_known_sales": _("应收超过 12 个月的销售"),
    }  # fmt: skip
    return words.get(reason or "", "")
