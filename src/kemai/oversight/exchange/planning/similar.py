"""Visible customers whose name is written like another: hints for a mend, never a match."""

from __future__ import annotations

from kemai.business.archives import names
from kemai.foundation.access.actor import Actor

SHOWN = 3


def similar_names(actor: Actor, name: str) -> list[str]:
    """At most three names the actor may see."""
    return [each.name for each in names.similar(actor, name, limit=SHOWN)]
