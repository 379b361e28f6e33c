"""Estimating what a customer may bring (S0.36 to S0.40): each estimate is a new version beside the old ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions.customers import Invalid
from kemai.business.archives.models import Customer
from kemai.business.prospects.models import Potential
from kemai.foundation import outbox, trail
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.preferences.company import company_setting

WHOLE_BP = 10_000
LEVELS_BP = (8_000, 5_000, 2_000)
LARGEST_FEN = 10**17
LONGEST_MONTHS = 60
NUMBERS = ("mp_fen", "es_bp", "p_bp", "av_fen", "horizon_months")


@dataclass(frozen=True)
class Saved:
    """The new estimate, and sentences about what would make it better."""

    potential: Potential
    warnings: tuple[str, ...]


def estimate_potential(
    *, actor: Actor, customer: Customer, mp_fen: int | None = None, es_bp: int | None = None,
    p_bp: int | None = None, av_fen: int | None = None, horizon_months: int = 12,
    reason_product: str = "", reason_market: str = "", reason_relation: str = "",
) -> Saved:  # fmt: skip
    """A new current estimate; amounts in fen, shares in basis points (30 % = 3000).

    Raises Invalid for a share above 100 % or a probability off the list, LookupError for a customer out of sight.
    """
    actor.require("potential.edit", _("你的岗位不能估潜力。"))
    numbers = {
        "mp_fen": mp_fen,
        "es_bp": es_bp,
        "p_bp": p_bp,
        "av_fen": av_fen,
        "horizon_months": horizon_months,
    }
    problems = estimate_problems(numbers)
    if problems:
        raise Invalid(problems)
    reasons = [text.strip()[:200] for text in (reason_product, reason_market, reason_relation)]
    with transaction.atomic():
        if (
            not restrict(Customer.objects.filter(pk=customer.pk), actor)
            .select_for_update(of=("self",))
            .exists()
        ):
            raise LookupError(customer.code)
        made = _replace(actor, customer, numbers, reasons)
    return Saved(
        made, () if es_bp is None or any(reasons) else (_("预期份额没写依据，以后别人看不出为什么。"),)
    )


def _replace(actor: Actor, customer: Customer, numbers: dict[str, Any], reasons: list[str]) -> Potential:
    current = Potential.objects.filter(customer=customer, is_current=True)
    old = current.first()
    current.update(is_current=False)
    product, market, relation = reasons
    made = Potential.objects.create(
        customer=customer, **numbers, reason_product=product, reason_market=market, reason_relation=relation,
        estimated_on=actor.today, person_id=actor.person_id, person_name=actor.name[:60],
    )  # fmt: skip
    changes = {n: [getattr(old, n, None), numbers[n]] for n in NUMBERS if getattr(old, n, None) != numbers[n]}
    trail.record(
        actor=actor, verb="prospects.potential.estimated", subject_type="potential", subject_id=made.pk,
        customer_id=customer.pk, changes=changes,
    )  # fmt: skip
    outbox.announce("prospects.potential.estimated", customer_id=customer.pk, potential_id=made.pk)
    return made


def estimate_problems(numbers: dict[str, Any]) -> dict[str, str]:
    """A sentence for each number of an estimate that can't be."""
    checks = {
        "mp_fen": (0, LARGEST_FEN, _("需求潜力要在 0 和一千万亿之间。")),
        "av_fen": (-LARGEST_FEN, LARGEST_FEN, _("预期增量太大。")),
        "es_bp": (0, WHOLE_BP, _("预期份额要在 0 和 100% 之间。")),
        "p_bp": (0, WHOLE_BP, _("可能性要在 0 和 100% 之间。")),
        "horizon_months": (1, LONGEST_MONTHS, _("预测期要在 1 和 60 个月之间。")),
    }
    found = {
        name: sentence
        for name, (least, most, sentence) in checks.items()
        if numbers[name] is not None and not least <= numbers[name] <= most
    }
    p_bp = numbers["p_bp"]
    if (
        p_bp is not None
        and "p_bp" not in found
        and not (p_bp in LEVELS_BP or company_setting("potential.free_probability"))
    ):
        found["p_bp"] = _("可能性只能选 80%、50% 或 20%。")
    return found
