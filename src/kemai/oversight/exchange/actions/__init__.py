"""Importing, and the steps of the wizard."""

from kemai.oversight.exchange.actions.importing import Outcome, run_import
from kemai.oversight.exchange.actions.wizard import (
    cancel_import,
    check_import,
    choose_sheet,
    land_import,
    map_columns,
    mend_import,
    start_import,
)

__all__ = [
    "Outcome",
    "cancel_import",
    "check_import",
    "choose_sheet",
    "land_import",
    "map_columns",
    "mend_import",
    "run_import",
    "start_import",
]
