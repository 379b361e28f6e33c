"""The form of a person: six groups of fields, what may be written in each, and how much is filled (S4.67 to S4.72, S4.84).

A field lies on the card (`contact`) or with the human being behind it (`individual`); everything that shows, checks or
counts fields reads these lines. Family and personal life are closed while the company has not said why it keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kemai.business.archives import code_lists
from kemai.business.archives.layers import date_of, money_of, number_of
from kemai.business.archives.models import Contact, CustomerType, Individual
from kemai.foundation.access.actor import Actor
from kemai.foundation.preferences.company import company_setting
from kemai.foundation.sealing import unseal

Kind = Literal["text", "choice", "day", "money", "year", "sealed"]
CONSENT = "consented_on"
FIRST_YEAR, LAST_YEAR = 1900, 2100


@dataclass(frozen=True)
class PersonField:
    """One field; `on_card` says that it lies on the contact, `uncounted` that it only belongs to another's count."""

    key: str
    kind: Kind = "text"
    on_card: bool = False
    uncounted: bool = False

    @property
    def label(self) -> str:
        """Its name as people read it."""
        if self.kind == "sealed":
            return _("身份证号码")
        model: Any = Contact if self.on_card else Individual
        return str(model._meta.get_field(self.key).verbose_name)

    @property
    def longest(self) -> int | None:
        """Characters it holds; None where it holds no text."""
        if self.kind == "sealed":
            return 18
        model: Any = Contact if self.on_card else Individual
        found: int | None = model._meta.get_field(self.key).max_length
        return found


def _card(key: str, kind: Kind = "text") -> PersonField:
    return PersonField(key, kind, on_card=True)


def _studies(key: str) -> tuple[PersonField, ...]:
    years = (PersonField(f"{key}_{end}", "year", uncounted=True) for end in ("from", "to"))
    return (PersonField(key), *years)


EMPLOYER = PersonField("employer")
GROUPS: dict[str, tuple[PersonField, ...]] = {
    "basics": (
        _card("name"), _card("mobile"), _card("phone"), _card("email"), PersonField("home_address"), EMPLOYER,
        _card("birthday", "day"), PersonField("id_number", "sealed"), PersonField("im"),
    ),
    "education": (
        *_studies("high_school"), *_studies("university"), *_studies("graduate_school"),
        PersonField("education_level", "choice"), PersonField("clubs"), PersonField("sports"),
    ),
    "family": (
        PersonField(CONSENT, "day", uncounted=True), PersonField("marital_status", "choice"), PersonField("wedding_on", "day"),
        PersonField("blood_type", "choice"), PersonField("view_of_marriage"), PersonField("view_of_education"),
        PersonField("spouse_name"), PersonField("spouse_birthday", "day"), PersonField("spouse_blood_type", "choice"),
        PersonField("children"),
    ),
    "career": (
        PersonField("employment", "choice"), PersonField("employer_nature", "choice"), EMPLOYER, PersonField("office"),
        _card("title"), PersonField("annual_income_fen", "money"), PersonField("goals"),
    ),
    "interests": (PersonField("interests"), PersonField("hobbies"), PersonField("topics"), PersonField("media")),
    "life": (PersonField("health"), PersonField("medical_history"), PersonField("habits")),
}  # fmt: skip
CONSUMPTION = PersonField("channel_preference")  # what the ledger does not know of how one buys
LABELS = {
    "basics": gettext_lazy("档案内容"), "education": gettext_lazy("教育背景"), "family": gettext_lazy("家庭情况"),
    "career": gettext_lazy("业务背景"), "interests": gettext_lazy("特殊兴趣"), "life": gettext_lazy("个人生活"),
}  # fmt: skip
PRIVATE = ("family", "life")
REQUIRED = ("name",)
_LISTS = {"employer_nature": "ownership", "spouse_blood_type": "blood_type"}
FIELDS = {field.key: field for group in GROUPS.values() for field in group} | {CONSUMPTION.key: CONSUMPTION}
PRIVATE_KEYS = frozenset(field.key for group in PRIVATE for field in GROUPS[group])


