"""Estimates of what a customer may bring."""

from kemai.business.prospects.models.potential import Potential

__all__ = ["Potential"]
