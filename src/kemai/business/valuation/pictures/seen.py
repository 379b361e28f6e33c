"""The rows of a part's file that an actor may see, where the database keeps too little of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from kemai.business.archives.keys import seen_keys
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.summed import file_of
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope

if TYPE_CHECKING:
    from ibis.expr.types import Table


def may_look(actor: Actor) -> None:
    """Raises Refused for who sees no rankings."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))


def sees_everybody(actor: Actor) -> bool:
    """Whether what a run says of everybody is for the actor."""
    return customer_scope(actor) is None


def seen_rows(actor: Actor, run: Run, key: str) -> Table:
    """The rows of the part's file whose customers the actor may see today. Raises Gone where the file is no more."""
    import pyarrow as pa

    from kemai.value.reading import read

    rows = read(str(file_of(run, key)))
    if sees_everybody(actor):
        return rows
    mine = read(pa.table({"customer_key": pa.array(seen_keys(actor))}))
    return rows.semi_join(mine, "customer_key")
