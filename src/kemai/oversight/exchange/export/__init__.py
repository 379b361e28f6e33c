"""Rows out again: files that import back as "all unchanged", and empty sheets to fill in."""

from kemai.oversight.exchange.export.files import export_to

__all__ = ["export_to"]
