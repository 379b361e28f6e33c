"""Schemes, runs, parameters, what each customer's standing was in them, and records that measures start from."""

from kemai.business.valuation.models.channel import DealerExposure, SuppliedThrough
from kemai.business.valuation.models.credit import CreditAssessment, CreditStanding, Statement
from kemai.business.valuation.models.market import MarketSegment, MarketYear
from kemai.business.valuation.models.parameter_version import ParameterVersion
from kemai.business.valuation.models.rows import RunRow
from kemai.business.valuation.models.run import ClassChange, PublishedRun, Run
from kemai.business.valuation.models.scheme import Scheme, SchemeVersion
from kemai.business.valuation.models.standing import Standing

__all__ = [
    "ClassChange", "CreditAssessment", "CreditStanding", "DealerExposure", "MarketSegment", "MarketYear", "ParameterVersion",
    "PublishedRun", "Run", "RunRow", "Scheme", "SchemeVersion", "Standing", "Statement", "SuppliedThrough",
]  # fmt: skip
