"""估值: every run, one of them as it was, two of them side by side, and the customer base in pictures."""

from kemai.doors.web.pages.valuation import cohorts, concentration, matrix, methods, moves, rfm, states
from kemai.doors.web.pages.valuation.compare import compare
from kemai.doors.web.pages.valuation.one import one
from kemai.doors.web.pages.valuation.runs import cancel, progress, running, show

__all__ = [
    "cancel", "cohorts", "compare", "concentration", "matrix", "methods", "moves", "one", "progress", "rfm", "running",
    "show", "states",
]  # fmt: skip
