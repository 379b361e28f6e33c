"""What a filter expression may ask about: every field, facet and measure, its kind, and whom it is for.

A field lies in the customer's own row, in a table lent by an upper app, in the record of a layer, or in a row of a
field of the company's own. Who does not plainly see a field of everybody can't ask about it either: an answer to a
question would say what the page hides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kemai.business.archives import layers
from kemai.business.archives.custom_fields import PREFIX, active_fields, choices_of, field_of, label_of
from kemai.business.archives.directory.facets import BadFilter, unknown
from kemai.business.archives.fields import EDITABLE
from kemai.business.archives.models import Customer, CustomerType, CustomField, Stage, State
from kemai.foundation.access.actor import Actor

BY_KIND: dict[str, tuple[str, ...]] = {
    "text": ("is", "not", "any", "has", "filled", "blank"),
    "choice": ("is", "not", "any", "filled", "blank"),
    "number": ("is", "not", "from", "to", "filled", "blank"),
    "money": ("is", "not", "from", "to", "filled", "blank"),
    "day": ("from", "to", "is", "not", "filled", "blank"),
    "person": ("is", "not", "any", "filled", "blank"),
    "unit": ("is", "not", "any", "filled", "blank"),
    "part": ("is", "not", "any"),
}


@dataclass(frozen=True)
class Askable:
    """One field to ask about. `place` is the column of the customer, "name__column" of a lent table or of a layer's
    record, or "own__id"; `scale` says how many of the stored units one written unit has (fen: 100)."""

    key: str
    label: Any
    kind: str
    place: str
    group: str = "basics"
    scale: int = 1
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        """The operators that make sense for its kind."""
        return BY_KIND[self.kind]


_CHOSEN = {
    "type": tuple(CustomerType.choices),
    "state": tuple(State.choices),
    "stage": tuple(Stage.choices),
}
_LISTED = ("region", "category", "size", "ownership")
_DAYS = {
    "last_order_on": (_("最近订单"), "sales"), "first_order_on": (_("第一张订单"), "sales"),
    "last_contact_on": (_("最近联系"), "agenda"), "next_step_on": (_("下一步的日子"), "agenda"),
    "state_since": (_("进入这个状态的日子"), "basics"),
}  # fmt: skip
_LAYER_KINDS = {
    "money": ("money", 100), "number": ("number", 1), "kilometres": ("number", 1000), "day": ("day", 1),
    "day_of_month": ("number", 1), "choice": ("choice", 1)}  # fmt: skip
_OWN_KINDS = {"number": ("number", 1000), "money": ("money", 100), "day": ("day", 1), "text": ("text", 1)}
_registered: dict[str, Askable] = {}
_sources: list[Callable[[Actor], Iterable[Askable]]] = []


def register_askable(askable: Askable) -> None:
    """Adds a field of an upper app."""
    _registered[askable.key] = askable


def register_askables(source: Callable[[Actor], Iterable[Askable]]) -> None:
    """Adds fields that come and go while the program runs; the source gives each a group that the actor lacks, where
    he lacks any of those it rests on."""
    _sources.append(source)


def askable_fields(actor: Actor) -> list[Askable]:
    """All that the actor may ask about, in the order in which they are offered."""
    return [each for each in _all(actor) if actor.sees(each.group)]


def askable(actor: Actor, key: str) -> Askable:
    """The field with this key. Raises BadFilter where there is none or it is not for the actor."""
    found = next((each for each in _all(actor) if each.key == key), None)
    if found is None:
        raise BadFilter(unknown(key))
    if not actor.sees(found.group):
        raise BadFilter(gettext("你的岗位不能用「%(key)s」。") % {"key": found.label})
    return found


def _all(actor: Actor) -> Iterator[Askable]:
    yield from _basics()
    yield from _registered.values()
    for source in _sources:
        yield from source(actor)
    for key, (label, group) in _DAYS.items():
        yield Askable(key, label, "day", key, group)
    yield Askable("stale", _("该核对"), "part", "stale")
    yield from map(_own, active_fields())
    yield from _layers()


def _basics() -> Iterator[Askable]:
    for key in ("code", *EDITABLE, "state", "stage"):
        kind = "choice" if key in (*_CHOSEN, *_LISTED) else "day" if key == "since" else "text"
        yield Askable(key, _label(Customer, key), kind, key, options=_CHOSEN.get(key, ()))
    yield Askable("owner", pgettext_lazy("filter", "归谁负责"), "person", "owner")
    yield Askable("unit", _("单位"), "unit", "unit")


def _layers() -> Iterator[Askable]:
    for layer in layers.LAYERS:
        for field in layer.fields:
            kind, scale = _LAYER_KINDS.get(field.kind, ("text", 1))
            group = "credit" if layer is layers.CREDIT else "basics"
            yield Askable(field.key, layer.label(field.key), kind, f"{layer.key}__{field.key}", group, scale)


def _own(field: CustomField) -> Askable:
    kind, scale = _OWN_KINDS.get(field.kind, ("choice", 1))
    return Askable(
        f"{PREFIX}{field.pk}",
        label_of(field),
        kind,
        f"own__{field.pk}",
        "basics",
        scale,
        tuple(choices_of(field)),
    )


def own_of(askable: Askable) -> CustomField | None:
    """The field of the company's own behind it."""
    return field_of(askable.key) if askable.place.startswith("own__") else None


def _label(model: Any, key: str) -> str:
    return str(model._meta.get_field(key).verbose_name)
