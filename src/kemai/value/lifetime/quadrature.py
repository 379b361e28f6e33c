"""Integrals of positive functions: means over a beta distribution, and sums over an interval in one or many panels; and
smooth functions of time between a few places where they are worked out."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
PLACES = 40  # of Chebyshev, between which a smooth function is taken
AT_ONCE = 8192
PANEL_NODES = 40


@lru_cache(maxsize=32)
def legendre(n: int) -> tuple[Floats, Floats]:
    """Nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(n)
    return (nodes + 1) / 2, weights / 2


@lru_cache(maxsize=4096)
def beta_nodes(a: float, b: float, n: int) -> tuple[Floats, Floats]:
    """Nodes in [0, 1] and weights that sum to 1, exact for polynomials up to degree 2n - 1 under Beta(a, b).

    Golub and Welsch: the nodes are the eigenvalues of the recurrence of the Jacobi polynomials; weights come from
    the eigenvectors, so that nothing overflows for large a and b.
    """
    from scipy.linalg import eigh_tridiagonal

    diagonal, off = _recurrence(b - 1, a - 1, n)
    places, vectors = eigh_tridiagonal(diagonal, off)
    return np.clip((places + 1) / 2, 0.0, 1.0), vectors[0] ** 2


@lru_cache(maxsize=256)
def beta_panels(a: float, b: float, near: float) -> tuple[Floats, Floats]:
    """The same for functions of p that change at every scale from `near` to 1, for a below 50 or so.

    One panel from 0 to `near` with the weight p^(a-1), each next one twice as long, and a last one from 1/2 to 1 with the
    weight (1-p)^(b-1): however small a and b are, no panel holds a singularity that is not in its weight.
    """
    from scipy.special import betaln

    nodes, weights = legendre(PANEL_NODES)
    count = max(int(np.ceil(np.log2(0.5 / near))), 1)
    first = 0.5 ** (count + 1)
    low, low_weights = beta_nodes(a, 1.0, PANEL_NODES)
    high, high_weights = beta_nodes(1.0, b, PANEL_NODES)
    inner = first * np.exp2(np.add.outer(np.arange(count), nodes)).ravel()
    whole = betaln(a, b)
    with np.errstate(divide="ignore", under="ignore"):
        parts = (
            low_weights * np.exp(a * np.log(first) - np.log(a) - whole + (b - 1) * np.log1p(-first * low)),
            np.tile(weights * np.log(2), count)
            * np.exp(a * np.log(inner) + (b - 1) * np.log1p(-inner) - whole),
            high_weights * np.exp(-b * np.log(2) - np.log(b) - whole + (a - 1) * np.log((1 + high) / 2)),
        )
    found = np.concatenate(parts)
    return np.concatenate([first * low, inner, (1 + high) / 2]), found / found.sum()


def _recurrence(alpha: float, beta: float, n: int) -> tuple[Floats, Floats]:
    """Diagonal and off-diagonal for the weight (1 - z)^alpha (1 + z)^beta on [-1, 1]."""
    k = np.arange(n, dtype=np.float64)
    total = 2 * k + alpha + beta
    with np.errstate(divide="ignore", invalid="ignore"):
        diagonal = (beta**2 - alpha**2) / (total * (total + 2))
    diagonal[0] = (beta - alpha) / (alpha + beta + 2)
    j, over = k[1:], total[1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = 4 * j * (j + alpha) * (j + beta) * (j + alpha + beta) / (over**2 * (over**2 - 1))
    if n > 1:
        squares[0] = 4 * (1 + alpha) * (1 + beta) / ((alpha + beta + 2) ** 2 * (alpha + beta + 3))
    return diagonal, np.sqrt(squares)


def smoothly(
    function: Callable[[Floats, Floats], Floats], x: Floats, T: Floats, scale: Callable[[Floats], Floats]
) -> Floats:
    """function(x, T) of columns of different pairs, a smooth function of log(scale(T)) for each x; `scale` only adds to T.

    Where an x has many T the function is worked out at a few places and taken between them, to the last digits.
    """
    if x.size <= 2 * PLACES:
        return np.asarray(function(x, T))
    order = np.argsort(x, kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(x[order])) + 1)
    many = [rows for rows in groups if len(rows) > 2 * PLACES]
    few = [rows for rows in groups if len(rows) <= 2 * PLACES]
    between = [_places_of(T[rows], scale) for rows in many]
    at = np.concatenate(few) if few else np.empty(0, np.intp)
    asked_x = np.concatenate([x[at], *(np.full(PLACES, x[rows[0]]) for rows in many)])
    asked_T = np.concatenate([T[at], *between])
    blocks = range(0, len(asked_x), AT_ONCE)
    known = np.concatenate([function(asked_x[b : b + AT_ONCE], asked_T[b : b + AT_ONCE]) for b in blocks])
    found = np.empty(len(x))
    found[at] = known[: len(at)]
    for rows, places, values in zip(many, between, known[len(at) :].reshape(-1, PLACES), strict=True):
        found[rows] = _between(np.log(scale(T[rows])), np.log(scale(places)), values)
    return found


def _places_of(T: Floats, scale: Callable[[Floats], Floats]) -> Floats:
    """Chebyshev's places between the first and the last T, in the logarithm of the scale."""
    low, high = np.log(scale(np.array([T.min(), T.max()])))
    logs = (low + high) / 2 + (high - low) / 2 * _chebyshev()
    return np.asarray(np.clip(T.min() + (np.exp(logs) - np.exp(low)), T.min(), T.max()))


def _chebyshev() -> Floats:
    return np.asarray(np.cos(np.pi * (np.arange(PLACES) + 0.5) / PLACES))


def _between(asked: Floats, places: Floats, values: Floats) -> Floats:
    """The polynomial through the values, by the barycentric formula."""
    weights = (-1.0) ** np.arange(PLACES) * np.sin(np.pi * (np.arange(PLACES) + 0.5) / PLACES)
    gap = asked[:, None] - places
    hits = np.abs(gap) < 1e-15
    parts = weights / np.where(hits, 1.0, gap)
    found = (parts @ values) / parts.sum(axis=1)
    rows, columns = np.nonzero(hits)
    found[rows] = values[columns]
    return np.asarray(found)
