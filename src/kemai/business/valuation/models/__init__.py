"""Schemes, runs, parameters and what each customer's standing was in them."""

from kemai.business.valuation.models.forecast import Forecast
from kemai.business.valuation.models.parameter_version import ParameterVersion
from kemai.business.valuation.models.rows import RunRow
from kemai.business.valuation.models.run import ClassChange, PublishedRun, Run
from kemai.business.valuation.models.scheme import Scheme, SchemeVersion
from kemai.business.valuation.models.standing import Standing
from kemai.business.valuation.models.stock import StockStanding

__all__ = [
    "ClassChange", "Forecast", "ParameterVersion", "PublishedRun", "Run", "RunRow", "Scheme", "SchemeVersion", "Standing",
    "StockStanding",
]  # fmt: skip
