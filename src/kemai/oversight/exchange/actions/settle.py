"""The second step: which column is which field, and the choices only a person can make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.actions.steps import CHECK, Step, move, own_import
from kemai.oversight.exchange.models import Import, RememberedMapping
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import header_signature, unique_names
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.planning.source import own_header

CHOICES = ("create_customers", "strict", "fill_down", "date_order", "round_money")
KEPT_WITH_THE_FILE = ("aliases", "repairs", "erp_totals")


def map_columns(
    *,
    actor: Actor,
    import_id: int,
    fields: Mapping[int, str],
    options: Mapping[str, Any],
    remember: bool = True,
) -> Import:
    """Settles which column (by its place) is which field, and starts the check.

    `options`: create_customers, strict, fill_down (list of fields), date_order, round_money. Raises
    ImportRefused with a sentence when a field is missing or given twice.
    """
    item = own_import(actor, import_id)
    names = unique_names(_header(item))
    columns = {name: fields.get(place, "") for place, name in enumerate(names)}
    refuse_nonsense(item.kind, columns)
    chosen = {key: options[key] for key in CHOICES if key in options}
    if remember and actor.person_id is not None:
        _remember(actor, item, columns, chosen)
    kept = {key: item.options[key] for key in KEPT_WITH_THE_FILE if item.options.get(key)}
    return move(
        item, (Step.MAPPING, Step.CHECKED), Step.CHECKING, CHECK, actor, mapping=columns, options={**chosen, **kept}
    )  # fmt: skip


def _remember(actor: Actor, item: Import, columns: Mapping[str, str], chosen: Mapping[str, Any]) -> None:
    RememberedMapping.objects.update_or_create(
        person_id=actor.person_id, kind=item.kind, signature=header_signature(item.kind, _header(item)),
        defaults={"mapping": {"columns": columns, "options": chosen}, "person_name": actor.name[:60]},
    )  # fmt: skip


def _header(item: Import) -> tuple[str, ...]:
    return own_header(tuple(item.layout.get("header", ())))


def refuse_nonsense(kind: str, columns: Mapping[str, str]) -> None:
    """Raises ImportRefused when a field is unknown, given twice, or needed and missing."""
    if kind not in KINDS:
        raise ImportRefused(_("请先选里面是什么。"))
    chosen = [key for key in columns.values() if key]
    unknown = [key for key in chosen if KINDS[kind].find(key) is None]
    twice = {key for key in chosen if chosen.count(key) > 1} - set(unknown)
    if unknown:
        raise ImportRefused(_("没有这个字段：%(field)s。") % {"field": unknown[0]})
    if twice:
        headings = "、".join(KINDS[kind].field(key).label for key in sorted(twice))
        raise ImportRefused(_("「%(headings)s」对了不止一列，请只留一列。") % {"headings": headings})
    missing = [f.label for f in KINDS[kind].fields if f.needed and f.key not in chosen]
    if not KINDS[kind].may_be_anonymous:
        missing += [
            KINDS[kind].field(group[0]).label for group in KINDS[kind].one_of if not set(group) & set(chosen)
        ]
    if missing:
        raise ImportRefused(_("还缺要有的列：%(names)s。") % {"names": "、".join(missing)})
