"""估值: every run, one of them as it was, and two of them side by side."""

from kemai.doors.web.pages.valuation import effort, value_classes
from kemai.doors.web.pages.valuation.compare import compare
from kemai.doors.web.pages.valuation.one import one
from kemai.doors.web.pages.valuation.runs import cancel, progress, running, show

__all__ = ["cancel", "compare", "effort", "one", "progress", "running", "show", "value_classes"]
