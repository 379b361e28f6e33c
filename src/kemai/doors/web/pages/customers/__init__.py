"""客户: the list people live in, its views, what one does to many at once, and its export."""

from kemai.doors.web.pages.customers.list import show
from kemai.doors.web.pages.customers.views import change_view, counts, density, keep_view

__all__ = ["change_view", "counts", "density", "keep_view", "show"]
