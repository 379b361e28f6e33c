"""Filters of the templates: how money, shares and dates look."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from kemai.business.valuation.ranking.labels import amount, class_word
from kemai.foundation import money

MINUS = "−"


def figure(fen: int | None, sign: bool = False) -> str:
    """Fen as the figure of a column or before its unit: 82600000 -> 82.6 for readers of 万, 826.0k for others."""
    return "" if fen is None else money.figure(fen, sign)


def short(fen: int | None, sign: bool = False) -> str:
    """Fen as a figure with its unit."""
    return "" if fen is None else money.short_text(fen, sign)


def yuan(fen: int | None) -> str:
    """Fen in 元 with separators and two decimals."""
    return "" if fen is None else f"{money.yuan(fen):,}".replace("-", MINUS)


def amount_cell(fen: int | None) -> Decimal | None:
    """Fen as a number of yuan in a file: no separators, a plain minus."""
    return None if fen is None else money.yuan(fen)


def whole(number: int | None) -> str:
    """A count with separators."""
    return "" if number is None else f"{number:,}".replace("-", MINUS)


def percent(part: float | Decimal | None, places: int = 1) -> str:
    """A fraction as percent with a true minus sign, rounded half up."""
    if part is None:
        return ""
    unit = Decimal(1).scaleb(-places)
    value = (Decimal(str(part)) * 100).quantize(unit, ROUND_HALF_UP)
    return f"{value}%".replace("-", MINUS)


def signed_percent(part: float | Decimal | None, places: int = 1) -> str:
    """A change as percent, always with its sign."""
    text = percent(part, places)
    return text if not text or text.startswith(MINUS) or text.strip("0.%") == "" else f"+{text}"


def likelihood(share: float | None, places: int = 0) -> str:
    """A probability as percent: never 100% below 1 and never 0% above 0, which would promise what nobody knows."""
    if share is None:
        return ""
    step = Decimal(1).scaleb(-places)
    rounded = (Decimal(str(share)) * 100).quantize(step, ROUND_HALF_UP)
    if share < 1 and rounded >= 100:
        return _("＞%(percent)s%%") % {"percent": 100 - step}
    if share > 0 and rounded <= 0:
        return _("＜%(percent)s%%") % {"percent": step}
    return f"{rounded}%"


def short_day(day: date | None) -> str:
    """11-23, or 2025-11-23 would be said where the year matters."""
    return "" if day is None else f"{day:%m-%d}"


def iso_day(day: date | None) -> str:
    """2026-11-23."""
    return "" if day is None else day.isoformat()


def short_time(at: datetime | None) -> str:
    """11-23 09:05 in the company's time zone."""
    return "" if at is None else f"{timezone.localtime(at):%m-%d %H:%M}"


def moment(at: datetime | None) -> str:
    """2026-11-23 18:05 in the company's time zone."""
    return "" if at is None else f"{timezone.localtime(at):%Y-%m-%d %H:%M}"


def in_unit(number: int | None, unit: str) -> str:
    """A value of a scheme as points, scores or pieces."""
    return "" if number is None else str(amount(number, unit)).replace("-", MINUS)


def script(language: str) -> str:
    """A language of ours as HTML names it: zh-hant -> zh-Hant."""
    main, _dash, rest = language.partition("-")
    return f"{main}-{rest.title()}" if rest else main


FILTERS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        figure,
        short,
        yuan,
        whole,
        percent,
        signed_percent,
        likelihood,
        short_day,
        iso_day,
        short_time,
        moment,
        class_word,
        in_unit,
        script,
    )
}


def chart_units() -> list[list[Any]]:
    """For the axis of a chart of fen: from how many on, fen in one unit, places, what stands before and behind."""
    if money.counts_in_wan():
        return [[1_000_000, 1_000_000, 1, "", _("万元")], [0, 100, 0, "", _("元")]]
    sign = money.currency_sign()
    return [[100_000_000, 100_000_000, 2, sign, "M"], [100_000, 100_000, 1, sign, "k"], [0, 100, 0, sign, ""]]


def language_now() -> str:
    """The language that is spoken."""
    return get_language() or settings.LANGUAGE_CODE


def languages_offered() -> list[tuple[str, str]]:
    """Codes and names, each in itself."""
    return list(settings.LANGUAGES)


GLOBALS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (money.counts_in_wan, money.unit_word, chart_units, language_now, languages_offered)
}
