"""Small words and readings of forms that the tabs of a customer share."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer, StateChange
from kemai.business.valuation.ranking.labels import class_word as class_word
from kemai.foundation.money import counts_in_wan, currency_sign

ADD_UP = 10**13


def title_of(customer: Customer) -> str:
    """What people call it."""
    return customer.short_name or customer.name


def card(customer: Customer) -> dict[str, Any]:
    """What the frame needs to know of the customer."""
    return {
        "code": customer.code, "name": customer.name, "title": title_of(customer), "phone": customer.phone,
        "address": customer.address, "version": customer.version,
    }  # fmt: skip


def said_by(name: str) -> str:
    """Who did it; what the program did itself is said in the reader's language."""
    return str(_("系统")) if name == "系统" else name


def state_word(change: StateChange) -> str:
    """The state it came to; inside one state the stage that a further order brought."""
    if change.from_state == change.to_state and change.to_stage:
        return str(change.get_to_stage_display())
    return str(change.get_to_state_display())


def run_note(run: Any) -> str:
    """Which valuation a number is from."""
    return _("第 %(n)s 次估值，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else ""


def day_word(day: date, today: date) -> str:
    """今天, 昨天, 11-06, and the year where it is another."""
    if day == today:
        return _("今天")
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def ahead_word(day: date, today: date) -> str:
    """今天, 明天, 11-06 of a day to come; a day that is gone says how late it is."""
    if day < today:
        return _("晚 %(n)s 天") % {"n": (today - day).days}
    return str(_("明天")) if (day - today).days == 1 else day_word(day, today)


def link(name: str, customer: Customer, label: str) -> Any:
    """A link to one of the customer's pages."""
    return format_html('<a href="{}">{}</a>', reverse(name, args=[customer.code]), label)


def size_word(size: int) -> str:
    """How large a file is: 1 KB at least, MB from one on."""
    return f"{max(size / 1024, 1):,.0f} KB" if size < 1024**2 else f"{size / 1024**2:,.1f} MB"


def group_word(group: str) -> str:
    """Who sees the files of a group, in words."""
    return _("看得到信用资料的人") if group == "credit" else _("看得到这家客户的人")


def number(text: str | None, odd: int = 1) -> int:
    """A page, version or record number; `odd` for anything that is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 12 else odd


def day_of(text: str | None) -> date | None:
    """A day of a date field; None when empty. Raises ValueError with a sentence."""
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat((text or "").strip())
    except ValueError as odd:
        raise ValueError(_("日期要写成 2026-11-23。")) from odd


def time_of(text: str | None) -> time | None:
    """A time of a time field; None when empty or odd."""
    try:
        return time.fromisoformat((text or "").strip())
    except ValueError:
        return None


def large_unit() -> int:
    """Fen in one of what large amounts are written in: 万元, or thousands for readers who don't count in 万."""
    return 1_000_000 if counts_in_wan() else 100_000


def large_unit_word() -> str:
    """万元, or ¥k: the unit of `large_unit` beside a field."""
    return _("万元") if counts_in_wan() else f"{currency_sign()}k"


def large_text(fen: int | None) -> str:
    """Fen as one writes them in the large unit, to the last fen; empty for None."""
    return "" if fen is None else f"{(Decimal(fen) / large_unit()).normalize():f}"


def fen_of(text: str | None, factor: int = 100) -> int | None:
    """Fen of an amount in 元 (or in `large_unit()` as factor); None when empty. Raises ValueError with a sentence."""
    plain = (text or "").replace(",", "").replace("，", "").strip()
    if not plain:
        return None
    try:
        fen = Decimal(plain) * factor
    except InvalidOperation as odd:
        raise ValueError(_("金额看不懂。")) from odd
    if not fen.is_finite() or fen != fen.to_integral_value() or abs(fen) > ADD_UP * 100:
        raise ValueError(_("金额看不懂，或小数太长。"))
    return int(fen)
