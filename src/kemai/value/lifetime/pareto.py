"""Pareto/NBD: purchases come at a pace of the customer's own, until the customer leaves at a time of the customer's own.

    lambda ~ Gamma(r, alpha), mu ~ Gamma(s, beta)
    L = Gamma(r + x) / Gamma(r) alpha^r beta^s [ (alpha + T)^-(r+x) (beta + T)^-s
                                                + integral from t_x to T of s (alpha + y)^-(r+x) (beta + y)^-(s+1) dy ]

The integral is taken as it stands, over a positive function: subtracting two hypergeometric functions loses every digit
where purchases are many. Source: Schmittlein, Morrison and Colombo (1987), Management Science 33(1), 1-24; Fader and
Hardie (2005), "A note on deriving the Pareto/NBD model".
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from kemai.value.lifetime.customers import History
from kemai.value.lifetime.departure import departure
from kemai.value.lifetime.fitting import Likelihood
from kemai.value.lifetime.model import PurchaseModel
from kemai.value.lifetime.quadrature import legendre

Floats = NDArray[np.float64]


class ParetoNBD(PurchaseModel):
    """Parameters r, alpha, s, beta; alpha and beta in units of time.

    >>> model = ParetoNBD.from_params(r=0.5534, alpha=10.5802, s=0.6061, beta=11.6562)
    >>> round(model.alive(26, 30.86, 31), 4), round(model.expected_purchases(52, 26, 30.86, 31), 1)
    (0.9979, 25.5)
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")

    def _starts(self, typical: float) -> list[list[float]]:
        return [[0.6, typical / 3, 0.6, typical / 3], [1.5, typical, 1.5, typical * 2]]

    def _likelihood(self, people: History) -> Likelihood:
        return _Likelihood(people)

    def _alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats:
        from scipy.special import expit

        r, alpha, s, beta = self.fitted.parameters
        here = -(r + x) * np.log(alpha + T) - s * np.log(beta + T)
        gone = departure(self.fitted.parameters, np.ravel(x), np.ravel(t_x), np.ravel(T)).log_value
        return np.asarray(expit(here - gone.reshape(np.shape(x))))

    def _purchases_if_alive(self, t: Floats, x: Floats, T: Floats) -> Floats:
        from scipy.special import exprel

        r, alpha, s, beta = self.fitted.parameters
        spell = np.log1p(t / (beta + T))
        return np.asarray((r + x) / (alpha + T) * (beta + T) * spell * exprel(-(s - 1) * spell))

    def _pace_if_alive(self, u: Floats, x: Floats, T: Floats) -> Floats:
        r, alpha, s, beta = self.fitted.parameters
        return np.asarray((r + x) / (alpha + T) * np.exp(-s * np.log1p(u / (beta + T))))

    def _pmf(self, n: Floats, t: Floats) -> Floats:
        r, alpha, s, beta = self.fitted.parameters
        stays = np.exp(_log_counts(n, t, r, alpha) - s * np.log1p(t / beta))
        flat_n, flat_t = np.ravel(n), np.ravel(t)
        leaves = [self._leaves_at(k, until) for k, until in zip(flat_n, flat_t, strict=True)]
        return np.asarray(stays + np.array(leaves).reshape(np.shape(n)))

    def _leaves_at(self, n: float, t: float) -> float:
        """The customer leaves within (0, t] having bought n times."""
        if t == 0:
            return 0.0
        r, alpha, s, beta = self.fitted.parameters
        scale = min(alpha, beta)
        places, weights = legendre(48)
        panels = 24
        v = ((np.arange(panels)[:, None] + places) / panels * np.log1p(t / scale)).ravel()
        y = scale * np.expm1(v)
        density = np.log(s) - (s + 1) * np.log1p(y / beta) - np.log(beta) + np.log(scale) + v
        each = np.exp(_log_counts(np.full_like(y, n), y, r, alpha) + density)
        return float(np.tile(weights, panels) @ each * np.log1p(t / scale) / panels)

    def _scale(self, T: Floats) -> Floats:
        return np.asarray(self.fitted.parameters[3] + T)


def _log_counts(n: Floats, t: Floats, r: float, alpha: float) -> Floats:
    """Logarithm of the negative binomial chance of n purchases in t."""
    from scipy.special import gammaln, xlog1py, xlogy

    share = t / (alpha + t)
    return np.asarray(gammaln(r + n) - gammaln(r) - gammaln(n + 1) + xlog1py(r, -share) + xlogy(n, share))


class _Likelihood:
    """The sum over customers and its gradient."""

    def __init__(self, people: History) -> None:
        self.weights = people.weights
        self.counts = people.x
        self.by_x = np.bincount(people.x.place, weights=people.weights, minlength=people.x.values.size)
        self.x, self.t_x, self.T = (each.spread(each.values) for each in (people.x, people.t_x, people.T))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        from scipy.special import expit, gammaln, psi

        r, alpha, s, beta = parameters
        log_a, log_b = np.log(alpha + self.T), np.log(beta + self.T)
        here = -(r + self.x) * log_a - s * log_b
        gone = departure(parameters, self.x, self.t_x, self.T, with_gradient=True)
        share = expit(gone.log_value - here)
        lost, stays = self.weights * share, self.weights * (1 - share)
        customers, values = self.weights.sum(), self.counts.values
        total = float(
            self.by_x @ (gammaln(r + values) - gammaln(r)) + customers * (r * np.log(alpha) + s * np.log(beta))
            + self.weights @ np.logaddexp(here, gone.log_value)
        )  # fmt: skip
        slopes = np.array([
            self.by_x @ (psi(r + values) - psi(r)) + customers * np.log(alpha) - stays @ log_a,
            customers * r / alpha - stays @ ((r + self.x) / (alpha + self.T)),
            customers * np.log(beta) - stays @ log_b,
            customers * s / beta - s * (stays @ (1 / (beta + self.T))),
        ])  # fmt: skip
        return total, slopes + gone.slopes @ lost
