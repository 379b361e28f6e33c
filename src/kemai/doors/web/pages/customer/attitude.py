"""态度: what the customer thinks of us, how that is known, and what the ledger suggests."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import record_attitude
from kemai.business.valuation.actions.attitudes import ANSWERS, may_record
from kemai.business.valuation.attitudes import Guess, attitude_history, guess_of, position_of
from kemai.business.valuation.models import Attitude
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import said_by
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused

MOST = 30


@page
def attitude(request: ActorRequest, code: str) -> HttpResponse:
    """The form, the guess and the history; a POST records."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    if not actor.sees("value", customer.owner_id):
        raise Refused(_("你的岗位看不到客户的态度。"))
    history = list(attitude_history(actor, customer)[:MOST])
    current = next((each for each in history if each.is_current), None)
    form, problems = _given(current), {}
    if request.method == "POST":
        form = {
            name: request.POST.get(name, "").strip()
            for name in ("attitude", "is_early_adopter", "note", *ANSWERS)
        }
        try:
            return _saved(request, customer, form)
        except Invalid as invalid:
            problems = invalid.problems
    position = position_of(actor, customer)
    guess = guess_of(position, current.share_of_wallet if current else None)
    return tab(
        request, customer, "attitude",
        {
            "form": form, "errors": problems, "history": [_told(each) for each in history], "may_record": may_record(actor, customer),
            "kinds": Attitude.Kind.choices, "answers": [(name, label) for name, label in answer_words().items()],
            "guess": _guessed(guess) if guess and (current is None or current.attitude != guess.attitude) else None,
            "index": None if position is None or position.loyalty_centi is None else position.loyalty_centi / 100,
        },
        status=422 if problems else 200,
    )  # fmt: skip


def answer_words() -> dict[str, str]:
    """The answers of the loyalty index."""
    return {
        "share_of_wallet": _("他同类采购里我们占几成（%%）") % (), "referral": _("愿意推荐我们吗"), "price_tolerance": _("涨一点价还买吗"),
        "fault_tolerance": _("出了差错还信我们吗"), "rival_attitude": _("对竞争者冷淡吗"),
    }  # fmt: skip


def _saved(request: ActorRequest, customer: Customer, form: dict[str, str]) -> HttpResponse:
    record_attitude(
        actor=request.actor, customer=customer, attitude=form["attitude"], is_early_adopter=bool(form["is_early_adopter"]),
        answers={name: _points(form[name]) for name in ANSWERS}, note=form["note"],
    )  # fmt: skip
    messages.success(request, _("记下了态度，下次估值用它"))
    return HttpResponseRedirect(reverse("customer_attitude", args=[customer.code]))


def _points(text: str) -> int | None:
    """Points as a whole number, out of range for what is none: the action then says what is wrong."""
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


def _given(current: Attitude | None) -> dict[str, Any]:
    if current is None:
        return dict.fromkeys(("attitude", "is_early_adopter", "note", *ANSWERS), "")
    answers = {name: getattr(current, name) for name in ANSWERS}
    return {
        "attitude": current.attitude, "is_early_adopter": "1" if current.is_early_adopter else "", "note": "",
        **{name: "" if points is None else str(points) for name, points in answers.items()},
    }  # fmt: skip


def _guessed(guess: Guess) -> dict[str, Any]:
    label = str(Attitude.Kind(guess.attitude).label)
    why = (
        _("按自己的周期连着买了 %(n)s 次") % {"n": guess.on_cycle}
        if guess.by == "rule"
        else _("忠诚指数 %(n)s") % {"n": f"{guess.index:.1f}"}
    )
    return {"key": guess.attitude, "label": label, "why": why}


def _told(record: Attitude) -> dict[str, Any]:
    words = answer_words()
    said = [f"{words[name]} {points}" for name in ANSWERS if (points := getattr(record, name)) is not None]
    return {
        "on": record.on, "label": record.get_attitude_display(), "is_early": record.is_early_adopter, "who": said_by(record.person_name) or _("系统"),
        "note": record.note, "answers": said, "current": record.is_current,
    }  # fmt: skip
