"""Which days are worked, with the official calendar and the company's own changes."""

from kemai.foundation.workdays.calendar import add_workdays, is_workday, official, overrides, set_override

__all__ = ["add_workdays", "is_workday", "official", "overrides", "set_override"]
