"""Why a customer owes what it owes, and what hangs on it as a dealer: formula, inputs, and how it was in past runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.actions.layers import may_see_credit
from kemai.business.archives.models import Customer
from kemai.business.trade.queries import matched_books
from kemai.business.trade.queries.matching import MatchedBooks
from kemai.business.valuation.channel.reading import exposure_of
from kemai.business.valuation.credit.reading import bucket_words, credit_of, missing_word
from kemai.business.valuation.models import CreditStanding, DealerExposure
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.past_parts import past_figures
from kemai.doors.web.pages.customer.why_parts import EMPTY
from kemai.doors.web.pages.customer.words import run_note
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import exact_text, short_text

Told = dict[str, Any]
NAMED = 8


@dataclass(frozen=True)
class Figure:
    """`make` says it from the row of a run or from today's books; `column` of the part `part` is its past."""

    part: str
    column: str
    make: Callable[[Any], Told]
    write: Callable[[int], str] = short_text
    is_of_today: bool = False


def told(actor: Actor, customer: Customer, measure: str) -> Told:
    """What the why page shows of one of FIGURES. Raises Refused without the right, LookupError where there is nothing."""
    figure = FIGURES[measure]
    run = published_run()
    group = "sales" if figure.part == "channel" else "credit"
    if group == "credit":
        may_see_credit(actor, customer)
    row: Any = matched_books(actor, customer) if figure.is_of_today else _row(actor, customer, figure.part)
    if row is None or (run is None and not figure.is_of_today):
        raise LookupError(measure)
    past = [
        each for each in past_figures(actor, customer, figure.part, (figure.column,), group=group)
        if each[figure.column] is not None
    ]  # fmt: skip
    day = actor.today if figure.is_of_today or run is None else run.as_of
    return EMPTY | {
        "window": _("截至 %(day)s") % {"day": day}, "foot": run_note(run) if run else "", "scheme_key": "", "history_title": _("以前几次"),
        "history": [(str(each["as_of"]), figure.write(each[figure.column]), f"#{each['run']}") for each in past],
        "spark": [each[figure.column] for each in reversed(past)],
    } | figure.make(row)  # fmt: skip


def _row(actor: Actor, customer: Customer, part: str) -> Any:
    return credit_of(actor, customer) if part == "credit" else exposure_of(actor, customer)


def _days(centi: int) -> str:
    return _("%(n)s 天") % {"n": f"{centi / 100:.1f}".replace("-", "−")}


def _percent(centi: int) -> str:
    return f"{centi / 100:.1f}%"


def _owed(row: CreditStanding) -> Told:
    buckets = [(word, getattr(row, f"{name}_fen")) for name, word in bucket_words().items()]
    some = [(word, short_text(fen)) for word, fen in buckets if fen]
    formula: list[Any] = [part for each in some for part in ("+", each)][1:]
    inputs = [(word, exact_text(fen), _("按到期日")) for word, fen in buckets if fen]
    return {
        "title": _("未收怎么来的"), "note": _("发票没付清的部分，按过期几天分"), "inputs": inputs,
        "formula": [*formula, "=", (_("未收"), short_text(row.total_fen))] if formula else [],
        "missing": "" if formula else _("没有没付清的发票"),
    }  # fmt: skip


def _overdue(row: CreditStanding) -> Told:
    oldest = _("没有") if row.oldest_days is None else _("%(n)s 天") % {"n": row.oldest_days}
    return {
        "title": _("逾期怎么来的"), "note": _("过了到期日还没付清的"),
        "formula": [(_("未收"), short_text(row.total_fen)), "−", (_("未到期"), short_text(row.not_due_fen)), "=", (_("逾期"), short_text(row.overdue_fen))],
        "inputs": [(_("最久的过期"), oldest, _("发票"))],
    }  # fmt: skip


