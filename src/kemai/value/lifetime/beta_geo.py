"""BG/NBD: purchases come at a pace of the customer's own; after each one the customer may leave for good.

    lambda ~ Gamma(r, alpha), p ~ Beta(a, b); A = alpha + T
    P(alive) = 1 / (1 + [x > 0] a / (b + x - 1) ((alpha + T) / (alpha + t_x))^(r + x))
    E[Y(t)] = P(alive) E[(1 - (1 + p t / A)^-(r + x)) / p],  p ~ Beta(a, b + x)

The last mean has a positive, smooth integrand and needs no hypergeometric function, so that a = 1 and a + b < 1 with
x = 0 are like any other case. Source: Fader, Hardie and Lee (2005), Marketing Science 24(2), 275-284.
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from kemai.value.lifetime.customers import History
from kemai.value.lifetime.fitting import Likelihood
from kemai.value.lifetime.model import PurchaseModel
from kemai.value.lifetime.quadrature import beta_nodes

Floats = NDArray[np.float64]
AT_ONCE = 2_000_000  # numbers held by one step of a mean over p


class BetaGeoNBD(PurchaseModel):
    """Parameters r, alpha (in units of time), a, b.

    >>> model = BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(model.expected_purchases(39, 2, 30.43, 38.86), 3)
    1.226
    >>> round(float(model.pmf(0, 39)), 7)
    0.5737864
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    _placed: tuple[Floats, list[tuple[float, Any]]] | None = None

    def _starts(self, typical: float) -> list[list[float]]:
        return [[0.3, typical / 6, 0.8, 2.5], [1.0, typical / 2, 0.3, 3.0]]

    def _likelihood(self, people: History) -> Likelihood:
        return _Likelihood(people)

    def _alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        from scipy.special import expit

        r, alpha, a, b = self.fitted.parameters
        with np.errstate(divide="ignore"):
            odds = np.log(a) - np.log(np.where(x > 0, b + x - 1, 1.0))
        odds = odds + (r + x) * (np.log(alpha + T) - np.log(alpha + t_x))
        return np.asarray(np.where(x > 0, expit(-odds), 1.0))

    def _purchases_if_alive(self, t: Floats, x: Floats, T: Floats) -> Floats:
        def gain(p: Floats, power: Floats, z: Floats) -> Floats:
            return np.asarray(-np.expm1(-power * np.log1p(p * z)) / p)

        return self._mean_over_p(gain, t / (self.fitted.parameters[1] + T), x)

    def _pace_if_alive(self, u: Floats, x: Floats, T: Floats) -> Floats:
        def pace(p: Floats, power: Floats, z: Floats) -> Floats:
            return np.asarray(power * np.exp(-(power + 1) * np.log1p(p * z)))

        A = self.fitted.parameters[1] + T
        return np.asarray(self._mean_over_p(pace, u / A, x) / A)

    def _mean_over_p(self, function: Any, z: Floats, x: Floats) -> Floats:
        """The mean of function(p, r + x, z) over p ~ Beta(a, b + x), one x after the other."""
        r, _alpha, a, b = self.fitted.parameters
        flat_z = np.ravel(z)
        result = np.empty_like(flat_z)
        for each, rows in self._places(x):
            nodes, weights = beta_nodes(a, b + each, _how_many(float(flat_z[rows].max()), r + each))
            step = max(1, AT_ONCE // nodes.size)
            for part in (rows[i : i + step] for i in range(0, rows.size, step)):
                result[part] = function(nodes, r + each, flat_z[part, None]) @ weights
        return np.asarray(result.reshape(np.shape(z)))

    def _places(self, x: Floats) -> list[tuple[float, Any]]:
        """Each different x and where it stands; remembered, since an integral asks a hundred times with the same array."""
        if self._placed is None or self._placed[0] is not x:
            flat = np.ravel(x)
            order = np.argsort(flat, kind="stable")
            different, first = np.unique(flat[order], return_index=True)
            self._placed = x, list(zip(different.tolist(), np.split(order, first[1:]), strict=True))
        return self._placed[1]

    def _pmf(self, n: Floats, t: Floats) -> Floats:
        from scipy.special import betainc, betaln, gammaln, xlog1py, xlogy

        r, alpha, a, b = self.fitted.parameters
        share = t / (alpha + t)
        stays = (
            betaln(a, b + n) - betaln(a, b) + gammaln(r + n) - gammaln(r) - gammaln(n + 1)
            + xlog1py(r, -share) + xlogy(n, share)
        )  # fmt: skip
        positive = np.maximum(n, 1.0)
        leaves = np.exp(betaln(a + 1, b + positive - 1) - betaln(a, b)) * betainc(positive, r, share)
        return np.asarray(np.exp(stays) + np.where(n > 0, leaves, 0.0))

    def _scale(self, T: Floats) -> Floats:
        return np.asarray(self.fitted.parameters[1] + T)


def _how_many(z: float, power: float) -> int:
    """Nodes for 14 digits: the function of p is smooth up to its singularity at -1/z, and steep where power is large."""
    far = 2 / max(z * (1 + power / 8), 1e-12)
    ellipse = np.log(1 + far + np.sqrt((1 + far) ** 2 - 1))
    return int(min(1024, 16 * np.ceil((17 / ellipse + 12) / 16)))


class _Likelihood:
    """The sum over customers and its gradient. What hangs on x, t_x or T alone is computed once a value."""

    def __init__(self, people: History) -> None:
        self.people, self.weights = people, people.weights
        x = people.x.values
        self.by_x = np.bincount(people.x.place, weights=people.weights, minlength=x.size)
        self.repeats = x[people.x.place] > 0

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        from scipy.special import psi

        r, alpha, a, b = parameters
        x, t_x, T = self.people.x, self.people.t_x, self.people.T
        power = x.spread(r + x.values)
        log_T, log_t = T.spread(np.log(alpha + T.values)), t_x.spread(np.log(alpha + t_x.values))
        left = x.spread(np.log(a) - np.log(np.where(x.values > 0, b + x.values - 1, 1.0)))
        odds = np.where(self.repeats, left + power * (log_T - log_t), -np.inf)
        gone = _share(odds)  # of the two ways to the data, that one in which the customer has left
        total = self._constant(parameters) + float(self.weights @ (np.logaddexp(0, odds) - power * log_T))
        here, lost = self.weights * (1 - gone), self.weights * gone
        inverse_T, inverse_t = T.spread(1 / (alpha + T.values)), t_x.spread(1 / (alpha + t_x.values))
        over = x.spread(1 / np.where(x.values > 0, b + x.values - 1, 1.0))
        both = psi(a + b) - psi(a + b + x.values)
        customers = self.people.customers
        return total, np.array([
            self.by_x @ (psi(r + x.values) - psi(r)) + customers * np.log(alpha) - here @ log_T - lost @ log_t,
            customers * r / alpha - (here * power) @ inverse_T - (lost * power) @ inverse_t,
            self.by_x @ both + lost.sum() / a,
            self.by_x @ (both + psi(b + x.values) - psi(b)) - lost @ over,
        ])  # fmt: skip

    def _constant(self, parameters: Floats) -> float:
        from scipy.special import gammaln

        r, alpha, a, b = parameters
        x = self.people.x.values
        each = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        each += gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        return float(self.by_x @ each)


def _share(log_odds: Floats) -> Floats:
    from scipy.special import expit

    return np.asarray(expit(log_odds))
