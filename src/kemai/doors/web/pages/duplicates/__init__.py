"""The list of likely duplicates, what speaks for each, and what people decide."""

from kemai.doors.web.pages.duplicates.deciding import decide
from kemai.doors.web.pages.duplicates.list import show
from kemai.doors.web.pages.duplicates.searches import cancel, progress, start
from kemai.doors.web.pages.duplicates.why import why

__all__ = ["cancel", "decide", "progress", "show", "start", "why"]
