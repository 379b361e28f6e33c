"""Schemes, runs, parameters and what each customer's standing was in them."""

from kemai.business.valuation.models.attitude import Attitude
from kemai.business.valuation.models.benefit import AcquisitionSpend, Benefit, MissingLine
from kemai.business.valuation.models.channel import DealerExposure, SuppliedThrough
from kemai.business.valuation.models.course import Course
from kemai.business.valuation.models.credit import CreditAssessment, CreditStanding, Statement
from kemai.business.valuation.models.effort import EffortRow
from kemai.business.valuation.models.forecast import Forecast
from kemai.business.valuation.models.market import MarketSegment, MarketYear
from kemai.business.valuation.models.measure import Measure, MeasureValue, MeasureVersion
from kemai.business.valuation.models.parameter_version import ParameterVersion
from kemai.business.valuation.models.position import Position
from kemai.business.valuation.models.rows import RunRow
from kemai.business.valuation.models.run import ClassChange, PublishedRun, Run
from kemai.business.valuation.models.scheme import Scheme, SchemeVersion
from kemai.business.valuation.models.standing import Standing
from kemai.business.valuation.models.stock import StockStanding
from kemai.business.valuation.models.value_class import Exclusion, ValueClassRow
from kemai.business.valuation.models.worth import ChurnRow, WorthRow

__all__ = [
    "AcquisitionSpend",
    "Attitude",
    "Benefit",
    "ChurnRow",
    "ClassChange",
    "Course",
    "CreditAssessment",
    "CreditStanding",
    "DealerExposure",
    "EffortRow",
    "Exclusion",
    "Forecast",
    "MarketSegment",
    "MarketYear",
    "Measure",
    "MeasureValue",
    "MeasureVersion",
    "MissingLine",
    "ParameterVersion",
    "Position",
    "PublishedRun",
    "Run",
    "RunRow",
    "Scheme",
    "SchemeVersion",
    "Standing",
    "Statement",
    "StockStanding",
    "SuppliedThrough",
    "ValueClassRow",
    "WorthRow",
]
