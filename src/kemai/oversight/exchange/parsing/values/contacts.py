"""Phones, addresses on the net, post codes and credit codes in one canonical form each."""

import re

from kemai.oversight.exchange.parsing.values.refused import ValueRefused
from kemai.oversight.exchange.parsing.values.words import folded

_EXPONENT = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]?\d+")
_EXTENSION = re.compile(r"^(.*?\d)\s*(?:转|分机|ext\.?|x|#)\s*(\d{1,6})$", re.IGNORECASE)
_DASHED_EXTENSION = re.compile(r"^(.*\d{7,8})-(\d{1,6})$")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(0(?:10|2\d|[3-9]\d{2}))(\d{7,8})")
_SERVICE = re.compile(r"[48]00\d{7}")
_TWO_NUMBERS = re.compile(r"[/、;,|]|\d{7,}\s+\d{7,}")
_EMAIL = re.compile(r"[^\s@<>()\",;:]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?")


def parse_phone(text: str) -> str:
    """A number in one form: 13800000000, 0571-88888888-12, 4008001234, +442079460000.

    >>> parse_phone("+86 138-0000-0000"), parse_phone("１３８００００００００"), parse_phone("13800000000.0")
    ('13800000000', '13800000000', '13800000000')
    >>> parse_phone("0571-8888 8888-12"), parse_phone("(010)88888888转2")
    ('0571-88888888-12', '010-88888888-2')
    """
    written = folded(text)
    if _EXPONENT.fullmatch(written):
        raise ValueRefused("digits_lost")
    if _TWO_NUMBERS.search(written):
        raise ValueRefused("two_phones")
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
        raise ValueRefused("phone_letters")
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
        raise ValueRefused("phone_area_missing")
    raise ValueRefused("phone_length", digits=len(digits))


def _foreign(digits: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException as error:
        raise ValueRefused("phone_length", digits=len(digits)) from error
    if not phonenumbers.is_possible_number(number):
        raise ValueRefused("phone_length", digits=len(digits))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def parse_postcode(text: str) -> str:
    """Six digits."""
    code = re.sub(r"\.0+$", "", folded(text))
    if not re.fullmatch(r"\d{6}", code):
        raise ValueRefused("postcode")
    return code


def parse_email(text: str) -> str:
    """One address; the part behind the @ in lower case."""
    address = folded(text).removeprefix("mailto:")
    if not _EMAIL.fullmatch(address):
        raise ValueRefused("email")
    name, _, host = address.rpartition("@")
    return f"{name}@{host.lower()}"


def parse_url(text: str) -> str:
    """An http(s) address; https:// is put in front of a bare host."""
    address = folded(text)
    scheme, sign, rest = address.partition("://")
    if sign and scheme.lower() not in ("http", "https"):
        raise ValueRefused("url")
    if not _HOST.fullmatch(rest if sign else address):
        raise ValueRefused("url")
    return address if sign else f"https://{address}"


def parse_uscc(text: str) -> str:
    """A unified social credit code with a true check digit.

    >>> parse_uscc(" 91110000600037341l ")
    '91110000600037341L'
    """
    from stdnum.cn import uscc
    from stdnum.exceptions import InvalidChecksum, ValidationError

    code = folded(text).replace(" ", "").replace("-", "").upper()
    if _EXPONENT.fullmatch(code):
        raise ValueRefused("digits_lost")
    try:
        return uscc.validate(code)  # type: ignore[no-any-return]
    except InvalidChecksum as error:
        raise ValueRefused("uscc_check") from error
    except ValidationError as error:
        raise ValueRefused("uscc") from error
