"""What is wrong with a customer, each in one line that leads to its mending."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.agenda.queries import late_tasks_of
from kemai.business.archives import fields
from kemai.business.archives.models import Customer, State
from kemai.business.valuation.credit.reading import CreditUse, credit_use_of
from kemai.business.valuation.queries import published_run
from kemai.foundation.access.actor import Actor
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.money import short_text
from kemai.value.states.churn import YELLOW

SILENT_FROM = 1.5
WARNED = ("orange", "red", "lost_proposed")
FEWEST_ORDERS = 3
DROPPED_TO = 0.7
MOST = 4
FILLED_FROM = 60
FULL = 100


def problems_of(actor: Actor, customer: Customer, row: Any, churn: Any = None) -> list[dict[str, Any]]:
    """The first few, the dearest first; `row` is its standing, `churn` its warning in the published run."""
    found = [
        *_of_owner(customer),
        *_of_sales(actor, customer, row, churn),
        *_of_credit(actor, customer),
        *_of_agenda(actor, customer),
        *_of_archive(customer),
    ]
    return found[:MOST]


def _line(tone: str, text: str, page: str, customer: Customer) -> dict[str, Any]:
    return {"tone": tone, "text": text, "href": reverse(page, args=[customer.code])}


def _of_owner(customer: Customer) -> Iterator[dict[str, Any]]:
    if customer.owner_id is None:
        yield _line("r", _("没人负责"), "customer_basics", customer)


def _of_sales(actor: Actor, customer: Customer, row: Any, churn: Any) -> Iterator[dict[str, Any]]:
    if row is None or customer.state != State.ACTUAL or not actor.sees("sales", customer.owner_id):
        return
    yield from _of_silence(actor, customer, row, churn)
    now, before = row.sales_12m_fen, row.sales_prior_12m_fen
    if now is not None and before and 0 <= now < DROPPED_TO * before:
        text = _("比上年同期少 %(n)s%%") % {"n": round((1 - now / before) * 100)}
        yield _line("y", text, "customer_sales", customer)


def _of_silence(actor: Actor, customer: Customer, row: Any, churn: Any) -> Iterator[dict[str, Any]]:
    """Overdue by the cycle of the run's warning, so that a page knows one cycle; by a rough one before there is any."""
    silent = (actor.today - customer.last_order_on).days if customer.last_order_on else None
    if silent is None:
        return
    if churn is not None:
        is_answered = customer.last_order_on != churn.last_order_on or churn.level not in WARNED
        usual = None if is_answered or (churn.q or 0) < YELLOW else churn.cycle_days
    else:
        rough = usual_days(row)
        usual = rough if rough and silent >= SILENT_FROM * rough else None
    if usual:
        text = _("%(days)s 天没下单，平常 %(usual)s 天") % {"days": silent, "usual": round(usual)}
        if churn is not None and churn.at_risk_fen:
            text += _("；在险 %(sum)s") % {"sum": short_text(churn.at_risk_fen)}
        yield _line("o", text, "customer_sales", customer)


def _of_credit(actor: Actor, customer: Customer) -> Iterator[dict[str, Any]]:
    """Money that is late, and an exposure above the limit, as the last run found them."""
    used = credit_use(actor, customer)
    if used is None:
        return
    if used.overdue_fen:
        text = _("逾期 %(days)s 天，%(sum)s") % {
            "days": days_late(actor, used),
            "sum": short_text(used.overdue_fen),
        }
        yield _line("r", text, "customer_receivables", customer)
    if used.percent is not None and used.percent > FULL:
        yield _line("r", _("额度用了 %(n)s%%") % {"n": f"{used.percent:.0f}"}, "customer_credit", customer)


@kept_for_a_moment
def credit_use(actor: Actor, customer: Customer) -> CreditUse | None:
    """How much of its limit is used, read once for a page."""
    return credit_use_of(actor, customer)


def days_late(actor: Actor, used: CreditUse) -> int:
    """How many days the oldest overdue invoice is late today: what the last run found, and the days since."""
    run = published_run()
    since = max((actor.today - run.as_of).days, 0) if run is not None else 0
    return (used.oldest_days or 0) + since


def usual_days(row: Any) -> float | None:
    """Days between two orders as long as the customer was ordering; None with too few orders to tell."""
    if not row.orders_12m or row.orders_12m < FEWEST_ORDERS or row.recency_days is None:
        return None
    return float(max(365 - row.recency_days, 1) / row.orders_12m)


def _of_agenda(actor: Actor, customer: Customer) -> Iterator[dict[str, Any]]:
    if not actor.sees("agenda", customer.owner_id):
        return
    late = next(iter(late_tasks_of(actor, 1, customer_id=customer.pk)), None)
    if late:
        text = _("「%(what)s」晚了 %(n)s 天") % {"what": late.title, "n": (actor.today - late.due_on).days}
        yield _line("o", text, "customer", customer)


def _of_archive(customer: Customer) -> Iterator[dict[str, Any]]:
    share = fields.filled_share(customer)
    if share.percent < FILLED_FROM:
        names = _("、").join(str(label) for label in fields.missing(customer)[:3])
        text = _("基础 %(n)s%%：%(names)s 没填") % {"n": share.percent, "names": names}
        yield _line("y", text, "customer_edit" if names else "customer_basics", customer)
