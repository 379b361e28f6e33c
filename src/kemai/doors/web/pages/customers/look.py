"""How a person wants the list to look: density, widths of columns, the view it opens with. Kept with the views."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kemai.foundation.access.actor import Actor
from kemai.foundation.preferences.views import save_view, views_of

SCREEN, NAME = "customers_look", "look"
DENSITIES = ("", "compact")
NARROWEST, WIDEST = 48, 640


@dataclass(frozen=True)
class Look:
    """`widths` are pixels by column, `opens` is the id of the view that the list opens with."""

    density: str = ""
    widths: dict[str, int] = field(default_factory=dict)
    opens: int | None = None


def look_of(actor: Actor) -> Look:
    """The person's look, or the house's."""
    text = next((v.query for v in views_of(actor, SCREEN) if v.person_id == actor.person_id), "")
    try:
        kept: dict[str, Any] = json.loads(text) if text else {}
    except ValueError:
        return Look()
    return Look(kept.get("density", ""), kept.get("widths", {}), kept.get("opens"))


def keep_look(actor: Actor, **changes: Any) -> None:
    """Remembers density, widths (None takes a column's width away) or the view to open with."""
    now = look_of(actor)
    if "density" in changes and changes["density"] not in DENSITIES:
        return
    if "widths" in changes:
        merged = {**now.widths, **changes["widths"]}
        changes["widths"] = {
            k[:40]: max(NARROWEST, min(int(v), WIDEST)) for k, v in list(merged.items())[-60:] if v
        }
    save_view(actor=actor, name=NAME, screen=SCREEN, query=json.dumps(asdict(replace(now, **changes))))
