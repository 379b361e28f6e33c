"""Records that hang together through pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def groups(pairs: pa.Table) -> dict[int, int]:
    """The smallest id among all that a record hangs together with, for each that is in a pair."""
    parent: dict[int, int] = {}

    def root(of: int) -> int:
        while parent.setdefault(of, of) != of:
            parent[of] = parent[parent[of]]
            of = parent[of]
        return of

    for left, right in zip(pairs["left"].to_pylist(), pairs["right"].to_pylist(), strict=True):
        a, b = root(left), root(right)
        parent[max(a, b)] = min(a, b)
    return {each: root(each) for each in list(parent)}
