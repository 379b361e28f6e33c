"""What a customer earns and costs in a period, entered and taken back (S0.15)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Benefit
from kemai.business.valuation.periods import span_of
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

LARGEST_FEN = 10**15


def record_benefit(
    *, actor: Actor, customer: Customer, period: str, kind: str, amount_fen: int | None, note: str = ""
) -> Benefit:
    """Enters an amount; entering the same kind for the same period again replaces it.

    Raises Invalid with a sentence a field, Refused for who may not, LookupError for a customer out of sight.
    """
    _may(actor, customer)
    problems: dict[str, str] = {}
    try:
        start, end = span_of(period)
    except ValueError as odd:
        problems["period"] = str(odd)
    if kind not in Benefit.Kind.values:
        problems["kind"] = _("选一类。")
    if amount_fen is None or not 0 <= amount_fen <= LARGEST_FEN:
        problems["amount"] = _("写一个不小于 0 的金额。")
    if problems or amount_fen is None:
        raise Invalid(problems)
    with transaction.atomic():
        _locked(actor, customer)
        old = Benefit.objects.filter(customer=customer, period=period.strip().upper(), kind=kind).first()
        made, _new = Benefit.objects.update_or_create(
            customer=customer, period=period.strip().upper(), kind=kind,
            defaults={"starts_on": start, "ends_on": end, "amount_fen": amount_fen, "note": note.strip()[:200], "person_name": actor.name[:60]},
        )  # fmt: skip
        _told(actor, made, "recorded", [old.amount_fen if old else None, amount_fen])
    return made


def remove_benefit(*, actor: Actor, benefit: Benefit) -> None:
    """Takes an entry back; the trail keeps what it was."""
    _may(actor, benefit.customer)
    with transaction.atomic():
        _locked(actor, benefit.customer)
        _told(actor, benefit, "removed", [benefit.amount_fen, None])
        benefit.delete()


def _may(actor: Actor, customer: Customer) -> None:
    actor.require("potential.edit", _("你的岗位不能记客户的利益。"))
    if not actor.sees("margin", customer.owner_id):
        raise Refused(_("客户的利益和毛利放在一起，你的岗位看不到。"))


def _locked(actor: Actor, customer: Customer) -> None:
    if not restrict(Customer.objects.filter(pk=customer.pk), actor).select_for_update(of=("self",)).exists():
        raise LookupError(customer.code)


def _told(actor: Actor, benefit: Benefit, what: str, amount: list[int | None]) -> None:
    trail.record(
        actor=actor, verb=f"valuation.benefit.{what}", subject_type="benefit", subject_id=benefit.pk,
        customer_id=benefit.customer_id, changes={"period": [None, benefit.period], "kind": [None, benefit.kind], "amount_fen": amount},
    )  # fmt: skip
