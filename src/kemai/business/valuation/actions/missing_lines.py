"""What a customer could buy beyond today, estimated line by line, and whom it may recommend (S4.50)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import MissingLine
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.money import yuan
from kemai.value import FactError
from kemai.value.measures.clv import cross_selling_value, referral_value

NEEDED = {
    "line": ("demand_fen", "share_bp", "margin_bp", "p_bp"),
    "referral": ("referrals_milli", "conversion_bp", "mean_fen"),
}


def save_missing_line(
    *, actor: Actor, customer: Customer, kind: str, name: str, **numbers: int | None
) -> MissingLine:
    """Enters an estimate under a name; the same name again replaces it. Amounts in fen, shares in basis points,
    recommendations in thousandths a year. Raises Invalid, Refused, LookupError."""
    _may(actor, customer)
    if kind not in NEEDED:
        raise Invalid({"kind": _("选一类。")})
    problems = (
        {} if name.strip() else {"name": _("写上产品线的名字。") if kind == "line" else _("写上介绍给谁。")}
    )
    problems |= {key: _("要填。") for key in NEEDED[kind] if numbers.get(key) is None}
    if problems:
        raise Invalid(problems)
    wanted = {key: numbers[key] for key in NEEDED[kind]}
    worth_fen = _worth(kind, wanted)
    with transaction.atomic():
        if (
            not restrict(Customer.objects.filter(pk=customer.pk), actor)
            .select_for_update(of=("self",))
            .exists()
        ):
            raise LookupError(customer.code)
        made, _new = MissingLine.objects.update_or_create(
            customer=customer, kind=kind, name=name.strip()[:60], defaults={**wanted, "worth_fen": worth_fen, "person_name": actor.name[:60]}
        )  # fmt: skip
        _told(actor, made, "estimated", [None, worth_fen])
    return made


def remove_missing_line(*, actor: Actor, line: MissingLine) -> None:
    """Takes an estimate back."""
    _may(actor, line.customer)
    with transaction.atomic():
        if not restrict(Customer.objects.filter(pk=line.customer_id), actor).exists():
            raise LookupError(line.customer_id)
        _told(actor, line, "removed", [line.worth_fen, None])
        line.delete()


def _may(actor: Actor, customer: Customer) -> None:
    actor.require("potential.edit", _("你的岗位不能估潜力。"))
    if not actor.sees("margin", customer.owner_id):
        raise Refused(_("潜在价值用到毛利，你的岗位看不到。"))


def _worth(kind: str, numbers: dict[str, Any]) -> int:
    """By the library's formulas."""
    try:
        if kind == "line":
            found = cross_selling_value(
                yuan(numbers["demand_fen"]),
                *(Decimal(numbers[k]) / 10_000 for k in ("share_bp", "margin_bp", "p_bp")),
            )
        else:
            found = referral_value(
                Decimal(numbers["referrals_milli"]) / 1000,
                Decimal(numbers["conversion_bp"]) / 10_000,
                yuan(numbers["mean_fen"]),
            )
    except FactError as odd:
        fields = {
            "demand": "demand_fen",
            "share": "share_bp",
            "margin": "margin_bp",
            "p": "p_bp",
            "conversion": "conversion_bp",
        }
        raise Invalid(
            {fields.get(odd.column or "", "demand_fen"): _("份额和把握在 0% 到 100% 之间，金额不小于 0。")}
        ) from odd
    return int((found * 100).to_integral_value())


def _told(actor: Actor, line: MissingLine, what: str, worth: list[int | None]) -> None:
    trail.record(
        actor=actor, verb=f"valuation.missing_line.{what}", subject_type="missing_line", subject_id=line.pk,
        customer_id=line.customer_id, changes={"name": [None, line.name], "worth_fen": worth},
    )  # fmt: skip
