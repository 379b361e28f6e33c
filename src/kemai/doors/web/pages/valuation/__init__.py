"""估值: every run, one of them as it was, and two of them side by side."""

from kemai.doors.web.pages.valuation.compare import compare
from kemai.doors.web.pages.valuation.one import one
from kemai.doors.web.pages.valuation.runs import cancel, progress, running, show

__all__ = ["cancel", "compare", "one", "progress", "running", "show"]
