"""Schemes: a measure, a way to cut its ranking, the names of the classes. All of them are data for one engine."""

from kemai.value.schemes.builtin import BUILTIN, DEFAULT_KEY, PYRAMIDS, pyramid
from kemai.value.schemes.definition import SchemeDefinition

__all__ = ["BUILTIN", "DEFAULT_KEY", "PYRAMIDS", "SchemeDefinition", "pyramid"]
