"""Importing, and the steps of the wizard."""

from kemai.oversight.exchange.actions.history import keep_in_history
from kemai.oversight.exchange.actions.importing import Outcome, run_import
from kemai.oversight.exchange.actions.land import cancel_import, land_import
from kemai.oversight.exchange.actions.mend import (
    Repair,
    back_to_columns,
    check_import,
    hold_against,
    mend_import,
    repair_cells,
    retry_import,
)
from kemai.oversight.exchange.actions.settle import map_columns
from kemai.oversight.exchange.actions.undo import Undone, cancel_undo, start_undo, undo_import
from kemai.oversight.exchange.actions.upload import choose_kind, choose_sheet, start_import

__all__ = [
    "Outcome",
    "Repair",
    "Undone",
    "back_to_columns",
    "cancel_import",
    "cancel_undo",
    "check_import",
    "choose_kind",
    "choose_sheet",
    "hold_against",
    "keep_in_history",
    "land_import",
    "map_columns",
    "mend_import",
    "repair_cells",
    "retry_import",
    "run_import",
    "start_import",
    "start_undo",
    "undo_import",
]
