"""What a field of an import is: its name, its type, and the headers people write over it."""

from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext, pgettext

FieldType = Literal[
    "text", "lines", "code", "customer", "date", "period", "money", "quantity", "fraction", "integer",
    "phone", "email", "url", "postcode", "uscc", "choice", "flag",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """One field of a kind of import.

    `heading` is the Chinese header of the template; `same` lists headers that mean exactly this,
    `maybe` headers that often do (the person confirms). `choices` maps a stored value to the
    words for it. `refused_below_zero` holds for money, quantity, integer and fraction.
    """

    key: str
    heading: str
    type: FieldType = "text"
    needed: bool = False
    same: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    choices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused_below_zero: bool = False
    future_days: int | None = None  # how far past today a date may lie; None: two years

    @property
    def label(self) -> str:
        """The heading in the reader's language: 负责人 is theirs, 客户 is one customer."""
        said = (pgettext(context, self.heading) for context in ("archive", "column"))
        return next((text for text in said if text != self.heading), gettext(self.heading))

    @property
    def output(self) -> str:
        """Name of the column in the clean table: unit in the name, as everywhere inside."""
        return self.key + _UNITS.get(self.type, "")

    @property
    def is_identifier(self) -> bool:
        """Digits of such a field are a name, not a number: a rounded one is refused."""
        return self.type in ("code", "customer", "phone", "postcode", "uscc")


_UNITS: dict[str, str] = {"money": "_fen", "quantity": "_milli", "fraction": "_ppm"}


@dataclass(frozen=True)
class Kind:
    """One kind of import: its fields in template order and which of them make a row unique."""

    key: str
    heading: str
    fields: tuple[Field, ...]
    natural_key: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()  # of each group at least one field must be mapped
    may_be_anonymous: bool = False  # a row without a customer is kept (S4.1)
    is_valued: bool = True  # the valuation reads it

    @property
    def label(self) -> str:
        """The heading in the reader's language."""
        return gettext(self.heading)

    @property
    def names_customers(self) -> bool:
        """Whether its rows name customers, who may be unknown."""
        return any(field.type == "customer" for field in self.fields)

    def field(self, key: str) -> Field:
        """The field with this key; KeyError if the kind has none."""
        found = self.find(key)
        if found is None:
            raise KeyError(f"{self.key} has no field {key}")
        return found

    def find(self, key: str) -> Field | None:
        """The field with this key, or None."""
        return next((one for one in self.fields if one.key == key), None)
