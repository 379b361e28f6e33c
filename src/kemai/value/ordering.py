"""Places in a ranking, worked out on whole columns: who stands where, what stands before, how many are better.

Arrays have a place a customer, in the order of the codes, which decides where all else is equal. `groups` are whole
numbers that say among whom a customer stands; None is everybody. The same order as `schemes.ranking` gives in Ibis.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]


def falling(values: Numbers) -> Numbers:
    """The places of the values from the largest to the smallest, equal ones in the order in which they stand.

    >>> import numpy as np
    >>> falling(np.array([5, 9, 5])).tolist()
    [1, 0, 2]
    """
    import numpy as np

    return np.argsort(-values, kind="stable")


def standing_order(values: Numbers, known: Flags, by_history: Numbers, groups: Numbers | None) -> Numbers:
    """The known customers, group by group, by value falling; `by_history` is everybody in the order of ties."""
    import numpy as np

    order = by_history[known[by_history]]
    order = order[falling(values[order])]
    return order if groups is None else order[np.argsort(groups[order], kind="stable")]


def ranks(order: Numbers, groups: Numbers | None, size: int) -> Numbers:
    """Ranks from 1 within each group; 0 for who is not in the order.

    >>> import numpy as np
    >>> ranks(np.array([2, 0, 1]), np.array([7, 9, 7]), 4).tolist()
    [2, 1, 1, 0]
    """
    import numpy as np

    found = np.zeros(size, np.int64)
    found[order] = np.arange(len(order)) - _starts(order, groups) + 1
    return found


def sums_before(order: Numbers, values: Numbers, groups: Numbers | None) -> Numbers:
    """The positive values of those that stand before, within each group; 0 for who is not in the order."""
    import numpy as np

    positive = np.maximum(values[order], 0)
    before = np.cumsum(positive) - positive
    found = np.zeros(len(values), np.int64)
    found[order] = before - before[_starts(order, groups)] if len(order) else 0
    return found


def how_many_better(values: Numbers, known: Flags, groups: Numbers | None) -> Numbers:
    """How many of the group have a larger value, so that equal values have equal numbers; 0 for the unknown.

    >>> import numpy as np
    >>> how_many_better(np.array([5, 9, 5, 1]), np.array([True, True, True, True]), None).tolist()
    [1, 0, 1, 3]
    """
    import numpy as np

    if groups is None and known.any() and np.ptp(values[known]) < len(values):
        return _counted_better(values, known)
    order = standing_order(values, known, np.arange(len(values)), groups)
    sorted_values = values[order]
    starts = _starts(order, groups)
    at = np.arange(len(order))
    is_first = np.ones(len(order), bool)
    is_first[1:] = (sorted_values[1:] != sorted_values[:-1]) | (starts[1:] == at[1:])
    found = np.zeros(len(values), np.int64)
    found[order] = np.maximum.accumulate(np.where(is_first, at, 0)) - starts
    return found


def _counted_better(values: Numbers, known: Flags) -> Numbers:
    """The same by counting each value, where there are not many: days, orders."""
    import numpy as np

    least = values[known].min()
    shifted = np.where(known, values - least, 0)
    counts = np.bincount(shifted[known])
    larger = counts[::-1].cumsum()[::-1] - counts
    return np.where(known, larger[shifted], 0)


def _starts(order: Numbers, groups: Numbers | None) -> Any:
    """For each place of the order where its group begins."""
    import numpy as np

    if groups is None or not len(order):
        return np.zeros(len(order), np.int64)
    mine = groups[order]
    is_new = np.ones(len(order), bool)
    is_new[1:] = mine[1:] != mine[:-1]
    return np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))


def is_rising(codes: Any) -> bool:
    """Whether each of an Arrow column of codes is after the one before it, by code point; none may be null."""
    import pyarrow.compute as pc

    joined = codes.combine_chunks()
    if not len(joined) or joined.null_count:
        return not len(joined)  # without a row, a column need not have a type that can be compared
    return pc.all(pc.less(joined[:-1], joined[1:])).as_py() is not False
