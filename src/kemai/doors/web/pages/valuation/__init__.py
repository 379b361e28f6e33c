"""估值: every run, one of them as it was, two side by side; forecasts, targets and stock."""

from kemai.doors.web.pages.valuation.aims import export_targets, set_target, targets
from kemai.doors.web.pages.valuation.allocating import allocate
from kemai.doors.web.pages.valuation.compare import compare
from kemai.doors.web.pages.valuation.forecasting import export_forecast, forecast
from kemai.doors.web.pages.valuation.one import one
from kemai.doors.web.pages.valuation.runs import cancel, progress, running, show
from kemai.doors.web.pages.valuation.stocks import export_stock, stock

__all__ = [
    "allocate",
    "cancel",
    "compare",
    "export_forecast",
    "export_stock",
    "export_targets",
    "forecast",
    "one",
    "progress",
    "running",
    "set_target",
    "show",
    "stock",
    "targets",
]
