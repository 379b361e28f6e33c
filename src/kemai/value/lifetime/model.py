"""What the two purchase models share: parameters, fitting, and answers for one customer or for arrays of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from kemai.value.errors import FactError
from kemai.value.lifetime.customers import History, history, numbers, once_each, refuse, same_order, together
from kemai.value.lifetime.fitting import Fitted, Likelihood, maximise
from kemai.value.lifetime.quadrature import legendre, smoothly

Floats = NDArray[np.float64]
PANELS, NODES = 4, 24
THINNED = 2_000  # different customers among whom the search is made where there are more than twice as many
FORGOTTEN = 45.0  # e^-45: later than this nothing counts


class Parametric:
    """A model with named positive parameters: given, or found by `fit`."""

    names: ClassVar[tuple[str, ...]]

    def __init__(self) -> None:
        self._fitted: Fitted | None = None

    def __repr__(self) -> str:
        """The parameters to four digits, and why the fit cannot be trusted where it cannot."""
        if self._fitted is None:
            return f"{type(self).__name__}()"
        shown = [f"{name}={number:.4g}" for name, number in self.params.items()]
        if np.isfinite(self.log_likelihood):
            shown.append(f"log_likelihood={self.log_likelihood:.2f}")
        return f"{type(self).__name__}({', '.join(shown + [f'problem={self.problem}'] * bool(self.problem))})"

    @classmethod
    def from_params(cls, **params: float) -> Self:
        """The model with these parameters, without data; FactError where one is missing, strange or not positive."""
        if set(params) != set(cls.names):
            missing, strange = set(cls.names) - set(params), set(params) - set(cls.names)
            wrong = [f"缺 {name}" for name in sorted(missing)] + [f"多了 {name}" for name in sorted(strange)]
            raise FactError(
                f"参数应为 {', '.join(cls.names)}：{'、'.join(wrong)}", code="bad_parameters", column="params"
            )
        given = {name: numbers(params[name], name) for name in cls.names}
        for name, found in given.items():
            if found.ndim or not (np.isfinite(found) and found > 0):
                raise FactError(
                    f"{name}：参数应为大于 0 的数，给的是 {params[name]}", code="bad_parameters", column=name
                )
        values = np.array([float(found) for found in given.values()])
        model = cls()
        model._fitted = Fitted(values, float("nan"), np.full(values.size, np.nan), None)
        return model

    @property
    def fitted(self) -> Fitted:
        """What was found; FactError before `fit`."""
        if self._fitted is None:
            raise FactError(
                "模型还没有参数；先 .fit(…)，或用 .from_params(…)", code="not_fitted", column="params"
            )
        return self._fitted

    @property
    def params(self) -> dict[str, float]:
        """Name to value."""
        return dict(zip(self.names, self.fitted.parameters.tolist(), strict=True))

    @property
    def log_likelihood(self) -> float:
        """Of the data that was fitted; nan for given parameters."""
        return self.fitted.log_likelihood

    @property
    def standard_errors(self) -> dict[str, float]:
        """Name to standard error, nan where the data give none."""
        return dict(zip(self.names, self.fitted.standard_errors.tolist(), strict=True))

    @property
    def problem(self) -> str | None:
        """Why the fit cannot be trusted: too_few_repeat_buyers, parameter_at_bound, not_converged,
        no_standard_error; None where it can."""
        return self.fitted.problem

    @property
    def is_trusted(self) -> bool:
        """Whether numbers of this model may be shown."""
        return self.problem is None


class PurchaseModel(Parametric, ABC):
    """Purchases until a customer silently leaves. x repeat purchases, the last at t_x, watched until T; all times
    in the unit of the data. Answers are floats for one customer, arrays for several; arguments broadcast."""

    def fit(self, frequency: Any, recency: Any, age: Any, weights: Any = None) -> Self:
        """Maximum likelihood; the same model is returned, with `params`, `log_likelihood`, `standard_errors`.

        One row a customer; `weights` says how many customers a row stands for. FactError names a bad column and row.
        """
        people = history(frequency, recency, age, weights)
        if people.customers == 0:
            raise FactError("frequency：没有客户", code="empty", column="frequency")
        typical = max(float(np.average(people.T.spread(people.T.values), weights=people.weights)), 1e-9)
        part = self._part(people) if people.weights.size > 2 * THINNED else None
        self._fitted = maximise(self._likelihood(people), self._starts(typical), people.repeat_buyers, part)
        return self

    def score(self, frequency: Any, recency: Any, age: Any, weights: Any = None) -> float:
        """Log-likelihood of other customers under these parameters, say of those kept back from the fit."""
        people = history(frequency, recency, age, weights)
        return float(self._likelihood(people)(self.fitted.parameters)[0])

    def _part(self, people: History) -> tuple[Likelihood, float]:
        """An even part of very many customers, and how many times as many there are."""
        part = people.thinned(THINNED)
        return self._likelihood(part), people.customers / part.customers

    def alive(self, x: Any, t_x: Any, T: Any) -> Any:
        """Probability that the customer still buys at T."""
        x, t_x, T = _customers(x, t_x, T)
        return _answer(self._alive(x, t_x, T))

    def expected_purchases(self, t: Any, x: Any, t_x: Any, T: Any) -> Any:
        """Expected purchases in (T, T + t]."""
        x, t_x, T = _customers(x, t_x, T)
        t, x, t_x, T = together(t=_times(t), x=x, t_x=t_x, T=T)
        return _answer(self._alive(x, t_x, T) * once_each(self._purchases_if_alive, t, x, T))

    def expected_purchases_new(self, t: Any) -> Any:
        """Expected repeat purchases of a new customer in (0, t]."""
        t = _times(t)
        return _answer(self._purchases_if_alive(t, np.zeros_like(t), np.zeros_like(t)))

    def pmf(self, n: Any, t: Any) -> Any:
        """Probability that a new customer makes exactly n repeat purchases in (0, t]."""
        n, t = together(n=numbers(n, "n"), t=_times(t))
        refuse(~(np.isfinite(n) & (n >= 0) & (n == np.floor(n))), "n", "应为不小于 0 的整数")
        return _answer(self._pmf(n, t))

    def discounted_purchases(
        self, x: Any, t_x: Any, T: Any, rate: float, horizon: float | None = None
    ) -> Any:
        """Expected purchases after T, each discounted by e^(-rate u) where it comes u after T; up to `horizon`, or
        for ever (rate then above 0): the DERT of Fader, Hardie and Lee. `rate` is for one unit of time, continuous:
        ln(1.15) / 52.18 where 15 % a year and weeks are meant; `lifetime_value` does that sum."""
        if not (rate > 0 or (rate == 0 and horizon is not None)):
            raise FactError("rate：没有期限时贴现率要大于 0", code="bad_value", column="rate")
        if horizon is not None and not horizon >= 0:
            raise FactError("horizon：期限不能为负", code="bad_value", column="horizon")
        x, t_x, T = _customers(x, t_x, T)
        longest = min(v for v in (horizon, FORGOTTEN / rate if rate else None) if v is not None)

        def to_come(x: Floats, T: Floats) -> Floats:
            return self._discounted_if_alive(x, T, rate, longest)

        def at_once(x: Floats, T: Floats) -> Floats:
            return smoothly(to_come, x, T, self._scale)

        return _answer(self._alive(x, t_x, T) * once_each(at_once, x, T))

    def _discounted_if_alive(self, x: Floats, T: Floats, rate: float, horizon: float) -> Floats:
        """The integral over u = c (e^v - 1), in equal panels of v, in which the pace of purchases is smooth; the nodes of
        a panel at once."""
        scale = self._scale(T)
        reach = np.log1p(horizon / scale)
        total = np.zeros_like(scale)
        nodes, weights = legendre(NODES)
        for panel in range(PANELS):
            v = np.multiply.outer((panel + nodes) / PANELS, reach)
            u = scale * np.expm1(v)
            pace = np.exp(v - rate * u) * self._pace_if_alive(u, *np.broadcast_arrays(x, T, u)[:2])
            total += np.tensordot(weights / PANELS, pace, 1)
        return np.asarray(total * reach * scale)

    @abstractmethod
    def _likelihood(self, people: History) -> Any: ...

    @abstractmethod
    def _starts(self, typical: float) -> list[list[float]]: ...

    @abstractmethod
    def _alive(self, x: Floats, t_x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _purchases_if_alive(self, t: Floats, x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _pace_if_alive(self, u: Floats, x: Floats, T: Floats) -> Floats: ...

    @abstractmethod
    def _pmf(self, n: Floats, t: Floats) -> Floats: ...

    @abstractmethod
    def _scale(self, T: Floats) -> Floats: ...


def _customers(x: Any, t_x: Any, T: Any) -> tuple[Floats, Floats, Floats]:
    same_order(x=x, t_x=t_x, T=T)
    x, t_x, T = together(x=numbers(x, "x"), t_x=numbers(t_x, "t_x"), T=numbers(T, "T"))
    checks = (
        ("x", ~(np.isfinite(x) & (x >= 0) & (x == np.floor(x))), "应为不小于 0 的整数"),
        ("t_x", ~(np.isfinite(t_x) & (t_x >= 0)), "应为不小于 0 的数"),
        ("T", ~(np.isfinite(T) & (T >= 0)), "应为不小于 0 的数"),
        ("T", ~(t_x * (1 - 1e-12) <= T), "不能早于最后一次购买"),
    )
    for name, bad, sentence in checks:
        refuse(bad, name, sentence)
    return x, t_x, T


def _times(t: Any) -> Floats:
    found = numbers(t, "t")
    refuse(~(np.isfinite(found) & (found >= 0)), "t", "应为不小于 0 的数")
    return found


def _answer(values: Floats) -> Any:
    return float(values) if np.ndim(values) == 0 else np.asarray(values)
