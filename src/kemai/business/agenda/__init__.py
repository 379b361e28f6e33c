"""Contacts made, the next step, and tasks."""
