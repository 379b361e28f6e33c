"""Contacts made and work to do."""

from kemai.business.agenda.models.records import ContactLog, Task

__all__ = ["ContactLog", "Task"]
