"""Writing what is known of a customer as a debtor: its books by year, the five Cs, and the limit that was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.actions import Invalid, change_credit
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.layers import CREDIT, record_of
from kemai.business.archives.models import Customer
from kemai.business.valuation.models import CreditAssessment, Statement
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.value import FactError
from kemai.value.credit.grade import FIVE_C
from kemai.value.credit.solvency import KNOWN

YEARS = (1990, 2100)
LARGEST_FEN = 10**15


class StatementConflict(Refused):
    """Somebody else changed the year first."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("没存上：别人刚改过这一年的报表，请看了再改。"))


def save_statement(
    *, actor: Actor, customer: Customer, year: int, version: int, figures: Mapping[str, int | None], kind: str = "actual"
) -> Statement:  # fmt: skip
    """One year of the customer's books in fen; a figure that is None is not known. `version` is what was seen (0: none).

    Needs the duty credit.edit. Raises Invalid, or StatementConflict where somebody was quicker; nothing changes then.
    """
    _may(actor, customer)
    clean = _cleaned(year, figures, kind)
    with transaction.atomic():
        locked_customer(actor, customer)
        old = Statement.objects.filter(customer=customer, year=year).first()
        if (old.version if old else 0) != version:
            raise StatementConflict
        before = {"kind": old.kind, **old.figures} if old else {}
        after = {"kind": kind, **clean}
        if before == after and old:
            return old
        made, _new = Statement.objects.update_or_create(
            customer=customer, year=year,
            defaults={"kind": kind, "figures": clean, "person_name": actor.name[:60], "version": F("version") + 1 if old else 1},
        )  # fmt: skip
        made.refresh_from_db()
        diff = {
            k: [before.get(k), after.get(k)]
            for k in sorted({*before, *after})
            if before.get(k) != after.get(k)
        }
        trail.record(
            actor=actor, verb="valuation.credit.statement_saved", subject_type="statement", subject_id=made.pk,
            customer_id=customer.pk, changes={"year": [None, year], **diff},
        )  # fmt: skip
    return made


def assess_credit(
    *, actor: Actor, customer: Customer, points: Mapping[str, Any], note: str = ""
) -> CreditAssessment:
    """Points for the five Cs become a grade; each assessment stays beside the ones before. Raises Invalid."""
    _may(actor, customer)
    given = _points(points)
    score = value.five_c(given)
    assert score is not None
    with transaction.atomic():
        locked_customer(actor, customer)
        made = CreditAssessment.objects.create(
            customer=customer, on=actor.today, points={k: str(v) for k, v in given.items()}, score_centi=int(score * 100),
            grade=value.credit_grade(score), note=note.strip()[:300], person_id=actor.person_id, person_name=actor.name[:60],
        )  # fmt: skip
        trail.record(
            actor=actor, verb="valuation.credit.assessed", subject_type="credit_assessment", subject_id=made.pk,
            customer_id=customer.pk, changes={"grade": [None, made.grade], "score": [None, str(score)]}, reason=made.note,
        )  # fmt: skip
    return made


def accept_limit(
    *, actor: Actor, customer: Customer, limit_fen: int, days: int, version: int, reason: str
) -> Any:
    """The proposed limit and period become those of the archive, by the action that guards them."""
    _may(actor, customer)
    if not reason.strip():
        raise Invalid({"reason": _("改额度或期限要写原因。")})
    return change_credit(
        actor=actor, customer=customer, version=version, reason=reason, credit_limit_fen=limit_fen, credit_days=days
    )  # fmt: skip


def version_of(customer: Customer) -> int:
    """The version of the archive's credit record that was seen; 0 where there is none."""
    return int(record_of(CREDIT, customer).version)


def _may(actor: Actor, customer: Customer) -> None:
    if not actor.sees("credit", customer.owner_id):
        raise Refused(_("你的岗位看不到信用资料。"))
    actor.require("credit.edit", _("报表、评级和额度由信用/财务来定。"))


def _cleaned(year: int, figures: Mapping[str, int | None], kind: str) -> dict[str, int]:
    if not YEARS[0] <= year <= YEARS[1]:
        raise Invalid({"year": _("年份要在 1990 到 2100 之间。")})
    if kind not in Statement.Kind.values:
        raise Invalid({"kind": _("请从表里选。")})
    if strangers := set(figures) - KNOWN:
        raise Invalid(dict.fromkeys(strangers, _("没有这个字段。")))
    clean = {name: fen for name, fen in figures.items() if fen is not None}
    problems = {
        name: _("这一项不能小于 0。") if fen < 0 else _("这个数太大了。")
        for name, fen in clean.items()
        if (fen < 0 and name not in ("profit", "equity")) or abs(fen) > LARGEST_FEN
    }
    if problems:
        raise Invalid(problems)
    if not clean:
        raise Invalid({"": _("至少填一项。")})
    return clean


def _points(points: Mapping[str, Any]) -> dict[str, Decimal]:
    found, problems = dict[str, Decimal](), dict[str, str]()
    for name in FIVE_C:
        try:
            found[name] = Decimal(str(points.get(name, "")).strip())
            value.five_c(dict.fromkeys(FIVE_C, 0) | {name: found[name]})
        except (InvalidOperation, FactError):
            problems[name] = _("写 0 到 100 的分数。")
    if problems:
        raise Invalid(problems)
    return found
