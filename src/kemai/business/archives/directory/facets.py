"""Facets: the columns by which lists show, filter and sort, and who may use which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Field, Q
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import PREFIX, column_of, field_of
from kemai.business.archives.models import Customer
from kemai.foundation.access.actor import Actor, Refused


@dataclass(frozen=True)
class Facet:
    """A column: `path` is the lookup from the customer, `group` the field group that hides it.

    `sort_path` names the column that orders it where that is another one (a class is ordered by its ranks);
    `leads` are the sorts for which an index begins with this column.
    """

    key: str
    path: str
    group: str = "basics"
    is_filter: bool = True
    is_sort: bool = True
    sort_path: str = ""
    leads: tuple[str, ...] = ()


@dataclass(frozen=True)
class Joined:
    """A table switched by pointer: its relation from the customer, and which rows are current, as a condition of
    a queryset and as the pair (column, SQL that gives its value). `named` gives the field that a facet's path means
    at the moment, for facets that a setting moves from column to column."""

    relation: str
    condition: Callable[[], Q]
    current: tuple[str, str]
    named: Callable[[str], str] = str
    also: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Family:
    """Facets that come and go while the program runs, such as the company's own measures: `facet` finds one by its key
    (its group is one that the actor lacks, where he lacks any), `table` the joined table of a name in its path."""

    facet: Callable[[Actor, str], Facet | None]
    table: Callable[[str], Joined | None]


class BadFilter(Refused):
    """A filter or sort that makes no sense, or that the actor may not use."""

    status = 400


facets: dict[str, Facet] = {
    f.key: f
    for f in (
        Facet("code", "code"), Facet("name", "name"), Facet("short_name", "short_name", is_sort=False),
        Facet("region", "region"), Facet("category", "category"), Facet("size", "size"), Facet("type", "type"),
        Facet("state", "state"), Facet("stage", "stage"), Facet("owner", "owner__login", sort_path="owner"),
        Facet("unit", "unit_id", is_sort=False),
        Facet("last_order_on", "last_order_on", "sales", is_filter=False),
        Facet("last_contact_on", "last_contact_on", "agenda", is_filter=False),
        Facet("next_step_on", "next_step_on", "agenda", is_filter=False),
        Facet("stale", "stale__", is_sort=False),
    )
}  # fmt: skip
joined: dict[str, Joined] = {}
families: list[Family] = []
STALE = "stale__"  # parts of the archive that nobody checked for too long
FAMILY = "family__"  # the group of companies around a customer, given by its code
OWN = "own__"  # paths of fields of the company's own end in the field's number
NOT_FILLED = "~"  # as a value of a filter
BLANK = ("region", "category", "size")  # empty texts are what is not filled


def register_facet(facet: Facet, table: tuple[str, Joined] | None = None) -> None:
    """Adds a facet of an upper app; `table` names its table once."""
    facets[facet.key] = facet
    if table:
        joined[table[0]] = table[1]


def register_family(family: Family) -> None:
    """Adds facets that an upper app finds by their keys."""
    families.append(family)


def unknown(key: str) -> str:
    """The sentence about a key that is none."""
    return _("没有「%(key)s」这个条件。") % {"key": key[:40]}


def allowed(actor: Actor, key: str) -> Facet:
    """The facet with this key. Raises BadFilter where there is none or it is not for the actor."""
    facet = facets.get(key) or _own(key) or _lent(actor, key)
    if facet is None:
        raise BadFilter(unknown(key))
    if not actor.sees(facet.group):
        raise BadFilter(_("你的岗位不能用「%(key)s」。") % {"key": key})
    return facet


def _own(key: str) -> Facet | None:
    """What is no column of the customer: a group of companies, or a field of the company's own."""
    if key == "family":
        return Facet(key, FAMILY, is_sort=False)
    field = field_of(key) if key.startswith(PREFIX) else None
    if field is None:
        return None
    sorted_by = column_of(field)
    return Facet(key, f"{OWN}{field.pk}", is_sort=bool(sorted_by), sort_path=f"{key}__{sorted_by}")


def _lent(actor: Actor, key: str) -> Facet | None:
    return next((found for each in families if (found := each.facet(actor, key))), None)


def joined_as(name: str) -> Joined | None:
    """The joined table of this name; values of an own field are one of their own, switched by the field."""
    pk = name.removeprefix(PREFIX)
    if name.startswith(PREFIX) and pk.isascii() and pk.isdigit():
        return Joined("custom_values", lambda: Q(custom_values__field_id=int(pk)), ("field_id", pk))
    return joined.get(name) or next((found for each in families if (found := each.table(name))), None)


def filter_facet(actor: Actor, key: str) -> Facet:
    """A facet one may filter by."""
    facet = allowed(actor, key)
    if not facet.is_filter:
        raise BadFilter(_("不能按「%(key)s」筛选。") % {"key": key})
    return facet


def sort_facet(actor: Actor, key: str) -> Facet:
    """A facet one may sort by."""
    facet = allowed(actor, key)
    if not facet.is_sort:
        raise BadFilter(_("不能按「%(key)s」排序。") % {"key": key})
    return facet


@dataclass(frozen=True)
class Column:
    """Where a path ends: the table's alias in our SQL (`c`, or the name of a joined table), and the field."""

    alias: str
    field: Field[Any, Any]

    @property
    def name(self) -> str:
        """The column in the database."""
        return str(self.field.column)

    def value(self, given: Any) -> Any:
        """A value of a cursor as the column's type. Raises BadFilter."""
        try:
            found = self.field.to_python(given)
        except (ValidationError, TypeError, ValueError, OverflowError) as bad:
            raise BadFilter(_("翻页的位置看不懂，请回到第一页。")) from bad
        if isinstance(found, int) and abs(found) >= 2**63:
            raise BadFilter(_("翻页的位置看不懂，请回到第一页。"))
        return found


def column(path: str) -> Column:
    """The column of a path such as "name" or "standing__ev_fen"."""
    name, _dot, field = path.partition("__")
    if not field:
        return Column("c", Customer._meta.get_field(name))  # type: ignore[arg-type]
    table = joined_as(name)
    assert table is not None
    model: Any = Customer._meta.get_field(table.relation).related_model
    return Column(name, model._meta.get_field(table.named(field)))


def lookup(path: str) -> str:
    """The path with the field that it means at the moment."""
    name, _dot, field = path.partition("__")
    return f"{name}__{joined[name].named(field)}" if name in joined else path
