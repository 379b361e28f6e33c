"""Telephone numbers in one canonical form, whoever wrote them and however."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_EXPONENT = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]?\d+")
_EXTENSION = re.compile(r"^(.*?\d)\s*(?:转|分机|ext\.?|x|#)\s*(\d{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(.*\d{7,8})-(\d{1,6})$")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_SERVICE = re.compile(r"[48]00\d{7}")
_TWO_NUMBERS = re.compile(r"[/、;,|]|\d{7,}\s+\d{7,}")


class PhoneRefused(ValueError):
    """Not one number: digits_lost, two_phones, phone_letters, phone_area_missing or phone_length (with `digits`)."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def canonical_phone(text: str) -> str:
    """A number in one form: 13800000000, 0571-88888888-12, 4008001234, +442079460000.

    >>> canonical_phone("+86 138-0000-0000"), canonical_phone("１３８００００００００"), canonical_phone("13800000000.0")
    ('13800000000', '13800000000', '13800000000')
    >>> canonical_phone("0571-8888 8888-12"), canonical_phone("(010)88888888转2")
    ('0571-88888888-12', '010-88888888-2')
    """
    written = _plain(text)
    if _EXPONENT.fullmatch(written):
        raise PhoneRefused("digits_lost")
    if _TWO_NUMBERS.search(written):
        raise PhoneRefused("two_phones")
    written, extension = _without_extension(re.sub(r"\.0+$", "", written))
    number = _canonical(written)
    return f"{number}-{extension}" if extension else number


def _without_extension(written: str) -> tuple[str, str]:
    found = _EXTENSION.match(written)
    if not found:
        found = _DASHED_EXTENSION.match(written.replace(" ", ""))
    return (found[1], found[2]) if found else (written, "")


def _canonical(written: str) -> str:
    if re.search(r"[^\d+\-\s().]", written):
        raise PhoneRefused("phone_letters")
    digits = re.sub(r"\D", "", written)
    if written.lstrip(" (").startswith("+") and not digits.startswith("86"):
        return _foreign(digits)
    for country in ("0086", "86"):
        if digits.startswith(country) and len(digits) - len(country) >= 10:
            digits = digits.removeprefix(country)
            if (len(digits) == 10 and not _SERVICE.fullmatch(digits)) or not digits.startswith(
                ("0", "1", "4", "8")
            ):
                digits = "0" + digits
            break
    if _MOBILE.fullmatch(digits) or _SERVICE.fullmatch(digits):
        return digits
    if found := _LANDLINE.fullmatch(digits):
        return f"{found[1]}-{found[2]}"
    if len(digits) in (7, 8) and not digits.startswith("0"):
        raise PhoneRefused("phone_area_missing")
    raise PhoneRefused("phone_length", digits=len(digits))


def _foreign(digits: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException as error:
        raise PhoneRefused("phone_length", digits=len(digits)) from error
    if not phonenumbers.is_possible_number(number):
        raise PhoneRefused("phone_length", digits=len(digits))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _plain(text: str) -> str:
    """Width folded, without invisible characters."""
    shown = (
        c if unicodedata.category(c) not in ("Cf", "Cc") else "" for c in unicodedata.normalize("NFKC", text)
    )
    return "".join(shown).strip()
