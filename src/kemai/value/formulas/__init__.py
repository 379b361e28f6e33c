"""Measures that a company defines itself: a formula over measures that are there, read, checked, and worked out.

A formula is never run as code: it is read by a grammar of our own into a small tree whose every node has one meaning,
and the tree is worked out over whole columns. Units are checked before anything is worked out; what is missing stays missing
and says why.
"""

from kemai.value.formulas.errors import FormulaError
from kemai.value.formulas.formula import Formula, Piece, parse
from kemai.value.formulas.names import Name
from kemai.value.formulas.reasons import DIVIDED_BY_ZERO, MISSING, NOT_A_NUMBER, NOT_DEFINED
from kemai.value.formulas.units import UNITS, Unit, unit_of

__all__ = [
    "DIVIDED_BY_ZERO", "MISSING", "NOT_A_NUMBER", "NOT_DEFINED", "UNITS", "Formula", "FormulaError", "Name", "Piece",
    "Unit", "parse", "unit_of",
]  # fmt: skip
