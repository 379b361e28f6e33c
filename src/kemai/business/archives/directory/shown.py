"""What a row of the list carries, as SQL columns and as a dict without what the actor may not see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kemai.business.archives.directory.facets import STALE, column, facets, joined
from kemai.business.archives.directory.sql import C, lent, pointer
from kemai.foundation.access.actor import Actor

SHOWN = (
    "id", "code", "name", "short_name", "region", "state", "type", "owner_id", "owner__name", "last_order_on",
    "last_contact_on", "last_contact_by", "next_step_on", "next_step",
)  # fmt: skip
HIDDEN_WITH = {
    "sales": ("last_order_on",),
    "agenda": ("last_contact_on", "last_contact_by", "next_step_on", "next_step"),
}


def paths() -> list[str]:
    """Names of the columns in the order in which they are read."""
    return [*SHOWN, *(f.path for f in facets.values() if f.path not in (*SHOWN, STALE))]


def columns() -> str:
    """The same as SQL."""
    return ", ".join(_written(path) for path in paths())


def tables() -> str:
    """The tables that they come from, for a page's ids."""
    lends = "".join(
        f" LEFT JOIN {lent(name)} {name} ON {pointer(name, name)} AND {name}.customer_id = c.id"
        for name in joined
    )
    return f"LEFT JOIN {C} c ON c.id = page.id{lends} LEFT JOIN access_person owner ON owner.id = c.owner_id"


def _written(path: str) -> str:
    if path.startswith("owner__"):
        return path.replace("__", ".")
    where = column(path) if path != "owner_id" else None
    return f"{where.alias}.{where.name}" if where else "c.owner_id"


def dicts(actor: Actor, rows: Sequence[tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Rows by facet key, without what the actor may not see of each customer."""
    names = paths()
    return [_dict(actor, dict(zip(names, row[1:], strict=True))) for row in rows]


def _dict(actor: Actor, row: dict[str, Any]) -> dict[str, Any]:
    owner = row["owner_id"]
    hidden = {name for group, names in HIDDEN_WITH.items() if not actor.sees(group, owner) for name in names}
    shown = {name: None if name in hidden else row[name] for name in SHOWN}
    for facet in facets.values():
        if facet.path not in (*SHOWN, STALE):
            shown[facet.key] = row[facet.path] if actor.sees(facet.group, owner) else None
    return shown