def _dso(row: CreditStanding) -> Told:
    centi, owed = row.dso_simple_centi, max(row.net_fen, 0)
    formula: list[Any] = []
    if centi:
        daily = (_("平均一天的销售，约"), short_text(round(owed * 100 / centi)))
        formula = [(_("未收 − 多付"), short_text(owed)), "÷", daily, "=", ("DSO", _days(centi))]
    return {
        "title": _("DSO 怎么来的"), "note": _("欠的钱相当于几天的销售：未收 ÷ 12 个月销售 × 天数"), "formula": formula,
        "inputs": _owed_inputs(row), "missing": missing_word(row.dso_reason) if centi is None else "",
    }  # fmt: skip


def _back(row: CreditStanding) -> Told:
    centi = row.dso_countback_centi
    more = row.dso_reason == "beyond_known_sales"
    return {
        "title": _("DSO 倒推怎么来的"), "note": _("从最近一个月的销售起逐月扣，扣完未收用了几天"),
        "formula": [("DSO", ("> " if more else "") + _days(centi))] if centi is not None else [],
        "inputs": [*_owed_inputs(row), *([(_("注意"), missing_word(row.dso_reason), "")] if more else [])],
        "missing": missing_word(row.dso_reason) if centi is None else "",
    }  # fmt: skip


def _delinquent(row: CreditStanding) -> Told:
    centi, dso = row.delinquent_centi, row.dso_simple_centi
    formula: list[Any] = []
    if centi is not None and dso is not None:
        best = (_("没逾期时的 DSO"), _days(dso - centi))
        formula = [("DSO", _days(dso)), "−", best, "=", (_("平均拖欠"), _days(centi))]
    return {
        "title": _("平均拖欠怎么来的"), "note": _("DSO 里因为逾期多出来的天数"), "formula": formula, "inputs": _owed_inputs(row),
        "missing": missing_word(row.dso_reason) if centi is None else "",
    }  # fmt: skip


def _owed_inputs(row: CreditStanding) -> list[tuple[str, str, str]]:
    return [
        (_("未收"), exact_text(row.total_fen), _("发票")), (_("其中未到期"), exact_text(row.not_due_fen), _("发票")),
        (_("多付"), exact_text(row.credit_fen), _("收款")),
    ]  # fmt: skip


def _on_time(row: CreditStanding) -> Told:
    formula: list[Any] = []
    if row.score_centi is not None:
        due = row.paid_on_time + row.paid_late
        formula = [
            (_("按时付清"), _("%(n)s 张") % {"n": row.paid_on_time}), "÷", (_("已到期"), _("%(n)s 张") % {"n": due}), "=",
            (_("按时付"), _percent(row.score_centi)),
        ]  # fmt: skip
    return {
        "title": _("按时付怎么来的"), "note": _("过期没付清的算晚"), "formula": formula,
        "inputs": [(_("晚付或过期没付"), _("%(n)s 张") % {"n": row.paid_late}, _("发票"))],
        "missing": missing_word(row.score_reason) if row.score_centi is None else "",
    }  # fmt: skip


def _use(row: CreditStanding) -> Told:
    formula: list[Any] = []
    if row.use_centi is not None:
        formula = [
            (_("占用"), short_text(row.exposure_fen)), "÷", (_("额度"), short_text(row.limit_fen or 0)), "=",
            (_("占用额度"), _percent(row.use_centi)),
        ]  # fmt: skip
    inputs = [
        (_("未收"), exact_text(row.total_fen), _("发票")), (_("减多付"), exact_text(row.credit_fen), _("收款")),
        (_("加没交货的订单"), exact_text(row.undelivered_fen), _("台账")),
    ]  # fmt: skip
    if row.beyond_fen > 0:
        inputs.append((_("超过额度"), exact_text(row.beyond_fen), ""))
    return {
        "title": _("占用额度怎么来的"), "note": _("(未收 − 多付 + 没交货的订单) ÷ 额度"), "formula": formula, "inputs": inputs,
        "missing": missing_word(row.use_reason) if row.use_centi is None else "",
    }  # fmt: skip


