"""Maximum likelihood of positive parameters: a search in their logarithms, standard errors, and whether to trust it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Likelihood = Callable[[Floats], tuple[float, Floats]]
Curved = Callable[[Floats], tuple[float, Floats, Floats]]

BOUND = 14.0  # parameters stay between e^-14 and e^14
NEAR_BOUND = 10.0  # beyond e^10, or below e^-10, the data did not say what it is
FEWEST_REPEAT_BUYERS = 50
STEP = 1e-4
NEWTON = 4
SMALL_STEP = 1e-4
REMEMBERED = 32
TURNS = 60
ARRIVED = 1e-9  # a step of the logarithms that need not be taken
LONGEST_STEP = 1.5


@dataclass(frozen=True)
class Fitted:
    """Parameters in the order of the model, their standard errors (nan where the data give none), and `problem`:
    None, or too_few_repeat_buyers, not_converged, parameter_at_bound, no_standard_error."""

    parameters: Floats
    log_likelihood: float
    standard_errors: Floats
    problem: str | None


def maximise(
    likelihood: Likelihood,
    starts: Sequence[Sequence[float]],
    repeat_buyers: float,
    part: tuple[Likelihood, float] | None = None,
) -> Fitted:
    """The best end of all starts. `likelihood` takes natural parameters and gives the sum and its gradient.

    `part` is the likelihood of an even part of very many customers and how many times as many there are: the search
    is then made among them, and the whole only follows the slope from there. A likelihood whose `curved` gives the
    second derivatives too follows them, which takes it three or four looks at everybody.
    """
    climbed = _climbed(likelihood, starts, part)
    if climbed is not None:
        return _fitted(*climbed, repeat_buyers)
    likelihood = _remembered(likelihood)
    first = [np.log(np.asarray(start, dtype=np.float64)) for start in starts]
    if part is None:
        logs, reached = max((_search(likelihood, start) for start in first), key=lambda end: end[1])
    else:
        near = max((_search(part[0], start) for start in first), key=lambda end: end[1])[0]
        logs, reached = _follow(likelihood, near, _hessian(part[0], near) * part[1])
    logs, reached, hessian = _polish(likelihood, logs, reached, is_large=part is not None)
    gradient = likelihood(np.exp(logs))[1] * np.exp(logs)
    return _fitted(logs, reached, gradient, hessian, repeat_buyers)


def _fitted(logs: Floats, reached: float, gradient: Floats, hessian: Floats, repeat_buyers: float) -> Fitted:
    errors = _standard_errors(hessian, logs)
    is_settled = bool(np.abs(gradient).max() <= 1e-5 * max(1.0, abs(reached)))
    return Fitted(np.exp(logs), reached, errors, _problem(logs, errors, is_settled, repeat_buyers))


def _climbed(
    likelihood: Any, starts: Sequence[Sequence[float]], part: tuple[Any, float] | None
) -> tuple[Floats, float, Floats, Floats] | None:
    """Newton's way up, first among the part, then of all from there; None where there is no part or no such way."""
    if part is None or not hasattr(likelihood, "curved"):
        return None
    ends = [_climb(part[0].curved, np.log(np.asarray(start, dtype=np.float64))) for start in starts]
    near = max((end for end in ends if end is not None), key=lambda end: end[1], default=None)
    return None if near is None else _climb(likelihood.curved, near[0])


def _climb(curved: Curved, logs: Floats) -> tuple[Floats, float, Floats, Floats] | None:
    """Logarithms, value, slope and second derivatives at the top; None where none is reached. Where a step does not go up
    the next is shorter and nearer to the slope."""
    value, gradient, hessian = _in_logs(curved, logs)
    held = 0.0
    for _turn in range(TURNS):
        step = _step_up(gradient, hessian, held)
        if held == 0 and np.abs(step).max() < ARRIVED:
            return logs, value, gradient, hessian
        if not np.all(np.isfinite(step)) or np.abs(logs + step).max() > BOUND:
            return None
        there = _in_logs(curved, logs + step)
        if there[0] >= value - 1e-12 * abs(value):
            logs, (value, gradient, hessian), held = logs + step, there, held / 8 if held > 1e-3 else 0.0
        else:
            held = max(8 * held, 1e-2)
    return None


def _step_up(gradient: Floats, hessian: Floats, held: float) -> Floats:
    """Newton's step; where the slope does not bend down everywhere, as if it did as much to the other side."""
    bends, ways = np.linalg.eigh(-hessian)
    bends = np.maximum(np.abs(bends), 1e-12 * np.abs(bends).max())
    step = ways @ ((ways.T @ gradient) / (bends + held * bends.max()))
    return np.asarray(step * min(1.0, LONGEST_STEP / max(np.abs(step).max(), 1e-300)))


