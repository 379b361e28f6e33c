"""Money at the edge: integer fen inside, Decimal yuan outside, text for people in the units of their language."""

from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

FEN = Decimal("0.01")
SIGNS = {"CNY": "¥", "JPY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
WAN = ((0, 1_000_000, Decimal("0.1"), ""),)
THOUSANDS = (
    (99_995_000, 100_000_000, Decimal("0.01"), "M"),
    (99_950, 100_000, Decimal("0.1"), "k"),
    (0, 100, Decimal(1), ""),
)
"""From how many fen on, fen in one unit, places, what stands behind the figure."""


def yuan(fen: int) -> Decimal:
    """Fen as Decimal yuan with two decimals: 8260000 -> Decimal('82600.00')."""
    return (Decimal(fen) * FEN).quantize(FEN)


def amount_text(fen: int | None) -> str | None:
    """Fen as the text of JSON and CSV, '82600.00'; None stays None."""
    return None if fen is None else str(yuan(fen))


def counts_in_wan() -> bool:
    """Whether the reader's language counts in 万; the others count in thousands and millions."""
    return (get_language() or "zh").startswith("zh")


def currency_sign() -> str:
    """¥ for CNY, and the code itself where there is no sign."""
    return SIGNS.get(settings.CURRENCY, f"{settings.CURRENCY} ")


def unit_word() -> str:
    """What stands in the head of a column of figures."""
    return _("万元") if counts_in_wan() else currency_sign().strip()


def figure(fen: int, sign: bool = False, up: bool = False) -> str:
    """The figure alone: 82.6 for readers of 万, 826.0k or 1.24M for others; half up, or never too little with `up`."""
    return _sign(fen, _figure(abs(fen), up), sign) + _figure(abs(fen), up)


def short_text(fen: int, sign: bool = False, up: bool = False) -> str:
    """The figure with its unit: 82.6 万, or ¥826.0k."""
    said = _figure(abs(fen), up)
    mark = _sign(fen, said, sign)
    return f"{mark}{said} {_('万')}" if counts_in_wan() else f"{mark}{currency_sign()}{said}"


def exact_text(fen: int) -> str:
    """To the last fen: 9,443.77 元, or ¥9,443.77."""
    said = f"{yuan(abs(fen)):,}"
    sign = "−" if fen < 0 else ""
    return f"{sign}{said} {_('元')}" if counts_in_wan() else f"{sign}{currency_sign()}{said}"


def round_text(yuan: Decimal) -> str:
    """A round amount without places that say nothing: 50 万元, or ¥500k."""
    if counts_in_wan():
        return f"{yuan / 10_000:,g} {_('万元')}"
    for size, word in ((1_000_000, "M"), (1_000, "k")):
        if abs(yuan) >= size:
            return f"{currency_sign()}{yuan / size:,g}{word}"
    return f"{currency_sign()}{yuan:,g}"


def _figure(fen: int, up: bool) -> str:
    for least, unit, places, word in WAN if counts_in_wan() else THOUSANDS:
        if fen >= least:
            number = (Decimal(fen) / unit).quantize(places, ROUND_CEILING if up else ROUND_HALF_UP)
            return f"{number:,}{word}"
    return ""


def _sign(fen: int, said: str, sign: bool) -> str:
    """A true minus; a plus where changes are shown; nothing for what is rounded to nothing."""
    if not any(digit in said for digit in "123456789"):
        return ""
    return "−" if fen < 0 else "+" if sign else ""