def _books_open(books: MatchedBooks) -> Told:
    billed = sum(each.amount_fen for each in books.invoices if each.amount_fen > 0)
    unpaid = [each for each in books.invoices if each.open_fen]
    formula = [
        (_("开出的发票"), short_text(billed)), "−", (_("收款和红字冲掉的"), short_text(billed - books.open_fen)), "=",
        (_("还差"), short_text(books.open_fen)),
    ]  # fmt: skip
    return {
        "title": _("还差怎么来的"), "note": _("先付写明的那张，余下的冲最早的"), "formula": formula if books.invoices else [],
        "inputs": [(each.invoice_no, exact_text(each.open_fen), str(each.due_on)) for each in unpaid[:NAMED]],
        "missing": "" if books.invoices else _("没有发票"),
    }  # fmt: skip


def _books_overdue(books: MatchedBooks) -> Told:
    late = sorted((i for i in books.invoices if i.open_fen and i.days_late > 0), key=lambda i: -i.days_late)
    fen = sum(each.open_fen for each in late)
    not_due = (_("未到期"), short_text(books.open_fen - fen))
    return {
        "title": _("已过期怎么来的"), "note": _("过了到期日还差的，最久的在前"),
        "formula": [(_("还差"), short_text(books.open_fen)), "−", not_due, "=", (_("已过期"), short_text(fen))],
        "inputs": [(i.invoice_no, exact_text(i.open_fen), _("已过期 %(n)s 天") % {"n": i.days_late}) for i in late[:NAMED]],
    }  # fmt: skip


def _books_unapplied(books: MatchedBooks) -> Told:
    over = [each for each in books.receipts if each.unapplied_fen]
    return {
        "title": _("没对上的钱怎么来的"), "note": _("收款里没有发票可冲的部分"), "formula": [(_("没对上的钱"), short_text(books.unapplied_fen))],
        "inputs": [(each.receipt_no, exact_text(each.unapplied_fen), str(each.received_on)) for each in over[:NAMED]],
    }  # fmt: skip


def _at_risk(row: DealerExposure) -> Told:
    formula = [
        (_("经它出货"), short_text(row.gross_fen)), "−", (_("找得回"), short_text(row.recoverable_fen)), "=",
        (_("在险"), short_text(row.at_risk_fen)),
    ]  # fmt: skip
    inputs = [
        (_("下级客户"), _("%(n)s 家") % {"n": row.behind}, _("渠道关系")),
        (_("下级已建档"), exact_text(row.mapped_fen), _("下级的销售 × 份额")),
        (_("够得着"), exact_text(row.reachable_fen), _("档案八成、半年内核实、附近有别家")),
        (_("没建档"), exact_text(row.unmapped_fen), _("全算在险")),
    ]
    if row.dependency_centi is not None:
        inputs.append((_("占地区销售"), _percent(row.dependency_centi), row.region or ""))
    return {
        "title": _("在险怎么来的"), "note": _("它若不再合作，12 个月的出货里找不回多少"), "formula": formula, "inputs": inputs,
        "missing": missing_word(row.reason) if row.reason else "",
    }  # fmt: skip


FIGURES: dict[str, Figure] = {
    "credit_owed": Figure("credit", "total_fen", _owed),
    "credit_overdue": Figure("credit", "overdue_fen", _overdue),
    "credit_dso": Figure("credit", "dso_simple_centi", _dso, _days),
    "credit_dso_back": Figure("credit", "dso_countback_centi", _back, _days),
    "credit_delinquent": Figure("credit", "delinquent_centi", _delinquent, _days),
    "credit_on_time": Figure("credit", "score_centi", _on_time, _percent),
    "credit_use": Figure("credit", "use_centi", _use, _percent),
    "books_open": Figure("credit", "total_fen", _books_open, is_of_today=True),
    "books_overdue": Figure("credit", "overdue_fen", _books_overdue, is_of_today=True),
    "books_unapplied": Figure("credit", "credit_fen", _books_unapplied, is_of_today=True),
    "channel_risk": Figure("channel", "at_risk_fen", _at_risk),
}
"""{measure in the address: what is said of it}."""
