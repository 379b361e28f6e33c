"""How many customers a question finds, counted no further than a cap: the number beside a saved view."""

from __future__ import annotations

from kemai.business.archives.directory import ListQuery, conditions_of
from kemai.business.archives.directory.reading import count_some
from kemai.foundation.access.actor import Actor

VIEW_CAP = 1_000


def count_up_to(actor: Actor, query: ListQuery, cap: int = VIEW_CAP) -> int:
    """The number, or `cap` + 1 where there are more. Raises BadFilter."""
    return count_some(conditions_of(actor, query), cap) if actor.sees_customers else 0
