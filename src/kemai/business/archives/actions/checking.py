"""Basic fields cleaned and checked: one sentence for each that can't be stored as it is."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.fields import EDITABLE
from kemai.business.archives.models import Customer, CustomerType
from kemai.foundation.access.actor import Refused
from kemai.foundation.phones import PhoneRefused, canonical_phone

EMAIL = re.compile(r"[^\s@<>()\",;:]{1,64}@(?:[\w-]{1,63}\.)+[\w-]{2,63}")


class Invalid(Refused):
    """Fields that can't be stored as they are: {field: sentence}."""

    status = 422

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def checked(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields cleaned. Raises Invalid with a sentence for each that is wrong."""
    unknown = fields.keys() - set(EDITABLE)
    if unknown:
        raise Invalid({name: _("没有这个字段。") for name in unknown})
    return each_cleaned(fields, cleaned)


def each_cleaned(fields: Mapping[str, Any], clean_one: Callable[[str, Any], Any]) -> dict[str, Any]:
    """Every field through `clean_one`. Raises Invalid with all sentences at once."""
    clean: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in fields.items():
        try:
            clean[name] = clean_one(name, value)
        except ValueError as wrong:
            problems[name] = str(wrong)
    if problems:
        raise Invalid(problems)
    return clean


def cleaned(name: str, value: Any) -> Any:
    """One field as it is stored. Raises ValueError with the sentence."""
    text = value.strip() if isinstance(value, str) else value
    if name == "name" and not text:
        raise ValueError(_("客户名称要填。"))
    if name == "type" and text not in CustomerType.values:
        raise ValueError(_("请选客户类型。") if not text else _("没有这种客户类型。"))
    if text and name in _CLEANERS:
        text = _CLEANERS[name](text)
    return fitting(text, Customer._meta.get_field(name).max_length)  # type: ignore[union-attr]


def fitting(text: Any, longest: int | None) -> Any:
    """The text, if it fits its column."""
    if longest and isinstance(text, str) and len(text) > longest:
        raise ValueError(_("太长了，最多 %(n)s 个字。") % {"n": longest})
    return text


def plain(value: Any) -> Any:
    """A value as the trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value


def phone(text: str) -> str:
    """A number in its one form. Raises ValueError with a sentence."""
    try:
        return canonical_phone(text)
    except PhoneRefused as refused:
        raise ValueError(_phone_sentence(refused)) from refused


def _phone_sentence(refused: PhoneRefused) -> str:
    sentences = {
        "digits_lost": _("这是科学记数，末几位已经丢了，请照原样写全。"),
        "two_phones": _("一格只写一个号码。"),
        "phone_letters": _("号码里有别的字。"),
        "phone_area_missing": _("固定电话要带区号，比如 0571-88888888。"),
    }
    wrong_length = _("号码有 %(n)s 位，不是手机也不是固定电话。") % {"n": refused.params.get("digits", 0)}
    return sentences.get(refused.code, wrong_length)


def email(text: str) -> str:
    """One address. Raises ValueError with a sentence."""
    if not EMAIL.fullmatch(text):
        raise ValueError(_("电子邮件的写法不对。"))
    return text


def _postcode(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) == 6):
        raise ValueError(_("邮编要 6 位数字。"))
    return text


def _uscc(text: str) -> str:
    from stdnum.cn import uscc

    code = text.replace(" ", "").upper()
    if not uscc.is_valid(code):
        raise ValueError(
            _("统一社会信用代码的校验位不对。") if len(code) == 18 else _("统一社会信用代码要 18 位。")
        )
    return code


_CLEANERS: dict[str, Callable[[str], str]] = {
    "phone": phone, "fax": phone, "email": email, "postcode": _postcode, "uscc": _uscc,
}  # fmt: skip
