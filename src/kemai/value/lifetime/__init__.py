"""Lifetime without a contract: who still buys, how often to come, and what it is worth.

    from kemai import value
    people = value.lifetime.summary(sales, date(1997, 9, 30)).to_pandas()
    model = value.lifetime.BetaGeoNBD().fit(people.frequency, people.recency, people.age)
    model.alive(2, 30.43, 38.86), model.expected_purchases(39, 2, 30.43, 38.86)

Models by maximum likelihood, whole in log space, with analytic gradients; equal customers are counted once with a
weight. A fit that cannot be trusted says why (`problem`), and the pages then show no number.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kemai.value.lifetime.beta_geo import BetaGeoNBD
    from kemai.value.lifetime.gamma_gamma import GammaGamma
    from kemai.value.lifetime.pareto import ParetoNBD
    from kemai.value.lifetime.watched import summary
    from kemai.value.lifetime.worth import lifetime_value

_HOMES = {
    "BetaGeoNBD": "beta_geo",
    "GammaGamma": "gamma_gamma",
    "ParetoNBD": "pareto",
    "lifetime_value": "worth",
    "summary": "watched",
}
__all__ = ["BetaGeoNBD", "GammaGamma", "ParetoNBD", "lifetime_value", "summary"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
