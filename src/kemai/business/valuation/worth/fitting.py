"""Fits the lifetime models over the whole company, asks whether they can be trusted, and holds them against what came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kemai import value
from kemai.value.lifetime.watched import summary_twice

if TYPE_CHECKING:
    from ibis.expr.types import Table

    from kemai.value.lifetime import BetaGeoNBD, GammaGamma

UNIT_DAYS = 7
WEEKS_A_YEAR = 365 / UNIT_DAYS
HELD_BACK_DAYS = 365
MOST_REPEATS = 7


@dataclass(frozen=True)
class Fit:
    """Everybody's history by customer_key and the two models; a model is None where there was nobody to fit it with.

    `unit` is the yuan in which `spend` counts, `told` what the page says of them: parameters, errors, likelihood,
    problem, and expected beside actual repeat purchases."""

    people: Any
    purchases: BetaGeoNBD | None
    spend: GammaGamma | None
    unit: float = 1.0
    told: dict[str, Any] = field(default_factory=dict)

    @property
    def trusts_purchases(self) -> bool:
        """Whether alive and expected purchases may be shown."""
        return self.purchases is not None and self.purchases.is_trusted

    @property
    def trusts_spend(self) -> bool:
        """Whether the expected spend may be shown."""
        return self.spend is not None and self.spend.is_trusted


def fit(lines: Table, as_of: date) -> Fit:
    """Histories in weeks up to the as-of date, and the models fitted to them."""
    then = as_of - timedelta(days=HELD_BACK_DAYS)
    people = summary_twice(lines, as_of, then, UNIT_DAYS, "customer_key").to_pyarrow()
    purchases, (spend, unit) = _purchases(people), _spend(people)
    told = {
        "customers": len(people), "repeat_buyers": _repeat_buyers(people), "purchases": _told(purchases), "spend": _told(spend, {"v": unit}),
        "tracking": _tracking(people, then),
    }  # fmt: skip
    return Fit(people, purchases, spend, unit, told)


def _column(people: Any, name: str) -> Any:
    import numpy as np

    return np.array(people[name].to_numpy(), dtype=np.float64)


def _repeat_buyers(people: Any) -> int:
    return int((_column(people, "frequency") > 0).sum())


def _purchases(people: Any, when: str = "") -> BetaGeoNBD | None:
    if not len(people):
        return None
    return value.lifetime.BetaGeoNBD().fit(
        *(_column(people, f"{when}{name}") for name in ("frequency", "recency", "age"))
    )


def _spend(people: Any) -> tuple[GammaGamma | None, float]:
    """Fitted to spend in units of what is usual: whether `v` is near a bound must not hang on the currency."""
    import numpy as np

    x, means = _column(people, "frequency"), _column(people, "mean_value")
    positive = means[(x > 0) & (means > 0)]
    if not positive.size:
        return None, 1.0
    unit = float(np.median(positive))
    return value.lifetime.GammaGamma().fit(x, means / unit), unit


def _told(model: Any, units: Mapping[str, float] | None = None) -> dict[str, Any]:
    """Plain JSON, parameters in yuan by their `units`; what the data did not give is null."""
    if model is None:
        return {"problem": "nobody", "parameters": [], "log_likelihood": None}
    errors, scale = model.standard_errors, units or {}
    rows = [
        [name, _plain(n * scale.get(name, 1)), _plain(errors[name] * scale.get(name, 1))]
        for name, n in model.params.items()
    ]
    return {"problem": model.problem, "parameters": rows, "log_likelihood": _plain(model.log_likelihood)}


def _plain(number: float) -> float | None:
    return round(float(number), 6) if number == number and abs(number) != float("inf") else None


def _tracking(people: Any, then: date) -> dict[str, Any]:
    """Fitted on what was known a year before, how many purchases were expected of those with 0, 1, … repeat purchases,
    and how many came. Empty where that earlier fit can't be trusted."""
    import numpy as np

    before = people.filter(people["then_frequency"].is_valid())
    model = _purchases(before, "then_")
    if model is None or not model.is_trusted:
        return {"groups": [], "problem": model.problem if model else "nobody"}
    x, t_x, age = (_column(before, f"then_{name}") for name in ("frequency", "recency", "age"))
    expected, came = model.expected_purchases(WEEKS_A_YEAR, x, t_x, age), _column(before, "came")
    group = np.minimum(x, MOST_REPEATS).astype(int)
    sizes = np.bincount(group, minlength=MOST_REPEATS + 1)
    sums = [np.bincount(group, weights=each, minlength=MOST_REPEATS + 1) for each in (expected, came)]
    rows = [
        {"repeats": k, "customers": int(n), "expected": round(float(sums[0][k] / n), 3), "actual": round(float(sums[1][k] / n), 3)}
        for k, n in enumerate(sizes.tolist())
        if n
    ]  # fmt: skip
    return {
        "groups": rows,
        "problem": None,
        "since": then.isoformat(),
        "expected": round(float(expected.sum()), 1),
        "actual": int(came.sum()),
    }
