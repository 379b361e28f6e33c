"""Importing, and the steps of the wizard."""

from kemai.oversight.exchange.actions.importing import Outcome, run_import

__all__ = ["Outcome", "run_import"]
