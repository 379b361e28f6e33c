"""Several ways to class customers side by side, and where they disagree most (S2.13)."""

from __future__ import annotations

from dataclasses import dataclass

from kemai.business.valuation import queries
from kemai.business.valuation.models import Position, Run
from kemai.business.valuation.pictures import position_part
from kemai.business.valuation.pictures.rows import named
from kemai.business.valuation.pictures.seen import may_look
from kemai.business.valuation.reading import lacks_for_scheme
from kemai.business.valuation.runs.listed import Listed, keys_in_order
from kemai.business.valuation.schemes import in_order
from kemai.foundation.access.actor import Actor

DIFFER_BP = 3_000
"""From three tenths of all customers between the highest and the lowest place on, the schemes differ."""


@dataclass(frozen=True)
class Row:
    """A customer with its class by each scheme ("" is none) and how far they disagree, 0 to 1."""

    code: str
    name: str
    owner: str
    classes: tuple[str, ...]
    spread: float | None


def methods_of(actor: Actor, run: Run) -> list[str]:
    """The schemes of the run that the actor may see, the usual order."""
    return [key for key in in_order(run.schemes) if lacks_for_scheme(actor, key, run) is None]


def compared(actor: Actor, run: Run, *, differ: bool) -> Listed[Position]:
    """The customers, those that differ most first; `differ` only those that do."""
    import polars as pl

    may_look(actor)
    far = pl.col("spread_bp") >= DIFFER_BP if differ else None
    keys = keys_in_order(actor, run, position_part.KEY, [("spread_bp", True), ("sales_12m_fen", True)], far)
    return Listed(Position.objects.filter(run_id=run.pk), keys)


def method_rows(actor: Actor, run: Run, found: list[Position]) -> list[Row]:
    """A few positions as rows of the table, in their order."""
    keys, ids = methods_of(actor, run), [each.customer_id for each in found]
    people = named(actor, ids)
    rows = queries.standings_among(actor, run, ids).values_list(
        "customer_id", *(f"{key}_class" for key in keys)
    )
    classes = {pk: tuple(label or "" for label in labels) for pk, *labels in rows}
    return [
        Row(who.code, who.name, who.owner, classes.get(who.pk, ("",) * len(keys)), None if each.spread_bp is None else each.spread_bp / 10_000)
        for each in found
        if (who := people.get(each.customer_id)) is not None
    ]  # fmt: skip
