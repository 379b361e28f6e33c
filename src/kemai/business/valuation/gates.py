"""What the knock-out gates of a run make of its columns: which need a field right beyond their own, and which right.

A score of 0 behind the credit gate says that the credit grade is low, so whatever is made of the score is for those who
see credit, for as long as a run is read that went by the gate. Every reader asks here.
"""

from __future__ import annotations

from collections.abc import Collection

from kemai.business.valuation.models import Run
from kemai.value.measures.registry import MEASURES

BOUND = ("quality_score_centi", "quality_reason", "priority")
"""The columns of a standing that the gates decide; and those of each scheme that ranks by one of them."""
_RIGHTS = {"credit": "credit"}
"""gate -> the field right of what it looks at, where those who see the score need not have it anyway."""


def gates_of(run: Run | None) -> tuple[str, ...]:
    """The gates that a run went by; none before the first run, and none in runs from before there were gates."""
    return tuple(run.settings.get("quality_gates", ())) if run is not None else ()


def groups_of_column(column: str, gates: Collection[str]) -> tuple[str, ...]:
    """The field rights that a column of a standing needs beyond its own, where a run went by these gates."""
    return tuple(right for gate, right in _RIGHTS.items() if gate in gates) if column in BOUND else ()


def groups_of_measure(measure: str, gates: Collection[str]) -> tuple[str, ...]:
    """The same for the column of a measure of the house that a scheme ranks by."""
    return groups_of_column(MEASURES[measure].column, gates)
