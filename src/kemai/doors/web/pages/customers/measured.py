"""Cells of the list that parts of the run fill: the value class and the company's own measures."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.own.cards import list_text
from kemai.business.valuation.own.reading import own_measures, values_of
from kemai.business.valuation.value_classes.part import WORDS
from kemai.foundation.access.actor import Actor


def measure_cells(
    actor: Actor, rows: Sequence[dict[str, Any]], keys: Collection[str]
) -> dict[int, dict[str, str]]:
    """{customer id: {column: text}}, without what the actor may not see of each customer."""
    wanted = [each for each in own_measures() if each.key in keys]
    values = values_of(actor, [row["id"] for row in rows], [each.key for each in wanted])
    made: dict[int, dict[str, str]] = {}
    for row in rows:
        found, owner = values.get(row["id"], {}), row["owner_id"]
        cells = {
            each.key: list_text(each, found.get(each.key), f"{each.key}_grade" not in keys) or _("算不出")
            for each in wanted
            if not each.lacks(actor, owner)
        }
        if "value_class" in keys and row.get("value_class"):
            cells["value_class"] = str(WORDS[row["value_class"]])
        made[row["id"]] = cells
    return made