def _in_logs(curved: Curved, logs: Floats) -> tuple[float, Floats, Floats]:
    parameters = np.exp(logs)
    value, gradient, hessian = curved(parameters)
    slope = gradient * parameters
    return value, slope, hessian * np.outer(parameters, parameters) + np.diag(slope)


def _remembered(likelihood: Likelihood) -> Likelihood:
    """The same, which knows its last answers: the steps of the search and of the polish meet at the same places."""
    known: dict[bytes, tuple[float, Floats]] = {}

    def asked(parameters: Floats) -> tuple[float, Floats]:
        place = parameters.tobytes()
        if place not in known:
            if len(known) >= REMEMBERED:
                known.pop(next(iter(known)))
            known[place] = likelihood(parameters)
        value, gradient = known[place]
        return value, gradient.copy()

    return asked


def _search(likelihood: Likelihood, start: Floats) -> tuple[Floats, float]:
    from scipy.optimize import minimize

    found = minimize(
        _downhill(likelihood), start, jac=True, method="L-BFGS-B", bounds=[(-BOUND, BOUND)] * start.size,
        options={"maxiter": 500, "ftol": 1e-10, "gtol": 1e-7, "maxcor": 20},
    )  # fmt: skip
    return np.asarray(found.x), -float(found.fun)


def _follow(likelihood: Likelihood, near: Floats, hessian: Floats) -> tuple[Floats, float]:
    """From a place that is nearly right, with second derivatives that are nearly right: a few steps."""
    from scipy.optimize import minimize

    try:
        inverse = np.linalg.inv(-hessian)
        np.linalg.cholesky(inverse)
    except np.linalg.LinAlgError:
        return _search(likelihood, near)
    found = minimize(
        _downhill(likelihood), near, jac=True, method="BFGS",
        options={"hess_inv0": (inverse + inverse.T) / 2, "maxiter": 50, "gtol": 1e-4 * np.sqrt(np.abs(hessian).max())},
    )  # fmt: skip
    if not np.all(np.isfinite(found.x)) or np.abs(found.x).max() > BOUND:
        return _search(likelihood, near)
    return np.asarray(found.x), -float(found.fun)


def _downhill(likelihood: Likelihood) -> Likelihood:
    """What a minimiser wants, in the logarithms of the parameters."""

    def value_and_slope(logs: Floats) -> tuple[float, Floats]:
        parameters = np.exp(logs)
        value, gradient = likelihood(parameters)
        return -value, -gradient * parameters

    return value_and_slope


def _polish(
    likelihood: Likelihood, logs: Floats, reached: float, *, is_large: bool
) -> tuple[Floats, float, Floats]:
    """A few Newton steps, each taken only if it goes up; with the second derivatives of the last place but a hair."""
    for _turn in range(NEWTON):
        hessian = _hessian(likelihood, logs, is_large=is_large)
        step = _newton(hessian, likelihood(np.exp(logs))[1] * np.exp(logs))
        if step is None or np.abs(logs + step).max() > BOUND or np.abs(step).max() > 1:
            break
        value = likelihood(np.exp(logs + step))[0]
        if not value >= reached:
            break
        logs, reached = logs + step, value
        if np.abs(step).max() < SMALL_STEP:
            break
    return logs, reached, hessian


def _newton(hessian: Floats, gradient: Floats) -> Floats | None:
    try:
        step = np.linalg.solve(-hessian, gradient)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(step, dtype=np.float64) if np.all(np.isfinite(step)) else None


def _hessian(likelihood: Likelihood, logs: Floats, *, is_large: bool = False) -> Floats:
    """Second derivatives in the logarithms: differences of the analytic gradient, of very many to one side only."""

    def gradient(at: Floats) -> Floats:
        return likelihood(np.exp(at))[1] * np.exp(at)

    if is_large:
        here, step = gradient(logs), STEP / 10
        rows = np.array([(gradient(logs + each) - here) / step for each in np.eye(logs.size) * step])
    else:
        steps = np.eye(logs.size) * STEP
        rows = np.array([(gradient(logs + each) - gradient(logs - each)) / (2 * STEP) for each in steps])
    return np.asarray((rows + rows.T) / 2)


def _standard_errors(hessian: Floats, logs: Floats) -> Floats:
    """From the observed information, carried from the logarithms to the parameters."""
    try:
        covariance = np.linalg.inv(-hessian)
    except np.linalg.LinAlgError:
        return np.full(logs.size, np.nan)
    variances = np.where(np.diag(covariance) > 0, np.diag(covariance), np.nan)
    return np.asarray(np.exp(logs) * np.sqrt(variances))


def _problem(logs: Floats, errors: Floats, is_settled: bool, repeat_buyers: float) -> str | None:
    if repeat_buyers < FEWEST_REPEAT_BUYERS:
        return "too_few_repeat_buyers"
    if np.abs(logs).max() > NEAR_BOUND:
        return "parameter_at_bound"
    if not is_settled:
        return "not_converged"
    return None if np.all(np.isfinite(errors)) else "no_standard_error"
