"""Numbers and dates of a workbook as text: 15 significant digits, real calendar days."""

from datetime import date, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation

_FIFTEEN = Context(prec=15, traps=[])  # nonsense becomes NaN or Infinity and is left as written
_EPOCH_1900 = datetime(1899, 12, 30)
_EPOCH_1904 = datetime(1904, 1, 1)
_LAST_SERIAL = 2_958_465  # 9999-12-31
_WIDEST = 40


def number_text(stored: str) -> str:
    """A stored number as people see it: binary dust beyond 15 digits removed, never an exponent.

    >>> number_text("12.340000000000002"), number_text("0.10000000000000001"), number_text("46082")
    ('12.34', '0.1', '46082')
    >>> number_text("1.38E+10"), number_text("1e1000000")
    ('13800000000', '1e1000000')
    """
    if len(stored) <= 15 and "E" not in stored and "e" not in stored:
        return stored
    value = _FIFTEEN.create_decimal(stored)
    if not value.is_finite() or abs(value.adjusted()) > _WIDEST:
        return stored
    return plain(value)


def plain(value: Decimal) -> str:
    """A decimal without exponent and without trailing zeros.

    >>> plain(Decimal("1.50")), plain(Decimal("1E+3")), plain(Decimal("-0.0"))
    ('1.5', '1000', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def date_text(serial: str, is_1904: bool) -> str | None:
    """ISO text of a serial number, with the time if there is one; None if it is no day.

    >>> date_text("46082", False), date_text("44620", True), date_text("46082.5", False)
    ('2026-03-01', '2026-03-01', '2026-03-01 12:00:00')
    >>> date_text("60", False) is None  # 29 February 1900 never was
    True
    """
    try:
        value = Decimal(serial)
    except InvalidOperation:
        return None
    if not value.is_finite() or not 0 <= value <= _LAST_SERIAL:
        return None
    days = int(value)
    seconds = int(((value - days) * 86_400).to_integral_value())
    moment = _moment(days, seconds, is_1904)
    if moment is None:
        return None
    if days == 0 and not is_1904:
        return moment.strftime("%H:%M:%S")
    return moment.date().isoformat() if seconds == 0 else moment.isoformat(" ")


def serial_date(days: int, is_1904: bool) -> date | None:
    """The day of a whole serial number, or None."""
    moment = _moment(days, 0, is_1904)
    return moment.date() if moment else None


def _moment(days: int, seconds: int, is_1904: bool) -> datetime | None:
    if is_1904:
        return _EPOCH_1904 + timedelta(days=days, seconds=seconds)
    if days == 60:
        return None
    if days < 60:
        days += 1  # Excel counts a 29 February 1900 that never was
    return _EPOCH_1900 + timedelta(days=days, seconds=seconds)
