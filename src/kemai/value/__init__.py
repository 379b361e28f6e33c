"""What a customer is worth: a pure library that knows no Django, no clock and no database of ours.

    from kemai import value
    value.rfm(sales, date(2026, 6, 30)).to_pandas()

A table is anything Arrow can read (pyarrow, pandas, Polars, a Parquet path) or an Ibis table; results are Ibis
tables. Importing is quick: the engines are loaded by the first call.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError, HorizonError, SchemeError

if TYPE_CHECKING:
    from kemai.value import composition, engine, explain, facts, lifetime, schemes
    from kemai.value.composition import concentration, pareto
    from kemai.value.engine import EngineSettings, RevalueResult, revalue
    from kemai.value.measures.archive import archive_quality, rate_archive
    from kemai.value.measures.classes import abc, pyramid
    from kemai.value.measures.contribution import contribution_minus_time, contribution_share_minus_time
    from kemai.value.measures.expected import customer_expected_value, prospect_expected_value
    from kemai.value.measures.quality import quality_score
    from kemai.value.measures.rfm import rfm
    from kemai.value.measures.stability import stability
    from kemai.value.schemes.definition import SchemeDefinition

_HOMES = {
    "rfm": "measures.rfm",
    "abc": "measures.classes",
    "archive_quality": "measures.archive",
    "rate_archive": "measures.archive",
    "pyramid": "measures.classes",
    "prospect_expected_value": "measures.expected",
    "customer_expected_value": "measures.expected",
    "contribution_minus_time": "measures.contribution",
    "contribution_share_minus_time": "measures.contribution",
    "quality_score": "measures.quality",
    "stability": "measures.stability",
    "concentration": "composition",
    "pareto": "composition",
    "revalue": "engine",
    "EngineSettings": "engine",
    "RevalueResult": "engine",
    "SchemeDefinition": "schemes.definition",
}
_ROOMS = ("composition", "engine", "explain", "facts", "lifetime", "schemes")

__all__ = [
    "EngineSettings",
    "FactError",
    "HorizonError",
    "RevalueResult",
    "SchemeDefinition",
    "SchemeError",
    "abc",
    "archive_quality",
    "composition",
    "concentration",
    "contribution_minus_time",
    "contribution_share_minus_time",
    "customer_expected_value",
    "engine",
    "explain",
    "facts",
    "lifetime",
    "pareto",
    "prospect_expected_value",
    "pyramid",
    "quality_score",
    "rate_archive",
    "revalue",
    "rfm",
    "schemes",
    "stability",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
