"""What a company may decide about a run, as one frozen value that is stored beside the result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from decimal import Decimal
from typing import Any

from kemai.value.errors import SchemeError
from kemai.value.measures.quality import DEFAULT_WEIGHTS, check_gates, check_weights
from kemai.value.measures.rfm import WEIGHTS_MILLI

POPULATIONS = ("all", "unit", "owner")


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """The parameters of a run.

    `statuses` are the sale statuses that count; `population` says among whom customers are ranked; `quality_targets`
    are benchmarks set by hand (sales and profit in yuan, tenure in years), a criterion without one takes the 90th
    percentile of those ranked; `quality_gates` are those of its knock-out gates that stand (credit, profit); with
    `horizon_months` other than 12, CB is the run rate.
    """

    statuses: tuple[str, ...] = ("delivered",)
    population: str = "all"
    exclude_types: tuple[str, ...] = ("internal",)
    exclude_states_from_ev: tuple[str, ...] = ("lost", "non", "non_customer", "lost_customer")
    horizon_months: int = 12
    rfm_window_days: int = 365
    rfm_high_score: int = 4
    rfm_weights_milli: tuple[int, int, int] = WEIGHTS_MILLI
    stability_months: int = 12
    quality_weights: Mapping[str, Decimal] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    quality_targets: Mapping[str, Decimal] = field(default_factory=dict)
    quality_gates: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.population not in POPULATIONS:
            raise SchemeError(f"population 只能是 {'、'.join(POPULATIONS)}", code="bad_population")
        unknown = {*self.quality_weights, *self.quality_targets} - {*DEFAULT_WEIGHTS}
        if unknown:
            raise SchemeError(f"优质评分没有要素 {'、'.join(sorted(unknown))}", code="unknown_criterion")
        check_weights(self.quality_weights)
        check_gates(self.quality_gates)

    @property
    def ranked_among(self) -> str | None:
        """The column customers are ranked within; None is the whole company."""
        return None if self.population == "all" else "population"

    def to_json(self) -> dict[str, Any]:
        """A dict of plain JSON values; decimals are text."""
        return {
            name: {key: str(number) for key, number in found.items()}
            if isinstance(found, Mapping)
            else list(found)
            if isinstance(found, tuple)
            else found
            for name, found in asdict(self).items()
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> EngineSettings:
        """The settings from `to_json`; names left out take their defaults."""
        known = {each.name for each in fields(cls)}
        return cls(**{name: _plain(found) for name, found in data.items() if name in known})


def _plain(found: Any) -> Any:
    if isinstance(found, Mapping):
        return {key: Decimal(str(number)) for key, number in found.items()}
    return tuple(found) if isinstance(found, list) else found
