"""Phones, addresses on the net, post codes and credit codes in one canonical form each."""

import re

from kemai.foundation.phones import PhoneRefused, canonical_phone
from kemai.oversight.exchange.parsing.values.refused import ValueRefused
from kemai.oversight.exchange.parsing.values.words import folded

_EXPONENT = re.compile(r"[+-]?\d(?:\.\d+)?[eE][+-]?\d+")
_EMAIL = re.compile(r"[^\s@<>()\",;:]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")
_HOST = re.compile(r"(?:[\w-]{1,63}\.)+[\w-]{2,63}(?::\d{1,5})?(?:[/?#]\S*)?")


def parse_phone(text: str) -> str:
    """A number in its one form (see `foundation.phones`)."""
    try:
        return canonical_phone(folded(text))
    except PhoneRefused as refused:
        raise ValueRefused(refused.code, **refused.params) from refused


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
