"""导入: upload, columns, check, landing, and what was imported before; each step is an address of its own."""

from kemai.doors.web.pages.imports.check import back, effects, mend, repair, totals
from kemai.doors.web.pages.imports.columns import attempt, kind, settle
from kemai.doors.web.pages.imports.history import errors, index, template
from kemai.doors.web.pages.imports.landed import valued
from kemai.doors.web.pages.imports.step import cancel, land, retry, show
from kemai.doors.web.pages.imports.undo import conflicts, undo

__all__ = [
    "attempt",
    "back",
    "cancel",
    "conflicts",
    "effects",
    "errors",
    "index",
    "kind",
    "land",
    "mend",
    "repair",
    "retry",
    "settle",
    "show",
    "template",
    "totals",
    "undo",
    "valued",
]
