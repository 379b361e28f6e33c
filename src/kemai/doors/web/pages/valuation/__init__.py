"""估值: every run, one of them as it was, and two of them side by side; who is leaving, and what customers are worth."""

from kemai.doors.web.pages.valuation import (
    cohorts,
    concentration,
    effort,
    matrix,
    methods,
    moves,
    rfm,
    states,
    value_classes,
)
from kemai.doors.web.pages.valuation.aims import export_targets, set_target, targets
from kemai.doors.web.pages.valuation.allocating import allocate
from kemai.doors.web.pages.valuation.churn import arrange as churn_call
from kemai.doors.web.pages.valuation.churn import churn
from kemai.doors.web.pages.valuation.churn import lose as churn_lost
from kemai.doors.web.pages.valuation.compare import compare
from kemai.doors.web.pages.valuation.forecasting import export_forecast, forecast
from kemai.doors.web.pages.valuation.one import one
from kemai.doors.web.pages.valuation.runs import cancel, progress, running, show
from kemai.doors.web.pages.valuation.stocks import export_stock, stock
from kemai.doors.web.pages.valuation.worth import spend as worth_spend
from kemai.doors.web.pages.valuation.worth import spend_remove as worth_spend_remove
from kemai.doors.web.pages.valuation.worth import worth
from kemai.doors.web.pages.valuation.worth_parameters import parameters as worth_parameters

__all__ = [
    "allocate",
    "cancel",
    "churn",
    "churn_call",
    "churn_lost",
    "cohorts",
    "compare",
    "concentration",
    "effort",
    "export_forecast",
    "export_stock",
    "export_targets",
    "forecast",
    "matrix",
    "methods",
    "moves",
    "one",
    "progress",
    "rfm",
    "running",
    "set_target",
    "show",
    "states",
    "stock",
    "targets",
    "value_classes",
    "worth",
    "worth_parameters",
    "worth_spend",
    "worth_spend_remove",
]
