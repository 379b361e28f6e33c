"""What the company has decided about a valuation, as the engine takes it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from kemai import value
from kemai.foundation.preferences.company import company_setting


def engine_settings() -> value.EngineSettings:
    """The parameters that the next run uses."""
    return made_of({
        "statuses": company_setting("valuation.statuses"), "population": company_setting("valuation.population"),
        "quality_weights": company_setting("valuation.quality_weights"), "quality_targets": company_setting("valuation.quality_targets"),
        "quality_gates": company_setting("valuation.quality_gates"), "rfm_window_days": company_setting("valuation.rfm_window_days"),
    })  # fmt: skip


def made_of(stored: dict[str, Any]) -> value.EngineSettings:
    """Stored JSON values as the engine's settings. Raises SchemeError where they make no sense."""
    weights, targets = (
        {k: Decimal(str(v)) for k, v in stored[name].items()}
        for name in ("quality_weights", "quality_targets")
    )
    population = "all" if stored["population"] == "company" else str(stored["population"])
    return value.EngineSettings(
        statuses=tuple(stored["statuses"]), population=population, quality_weights=weights, quality_targets=targets,
        quality_gates=tuple(stored["quality_gates"]), rfm_window_days=int(stored["rfm_window_days"]),
    )  # fmt: skip
