"""Gamma-Gamma: what a customer spends on a purchase, from what was spent so far and what customers spend on the whole.

    z ~ Gamma(p, nu) a purchase, nu ~ Gamma(q, v);  E[M | x, m] = p (v + x m) / (p x + q - 1)

Source: Fader and Hardie (2013), "The Gamma-Gamma model of monetary value", note 025.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kemai.value.errors import FactError
from kemai.value.lifetime.customers import (
    Counted,
    column,
    grouped,
    numbers,
    refuse,
    same_length,
    same_order,
    together,
)
from kemai.value.lifetime.fitting import maximise
from kemai.value.lifetime.model import THINNED, Parametric

Floats = NDArray[np.float64]
BLOCK = 8192


class GammaGamma(Parametric):
    """Parameters p, q and v (in the unit of the money).

    >>> model = GammaGamma.from_params(p=6.25, q=3.74, v=15.44)
    >>> round(model.expected_spend(0, 0), 2)
    35.22
    """

    names: ClassVar[tuple[str, ...]] = ("p", "q", "v")

    def fit(self, frequency: Any, mean_value: Any, weights: Any = None) -> Self:
        """Maximum likelihood over customers with a repeat purchase and a positive mean value; others do not count.

        `frequency` is the number of repeat purchases, `mean_value` yuan per repeat purchase (nan where there is none).
        """
        likelihood = _likelihood(frequency, mean_value, weights)
        typical = float(np.average(likelihood.means, weights=likelihood.weights))
        starts = [[6, 4, typical / 2], [1.5, 2, typical]]
        part = likelihood.part(THINNED) if likelihood.weights.size > 2 * THINNED else None
        self._fitted = maximise(likelihood, starts, float(likelihood.weights.sum()), part)
        return self

    def score(self, frequency: Any, mean_value: Any, weights: Any = None) -> float:
        """Log-likelihood of other customers under these parameters."""
        return float(_likelihood(frequency, mean_value, weights)(self.fitted.parameters)[0])

    @property
    def has_mean(self) -> bool:
        """Whether customers on the whole have a mean: only where q is above 1."""
        return bool(self.params["q"] > 1)

    def expected_spend(self, x: Any, mean_value: Any) -> Any:
        """Expected yuan per purchase of a customer with x repeat purchases of `mean_value` on average, which does not
        matter where x is 0. A mean below 0 (more came back than was bought) counts as 0.

        nan where no mean exists: p x + q <= 1, so for x = 0 with q <= 1 (`reason` says no_mean). FactError names the
        column of an x that is no whole number of 0 or more, and of a mean value that is missing or without end.
        """
        same_order(x=x, mean_value=mean_value)
        x, means = together(x=_repeats(x), mean_value=numbers(mean_value, "mean_value"))
        refuse((x > 0) & ~np.isfinite(means), "mean_value", "有重复购买，应为一个数，不能为空")
        means = np.where(x > 0, np.maximum(means, 0.0), 0.0)
        p, q, v = self.fitted.parameters
        over = p * x + q - 1
        spend = np.where(over > 0, p * (v + x * means) / np.where(over > 0, over, 1.0), np.nan)
        return float(spend) if spend.ndim == 0 else spend

    def reason(self, x: Any) -> Any:
        """Why a customer with x repeat purchases has no expected spend: no_mean, or None."""
        x = _repeats(x)
        p, q, _v = self.fitted.parameters
        has_mean = p * x + q - 1 > 0
        if has_mean.ndim == 0:
            return None if has_mean else "no_mean"
        return np.array([None if each else "no_mean" for each in has_mean.tolist()], dtype=object)


def _repeats(x: Any) -> Floats:
    found = numbers(x, "x")
    refuse(~(np.isfinite(found) & (found >= 0) & (found == np.floor(found))), "x", "应为不小于 0 的整数")
    return found


def _likelihood(frequency: Any, mean_value: Any, weights: Any) -> _Likelihood:
    """Of the customers that count; equal ones once. FactError names a bad column, or says that nobody counts."""
    x = column(frequency, "frequency")
    means = np.atleast_1d(numbers(mean_value, "mean_value"))
    w = np.ones_like(x) if weights is None else column(weights, "weights")
    same_length(frequency=x, mean_value=means, weights=w)
    same_order(frequency=frequency, mean_value=mean_value, weights=weights)
    refuse(np.isinf(means), "mean_value", "应为有限的数")
    counts = (x > 0) & (means > 0) & (w > 0)
    if not counts.any():
        raise FactError("mean_value：没有重复购买的客户", code="empty", column="mean_value")
    (repeats, spent), w = grouped([x[counts], means[counts]], w[counts])
    return _Likelihood(repeats, spent.spread(spent.values), w)


class _Likelihood:
    """The sum over customers with its first and second derivatives."""

    def __init__(self, x: Counted, means: Floats, weights: Floats) -> None:
        self.counts, self.means, self.weights = x, means, weights
        self.x = x.spread(x.values)
        self.spent = self.x * means
        self.customers = weights.sum()
        self.weighted = np.vstack([weights, weights * self.x])
        self.fixed = float(weights @ np.log(means)), float(self.weighted[1] @ np.log(self.spent))
        self.by_x = np.bincount(x.place, weights=weights, minlength=x.values.size)

    def part(self, rows: int) -> tuple[_Likelihood, float]:
        """That of about so many of the different customers, evenly, and how many times as many there are."""
        step = max(1, self.weights.size // rows)
        some = _Likelihood(Counted.of(self.x[::step]), self.means[::step], self.weights[::step])
        return some, float(self.weights.sum() / some.weights.sum())

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        value, slope, _second = self.curved(parameters)
        return value, slope

    def curved(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        """The sum, its slope and its second derivatives."""
        from scipy.special import gammaln, polygamma, psi

        p, q, v = parameters
        x, n, (log_means, log_spent) = self.counts.values, self.customers, self.fixed
        (log_all, over, squared), (x_log_all, x_over, x_squared) = self._sums(v)
        value = float(
            self.by_x @ (gammaln(p * x + q) - gammaln(p * x)) + n * (q * np.log(v) - gammaln(q))
            + p * (log_spent - x_log_all) - log_means - q * log_all
        )  # fmt: skip
        shared, bent = psi(p * x + q), polygamma(1, p * x + q)
        slope = np.array([
            self.by_x @ (x * (shared - psi(p * x))) + log_spent - x_log_all,
            self.by_x @ shared + n * (np.log(v) - psi(q)) - log_all,
            n * q / v - p * x_over - q * over,
        ])  # fmt: skip
        p_q, p_v, q_v = self.by_x @ (x * bent), -x_over, n / v - over
        return value, slope, np.array([
            [self.by_x @ (x**2 * (bent - polygamma(1, p * x))), p_q, p_v],
            [p_q, self.by_x @ bent - n * polygamma(1, q), q_v],
            [p_v, q_v, p * x_squared + q * squared - n * q / v**2],
        ])  # fmt: skip

    def _sums(self, v: float) -> Floats:
        """Of log(v + spent), 1 / (v + spent) and its square: by the customers, and by their purchases."""
        found = np.zeros((2, 3))
        for start in range(0, self.weights.size, BLOCK):
            rows = slice(start, start + BLOCK)
            total = v + self.spent[rows]
            over = 1 / total
            found += self.weighted[:, rows] @ np.vstack([np.log(total), over, over * over]).T
        return found
