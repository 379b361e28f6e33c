"""The dots of a matrix as the scatter takes them: axes with their cuts, and a point a customer."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures import cuts, matrices
from kemai.business.valuation.pictures.rows import named
from kemai.doors.web.pages.valuation.words import axis_words, cell_words, group_words
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import counts_in_wan
from kemai.value.schemes.matrix import CREDIT_GROUPS, Axis, Matrix

JITTER = 97


def plot(actor: Actor, run: Run, placed: Matrix, kind: str) -> dict[str, Any]:
    """x, y, points, how many customers there are and how many are drawn."""
    found, count = matrices.dots(actor, run, placed)
    names, cells = (
        named(actor, [each.customer_id for each in found]),
        list(dict.fromkeys(placed.cells.values())),
    )
    sides = [_values(found, axis) for axis in (placed.first, placed.second)]
    fields = list(cuts.KINDS[kind])
    x = _axis(placed.first, sides[0], fields)
    y = _axis(placed.second, sides[1], fields)
    words = cell_words()
    points = [
        [
            a,
            b,
            cells.index(each.cell),
            f"{who.name}\n{words[each.cell][0]}",
            reverse("customer", args=[who.code]),
        ]
        for each, a, b in zip(found, *sides, strict=True)
        if (who := names.get(each.customer_id)) is not None
    ]
    return {"x": x, "y": y, "points": points, "count": count, "drawn": len(points)}


def _values(found: list[Any], axis: Axis) -> list[float]:
    """Points or yuan; a name stands at the place of its group, spread a little so that dots don't hide each other."""
    stored = [getattr(each, matrices.COLUMNS[axis.name]) for each in found]
    if axis.members:
        spread = [((each.customer_id * 31) % JITTER / JITTER - 0.5) * 0.7 for each in found]
        return [
            axis.groups.index(CREDIT_GROUPS[grade]) + shift
            for grade, shift in zip(stored, spread, strict=True)
        ]
    return [value / 100 for value in stored]


def _axis(axis: Axis, values: list[float], fields: list[str]) -> dict[str, Any]:
    """Takes the names of the fields of its cuts from the front of `fields`."""
    words = axis_words()
    if axis.members:
        groups = [group_words()[group] for group in axis.groups]
        return {"label": words[axis.name], "groups": groups, "min": 0, "max": len(groups) - 1, "scale": 1, "unit": "", "root": False, "cuts": []}  # fmt: skip
    is_money = axis.name in ("av", "gap")
    lines = [float(cut) for cut in axis.cuts]
    most = max([*values, *lines, 1]) * 1.04 if is_money else 150 if max([*values, *lines, 0]) > 100 else 100
    return {
        "label": words[axis.name], "min": min([0, *values]), "max": most, "root": is_money, "groups": None,
        "cuts": [{"value": line, "step": 1000 if is_money else 1, "field": f"f-{fields.pop(0)}", "label": _("移动%(axis)s的线") % {"axis": words[axis.name]}} for line in lines],
        **_unit(is_money),
    }  # fmt: skip


def _unit(is_money: bool) -> dict[str, Any]:
    if not is_money:
        return {"scale": 1, "unit": ""}
    return {"scale": 10_000, "unit": f" {_('万')}"} if counts_in_wan() else {"scale": 1_000, "unit": "k"}
