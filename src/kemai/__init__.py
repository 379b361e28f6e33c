"""Kemai 客脉: which customers a company lives on, why, and what to do about each of them today."""

__version__ = "0.1.0"
