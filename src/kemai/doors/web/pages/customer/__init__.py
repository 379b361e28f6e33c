"""One customer: a head with its answers, then the tabs; each is a page of its own."""

from kemai.doors.web.pages.customer.basics import basics, create, edit
from kemai.doors.web.pages.customer.changes import changes
from kemai.doors.web.pages.customer.contacts import contacts
from kemai.doors.web.pages.customer.moves import assign, state
from kemai.doors.web.pages.customer.overview import overview
from kemai.doors.web.pages.customer.sales import sales
from kemai.doors.web.pages.customer.timeline import timeline
from kemai.doors.web.pages.customer.why import why
from kemai.doors.web.pages.customer.words import class_word

__all__ = [
    "assign", "basics", "changes", "class_word", "contacts", "create", "edit", "overview", "sales", "state", "timeline", "why",
]  # fmt: skip
