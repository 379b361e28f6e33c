"""The company's own fields as columns of the customer file: how each is headed, read, and written again."""

from __future__ import annotations

from kemai.business.archives.custom_fields import BUILTIN, Texts, active_fields
from kemai.business.archives.models import CustomField
from kemai.oversight.exchange.parsing.fields import Field, FieldType

Kind = CustomField.Kind
TOGETHER = "、"  # between several choices in one cell; no option holds it
FAR = 36_525
_TYPES: dict[str, FieldType] = {Kind.DAY: "date", Kind.MONEY: "money", Kind.CHOICES: "lines"}


def fields_of_files() -> tuple[Field, ...]:
    """A column for each field in use, in their order."""
    return tuple(map(_column, active_fields()))


def _column(field: CustomField) -> Field:
    words = ("是", "否") if field.kind == Kind.FLAG else tuple(field.options)
    said = BUILTIN.get(field.builtin)
    return Field(
        field.key, field.label, _TYPES.get(field.kind, "text"), same=(str(said),) if said else (),
        choices={word: (word,) for word in words}, future_days=FAR,
    )  # fmt: skip


def written(field: CustomField, texts: Texts) -> str:
    """What stands in the cell of a file."""
    if field.kind == Kind.FLAG:
        return "是" if texts == ("1",) else "否"
    return TOGETHER.join(texts)
