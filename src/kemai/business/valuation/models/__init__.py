"""Schemes, runs, parameters, what each customer's standing was in them, and what it thinks of us."""

from kemai.business.valuation.models.attitude import Attitude
from kemai.business.valuation.models.course import Course
from kemai.business.valuation.models.parameter_version import ParameterVersion
from kemai.business.valuation.models.position import Position
from kemai.business.valuation.models.rows import RunRow
from kemai.business.valuation.models.run import ClassChange, PublishedRun, Run
from kemai.business.valuation.models.scheme import Scheme, SchemeVersion
from kemai.business.valuation.models.standing import Standing

__all__ = [
    "Attitude", "ClassChange", "Course", "ParameterVersion", "Position", "PublishedRun", "Run", "RunRow", "Scheme",
    "SchemeVersion", "Standing",
]  # fmt: skip
