"""The nine consumption fields of a person who buys himself: what the ledger knows, and why it does not know the rest."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.queries import Consumption, consumption_of, stock_of
from kemai.doors.web.pages.customer.outlook import pieces, why_no_rate
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import exact_text


def consumption_rows(actor: Actor, customer: Customer) -> list[dict[str, str]]:
    """Label, text and, where there is none, the reason; the ninth, how one likes to buy, is asked in the form.
    Where its stock was counted, the rate of consumption follows."""
    found = consumption_of(actor, customer)
    if found is None:
        return [_row(_("消费"), "", _("你的岗位看不到销售"))]
    return [*_sums(found), *_tastes(found), *_times(found), *_stock(actor, customer)]


def _stock(actor: Actor, customer: Customer) -> list[dict[str, str]]:
    """What was counted last, where anything was: how fast it goes, how long it lasts, what to order (S1.109, S1.112)."""
    counted = [each for each in stock_of(actor, customer) if each.source == "counts"]
    rows = []
    for each in counted[:1]:
        why = why_no_rate(each.reason)
        rows = [
            _row(_("每天消费"), pieces(each.per_day, 2), why), _row(_("够用几天"), pieces(each.cover_days, 1), why),
            _row(_("建议订货"), pieces(each.order), why), _row(_("下月预计消费"), pieces(each.next_month), why),
        ]  # fmt: skip
    return rows


def _sums(found: Consumption) -> list[dict[str, str]]:
    none = _("近一年没有买过")
    often = _("%(n)s 次") % {"n": found.orders} if found.orders else ""
    return [
        _row(_("消费金额"), _money(found.amount_fen), none),
        _row(_("消费频率"), often, none if found.amount_fen is None else _("只有月合计，不知道几次")),
        _row(
            _("每次消费的规模"),
            _money(found.average_fen),
            none if found.amount_fen is None else _("只有月合计，不知道几次"),
        ),
    ]


def _tastes(found: Consumption) -> list[dict[str, str]]:
    return [
        _row(
            _("消费的档次"),
            found.grade or "",
            _("买过的产品没有写档次") if found.amount_fen is not None else _("近一年没有买过"),
        ),
        _row(
            _("消费的偏好"),
            _("、").join(found.lines),
            _("买过的产品没有写产品线") if found.amount_fen is not None else _("近一年没有买过"),
        ),
    ]


def _times(found: Consumption) -> list[dict[str, str]]:
    few = _("不到 3 个月有消费，看不出高低")
    return [
        _row(_("消费的高峰时点"), f"{found.peak:%Y-%m}" if found.peak else "", few),
        _row(_("消费的低峰时点"), f"{found.low:%Y-%m}" if found.low else "", few),
        _row(_("最近一次消费"), f"{found.last_on:%Y-%m-%d}" if found.last_on else "", _("没有买过")),
    ]


def _money(fen: int | None) -> str:
    return "" if fen is None else exact_text(fen)


def _row(label: str, text: str, why: str) -> dict[str, Any]:
    return {"label": label, "text": text, "why": "" if text else why}