@dataclass(frozen=True)
class Share:
    """How many of the fields that apply are filled."""

    filled: int
    total: int

    @property
    def percent(self) -> Decimal:
        """With one decimal, half up; nothing that applies is all filled."""
        return (
            Decimal((self.filled * 2000 + self.total) // (2 * self.total)) / 10
            if self.total
            else Decimal(100)
        )


def keeps_private() -> bool:
    """Whether the company has said for which purpose and on which basis it keeps family and personal life."""
    return bool(company_setting("archives.private_basis"))


def groups_for(actor: Actor, owner_id: int | None) -> list[str]:
    """The tabs that the actor sees of a person at a customer of this owner."""
    private = keeps_private() and actor.sees("private", owner_id)
    return [key for key in GROUPS if private or key not in PRIVATE]


def group_fields(key: str, *, is_customer: bool) -> tuple[PersonField, ...]:
    """The fields of a group; how one buys is asked only of a person who buys himself."""
    return (*GROUPS[key], CONSUMPTION) if key == "career" and is_customer else GROUPS[key]


def individual_of(contact: Contact) -> Individual:
    """The human being behind the card; an empty one, not stored, where nothing is known yet."""
    return contact.individual or Individual(version=0)


def value_of(contact: Contact, field: PersonField) -> Any:
    """What is known; None for nothing. A sealed number is only said to be there. Where one works is known of who
    stands for a firm."""
    individual = individual_of(contact)
    if field.kind == "sealed":
        return True if individual.id_number_sealed else None
    found = getattr(contact if field.on_card else individual, field.key)
    if field is EMPLOYER and not found and contact.customer.type != CustomerType.RETAIL:
        return contact.customer.name
    return None if found == "" else found


def share_of(contact: Contact, groups: Iterable[str], *, is_customer: bool) -> Share:
    """The filled share of these groups, each field once; one that does not apply counts neither way (S4.69)."""
    away = set(individual_of(contact).not_applicable)
    counted = {
        field.key: field for key in groups for field in group_fields(key, is_customer=is_customer)
        if not field.uncounted and field.key not in away
    }  # fmt: skip
    return Share(sum(value_of(contact, field) is not None for field in counted.values()), len(counted))


def masked_id_number(actor: Actor, contact: Contact) -> str | None:
    """The number with all but its first three and last two hidden; None where it is not for the actor's eyes at all."""
    if actor.sight("id_number", contact.customer.owner_id) == "hidden":
        return None
    sealed = individual_of(contact).id_number_sealed
    text = unseal(bytes(sealed)) if sealed else ""
    return f"{text[:3]}{'*' * 13}{text[-2:]}" if text else ""


def choices(key: str) -> list[str]:
    """What a field of choices offers."""
    return code_lists.values(_LISTS.get(key, key))


def cleaned(field: PersonField, value: Any) -> Any:
    """A value of an individual's field as it is stored, from a form's text or as it is. Raises ValueError with the sentence."""
    text = value.strip() if isinstance(value, str) else value
    if text in (None, ""):
        return "" if field.kind in ("text", "choice") else None
    if field.kind == "choice" and text not in choices(field.key):
        raise ValueError(_("请从表里选。"))
    if field.kind in ("text", "choice"):
        if field.longest and len(str(text)) > field.longest:
            raise ValueError(_("太长了，最多 %(n)s 个字。") % {"n": field.longest})
        return str(text)
    if field.kind == "money":
        return money_of(text)
    return date_of(text) if field.kind == "day" else _year(text)


def wrong_years(stands: Individual, changes: dict[str, Any]) -> dict[str, str]:
    """Studies that would end before they begin, with the sentence (S4.72)."""
    problems = {}
    for key in ("high_school", "university", "graduate_school"):
        begun, ended = (
            changes.get(f"{key}_{end}", getattr(stands, f"{key}_{end}")) for end in ("from", "to")
        )
        if begun and ended and ended < begun:
            problems[f"{key}_to"] = _("毕业不能早于入学（%(a)s–%(b)s）。") % {"a": begun, "b": ended}
    return problems


def id_number(text: str) -> str:
    """A resident identity number of 18 digits in its one form. Raises ValueError with a sentence."""
    from stdnum.cn import ric
    from stdnum.exceptions import ValidationError

    plain = "".join(text.split()).upper()
    if len(plain) != 18:
        raise ValueError(_("身份证号码要 18 位，这里有 %(n)s 位。") % {"n": len(plain)})
    try:
        return str(ric.validate(plain))
    except ValidationError as wrong:
        raise ValueError(_("身份证号码的地区、生日或校验位不对，请对着证件再看一遍。")) from wrong


def _year(value: Any) -> int:
    found = number_of(value)
    if not FIRST_YEAR <= found <= LAST_YEAR:
        raise ValueError(_("年份要写四位数，比如 2010。"))
    return found
