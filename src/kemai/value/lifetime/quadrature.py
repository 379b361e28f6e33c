"""Integrals of positive functions: means over a beta distribution, and sums over an interval in one or many panels."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


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
