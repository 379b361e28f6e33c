"""What was spent on winning customers in a period (S4.57)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.valuation.models import AcquisitionSpend
from kemai.business.valuation.periods import span_of
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor

LARGEST_FEN = 10**15


def record_spend(*, actor: Actor, period: str, amount_fen: int | None, note: str = "") -> AcquisitionSpend:
    """Enters the spend of a period, or replaces it; the next run counts who was won in it. Needs the duty scheme.edit.

    Raises Invalid: an odd period or amount, or a period that overlaps another, so that nothing is counted twice.
    """
    actor.require("scheme.edit", _("获客花费由领导来记。"))
    problems: dict[str, str] = {}
    named = period.strip().upper()
    try:
        start, end = span_of(named)
        other = (
            AcquisitionSpend.objects.exclude(period=named)
            .filter(starts_on__lte=end, ends_on__gte=start)
            .first()
        )
        if other is not None:
            problems["period"] = _("和已经记了的 %(period)s 重叠了，先去掉那一笔。") % {
                "period": other.period
            }
    except ValueError as odd:
        problems["period"] = str(odd)
    if amount_fen is None or not 0 <= amount_fen <= LARGEST_FEN:
        problems["amount"] = _("写一个不小于 0 的金额。")
    if problems or amount_fen is None:
        raise Invalid(problems)
    with transaction.atomic():
        old = AcquisitionSpend.objects.filter(period=named).first()
        made, _new = AcquisitionSpend.objects.update_or_create(
            period=named,
            defaults={"starts_on": start, "ends_on": end, "amount_fen": amount_fen, "note": note.strip()[:200], "person_name": actor.name[:60]},
        )  # fmt: skip
        _told(actor, made, "recorded", [old.amount_fen if old else None, amount_fen])
    return made


def remove_spend(*, actor: Actor, spend: AcquisitionSpend) -> None:
    """Takes an entry back."""
    actor.require("scheme.edit", _("获客花费由领导来记。"))
    with transaction.atomic():
        _told(actor, spend, "removed", [spend.amount_fen, None])
        spend.delete()


def _told(actor: Actor, spend: AcquisitionSpend, what: str, amount: list[int | None]) -> None:
    trail.record(
        actor=actor, verb=f"valuation.spend.{what}", subject_type="acquisition_spend", subject_id=spend.pk,
        changes={"period": [None, spend.period], "amount_fen": amount},
    )  # fmt: skip
