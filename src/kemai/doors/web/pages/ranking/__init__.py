"""排名: who carries the company, a page a view of it."""

from kemai.doors.web.pages.ranking.composition import export as export_composition
from kemai.doors.web.pages.ranking.composition import show as composition
from kemai.doors.web.pages.ranking.files import export
from kemai.doors.web.pages.ranking.page import show
from kemai.doors.web.pages.ranking.trial import attempt, save

__all__ = ["attempt", "composition", "export", "export_composition", "save", "show"]
