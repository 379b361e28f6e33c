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
from kemai.value.lifetime.quadrature import beta_nodes, beta_panels

Floats = NDArray[np.float64]
AT_ONCE = 2_000_000  # numbers held by one step of a mean over p
MOST_NODES = 1024
STEEPEST = 50  # a: beyond it the mass lies far from 0, where the function is smooth
BLOCK = 8192  # customers: what a step of the likelihood touches stays near the processor


class BetaGeoNBD(PurchaseModel):
    """Parameters r, alpha (in units of time), a, b.

    >>> model = BetaGeoNBD.from_params(r=0.243, alpha=4.414, a=0.793, b=2.426)
    >>> round(model.expected_purchases(39, 2, 30.43, 38.86), 3)
    1.226
    >>> round(float(model.pmf(0, 39)), 7)
    0.5737864
    """

    names: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")

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
        for each, rows in _places(x):
            nodes, weights = _nodes(a, b + each, float(flat_z[rows].max()), r + each)
            step = max(1, AT_ONCE // nodes.size)
            for part in (rows[i : i + step] for i in range(0, rows.size, step)):
                result[part] = function(nodes, r + each, flat_z[part, None]) @ weights
        return np.asarray(result.reshape(np.shape(z)))

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


def _places(x: Floats) -> list[tuple[float, Any]]:
    """Each different x and where it stands."""
    flat = np.ravel(x)
    if not flat.size:
        return []
    order = np.argsort(flat, kind="stable")
    different, first = np.unique(flat[order], return_index=True)
    return list(zip(different.tolist(), np.split(order, first[1:]), strict=True))


def _nodes(a: float, b: float, z: float, power: float) -> tuple[Floats, Floats]:
    """Nodes and weights for p ~ Beta(a, b), for 14 digits: the function of p is smooth up to its singularity at -1/z, and
    steep where power is large. Where that takes too many, for a time ahead of a thousand lives, in panels of log p."""
    far = 2 / max(z * (1 + power / 8), 1e-12)
    ellipse = np.log(1 + far + np.sqrt((1 + far) ** 2 - 1))
    wanted = 16 * np.ceil((17 / ellipse + 12) / 16)
    if wanted > MOST_NODES and a <= STEEPEST:
        return beta_panels(a, b, 1 / (z * (1 + power)))
    return beta_nodes(a, b, int(min(MOST_NODES, wanted)))


class _Likelihood:
    """The sum over customers with its first and second derivatives. What hangs on x, t_x or T alone is computed once a
    value; who has not bought again has not left either, and only counts with his T."""

    def __init__(self, people: History) -> None:
        self.people, weights = people, people.weights
        x, T = people.x.values, people.T
        self.customers = people.customers
        self.by_x = np.bincount(people.x.place, weights=weights, minlength=x.size)
        self.by_T = np.bincount(T.place, weights=weights, minlength=T.values.size)
        self.bought_by_T = np.bincount(T.place, weights=weights * x[people.x.place], minlength=T.values.size)
        again = np.flatnonzero(x[people.x.place] > 0)
        self.weights = weights[again]
        self.x, self.t_x, self.T = (each.place[again] for each in (people.x, people.t_x, people.T))

    def __call__(self, parameters: Floats) -> tuple[float, Floats]:
        value, slope, _second = self._worked_out(parameters, is_curved=False)
        return value, slope

    def curved(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        """The sum, its slope and its second derivatives."""
        return self._worked_out(parameters, is_curved=True)

    def _worked_out(self, parameters: Floats, *, is_curved: bool) -> tuple[float, Floats, Floats]:
        at = _Tables(parameters, self.people)
        sums = _Sums(at.over.size)
        for start in range(0, self.weights.size, BLOCK):
            rows = slice(start, start + BLOCK)
            sums.add(at, self.weights[rows], self.x[rows], self.t_x[rows], self.T[rows], is_curved=is_curved)
        value, slope, second = self._of_all(parameters, at)
        return (
            value + sums.value,
            slope + sums.slope(at, parameters),
            second + sums.second(at, parameters) if is_curved else second,
        )

    def _of_all(self, parameters: Floats, at: _Tables) -> tuple[float, Floats, Floats]:
        """What everybody counts with, as if nobody had left."""
        from scipy.special import gammaln, polygamma, psi

        r, alpha, a, b = parameters
        x, n = self.people.x.values, self.customers
        each = gammaln(r + x) - gammaln(r) + gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        power_by_T = r * self.by_T + self.bought_by_T
        value = float(self.by_x @ each + n * r * np.log(alpha) - power_by_T @ at.log_T)
        both = psi(a + b) - psi(a + b + x)
        slope = np.array([
            self.by_x @ (psi(r + x) - psi(r)) + n * np.log(alpha) - self.by_T @ at.log_T,
            n * r / alpha - power_by_T @ at.inverse_T,
            self.by_x @ both,
            self.by_x @ (both + psi(b + x) - psi(b)),
        ])  # fmt: skip
        together = polygamma(1, a + b) - polygamma(1, a + b + x)
        pace = n / alpha - self.by_T @ at.inverse_T
        second = np.zeros((4, 4))
        second[0, 0] = self.by_x @ (polygamma(1, r + x) - polygamma(1, r))
        second[0, 1] = second[1, 0] = pace
        second[1, 1] = power_by_T @ at.inverse_T**2 - n * r / alpha**2
        second[2:, 2:] = self.by_x @ together
        second[3, 3] += self.by_x @ (polygamma(1, b + x) - polygamma(1, b))
        return value, slope, second


class _Tables:
    """What hangs on one of x, t_x and T, for each value."""

    def __init__(self, parameters: Floats, people: History) -> None:
        r, alpha, a, b = parameters
        x, t_x, T = people.x.values, people.t_x.values, people.T.values
        self.power = r + x
        self.over = 1 / np.where(x > 0, b + x - 1, 1.0)
        self.left = np.log(a * self.over)
        self.log_T, self.log_t = np.log(alpha + T), np.log(alpha + t_x)
        self.inverse_T, self.inverse_t = 1 / (alpha + T), 1 / (alpha + t_x)


class _Sums:
    """Over who bought again: log(1 + odds), where the odds are those of having left, and what its derivatives need.

    D = log(alpha + T) - log(alpha + t_x) is the derivative of the log-odds in r, E = (r + x) dD/dalpha the one in alpha;
    `gone` sums up the share that left, `bend` share times its rest, each by x."""

    def __init__(self, values: int) -> None:
        self.value = self.gone_D = self.gone_E = self.gone_pace = self.gone_bent = 0.0
        self.DD = self.DE = self.EE = 0.0
        self.gone, self.bend, self.bend_D, self.bend_E = (np.zeros(values) for _each in range(4))

    def add(self, at: _Tables, weights: Floats, x: Any, t_x: Any, T: Any, *, is_curved: bool) -> None:
        """Some more customers."""
        power, D = at.power[x], at.log_T[T] - at.log_t[t_x]
        odds = at.left[x] + power * D
        small = np.exp(-np.abs(odds))
        share = 1 / (1 + small)
        share = np.where(odds >= 0, share, small * share)
        inverse_T, inverse_t = at.inverse_T[T], at.inverse_t[t_x]
        pace, gone = inverse_T - inverse_t, weights * share
        E = power * pace
        self.value += float(weights @ (np.maximum(odds, 0.0) + np.log1p(small)))
        self.gone += np.bincount(x, weights=gone, minlength=self.gone.size)
        self.gone_D += float(gone @ D)
        self.gone_E += float(gone @ E)
        if is_curved:
            self.gone_pace += float(gone @ pace)
            self.gone_bent -= float(gone @ (E * (inverse_T + inverse_t)))
            self._bend(gone * (1 - share), D, E, x)

    def _bend(self, bend: Floats, D: Floats, E: Floats, x: Any) -> None:
        bend_D, bend_E = bend * D, bend * E
        self.DD += float(bend_D @ D)
        self.DE += float(bend_D @ E)
        self.EE += float(bend_E @ E)
        for total, each in ((self.bend, bend), (self.bend_D, bend_D), (self.bend_E, bend_E)):
            total += np.bincount(x, weights=each, minlength=total.size)

    def slope(self, at: _Tables, parameters: Floats) -> Floats:
        """First derivatives."""
        return np.array([self.gone_D, self.gone_E, self.gone.sum() / parameters[2], -self.gone @ at.over])

    def second(self, at: _Tables, parameters: Floats) -> Floats:
        """Second derivatives: how the odds bend, and how the share that left does."""
        a, over = parameters[2], at.over
        found = np.zeros((4, 4))
        found[0] = [self.DD, self.DE + self.gone_pace, self.bend_D.sum() / a, -self.bend_D @ over]
        found[1, 1:] = [self.EE + self.gone_bent, self.bend_E.sum() / a, -self.bend_E @ over]
        found[2, 2:] = [(self.bend.sum() - self.gone.sum()) / a**2, -self.bend @ over / a]
        found[3, 3] = (self.bend + self.gone) @ over**2
        return np.asarray(found + np.triu(found, 1).T)
