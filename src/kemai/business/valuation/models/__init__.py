"""Schemes, runs and what each customer's standing was in them."""

from kemai.business.valuation.models.run import ClassChange, PublishedRun, Run
from kemai.business.valuation.models.scheme import Scheme, SchemeVersion
from kemai.business.valuation.models.standing import Standing

__all__ = ["ClassChange", "PublishedRun", "Run", "Scheme", "SchemeVersion", "Standing"]
