"""Recording what a customer thinks of us (S1.133, S2.10): each record is a new one beside the old ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.archives.queries import is_on_team
from kemai.business.valuation.models import Attitude
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict

ANSWERS = ("share_of_wallet", "referral", "price_tolerance", "fault_tolerance", "rival_attitude")
LONGEST_NOTE = 200


def may_record(actor: Actor, customer: Customer) -> bool:
    """The owner and the team know it; nobody else says it for them."""
    return actor.is_system or is_on_team(actor, customer)


def record_attitude(
    *, actor: Actor, customer: Customer, attitude: str, is_early_adopter: bool = False,
    answers: Mapping[str, int | None] | None = None, note: str = "", on: date | None = None,
) -> Attitude:  # fmt: skip
    """Keeps a record as the current one. `answers` are points from 0 to 100 by the names of ANSWERS.

    Raises Refused for who is neither owner nor on the team, Invalid for what makes no sense, LookupError for a customer
    out of sight.
    """
    given = dict(answers or {})
    with transaction.atomic():
        seen = restrict(Customer.objects.filter(pk=customer.pk), actor)
        locked = seen.select_for_update(of=("self",)).first()
        if locked is None:
            raise LookupError(customer.code)
        if not may_record(actor, locked):
            raise Refused(_("态度由负责人和团队来记。"))
        if problems := _problems(attitude, is_early_adopter, given, on, actor.today):
            raise Invalid(problems)
        before = Attitude.objects.filter(customer=locked, is_current=True)
        old = before.first()
        before.update(is_current=False)
        made = Attitude.objects.create(
            customer=locked, attitude=attitude, is_early_adopter=is_early_adopter, note=note.strip()[:LONGEST_NOTE],
            on=on or actor.today, person_id=actor.person_id, person_name=actor.name[:60], **given,
        )  # fmt: skip
        names = ("attitude", "is_early_adopter", *ANSWERS)
        changes = {name: [getattr(old, name) if old else None, getattr(made, name)] for name in names}
        trail.record(
            actor=actor, verb="valuation.attitude.recorded", subject_type="attitude", subject_id=made.pk,
            customer_id=locked.pk, changes={name: pair for name, pair in changes.items() if pair[0] != pair[1]},
        )  # fmt: skip
    return made


def _problems(
    attitude: str, is_early_adopter: bool, answers: Mapping[str, int | None], on: date | None, today: date
) -> dict[str, str]:
    if strangers := set(answers) - set(ANSWERS):
        raise LookupError(min(strangers))
    found = {
        name: _("0 到 100 的整数。")
        for name, points in answers.items()
        if points is not None and not 0 <= points <= 100
    }
    if attitude not in Attitude.Kind.values:
        found["attitude"] = _("请选一种态度。")
    elif is_early_adopter and attitude != Attitude.Kind.LOYAL:
        found["is_early_adopter"] = _("只有忠诚客户才能是率先使用者。")
    if on is not None and on > today:
        found["on"] = _("日子不能在今天以后。")
    return found
