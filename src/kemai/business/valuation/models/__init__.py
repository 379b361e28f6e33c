"""Schemes, runs, parameters and what each customer's standing was in them."""

from kemai.business.valuation.models.effort import EffortRow
from kemai.business.valuation.models.measure import Measure, MeasureValue, MeasureVersion
from kemai.business.valuation.models.parameter_version import ParameterVersion
from kemai.business.valuation.models.rows import RunRow
from kemai.business.valuation.models.run import ClassChange, PublishedRun, Run
from kemai.business.valuation.models.scheme import Scheme, SchemeVersion
from kemai.business.valuation.models.standing import Standing
from kemai.business.valuation.models.value_class import Exclusion, ValueClassRow

__all__ = [
    "ClassChange", "EffortRow", "Exclusion", "Measure", "MeasureValue", "MeasureVersion", "ParameterVersion",
    "PublishedRun", "Run", "RunRow", "Scheme", "SchemeVersion", "Standing", "ValueClassRow",
]  # fmt: skip
