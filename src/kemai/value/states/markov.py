"""The Markov model of customer states (3.12, S1.9): how customers move, where they will be, what a state is worth.

`P[i, j]` is the share of the customers of state i that are in state j one period later; `v * P**k` the forecast;
`V = (I - P/(1+d))**-1 * R` the value of a customer in each state (Pfeifer & Carraway 2000).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import number, whole_number
from kemai.value.errors import FactError, FactWarning

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SMOOTHING = 0.5
FEW_MOVES = 30
ROW_SLACK = 1e-9


def transition_matrix(
    moves: Any,
    states: Sequence[str],
    *,
    smoothing: float = SMOOTHING,
    few: int = FEW_MOVES,
    prior: Any = None,
    absorbing: Sequence[str] = (),
) -> Floats:
    """Transition shares of `states`, shape (n, n), each row adding to 1.

    `moves` are pairs (from, to) or triples (from, to, count), a mapping of pairs to counts, square counts (array or nested
    lists) in the order of `states`, or a table with from_state and to_state (or from and to) and optionally count. A row with fewer than `few` moves is
    smoothed by adding `smoothing` to each of its cells. A row without any takes that of the matrix `prior`, or else
    stays where it is, with a FactWarning. The `absorbing` states are never left. FactError for an unknown or repeated
    state, a negative count, a prior that is no transition matrix.
    """
    import numpy as np

    names = _names(states)
    if strangers := set(absorbing) - set(names):
        raise FactError(
            f"absorbing：没有状态 {'、'.join(sorted(map(str, strangers)))}",
            code="unknown_state",
            column="absorbing",
        )
    counts = _counts(moves, names)
    totals = counts.sum(axis=1, keepdims=True)
    added = np.where(totals < few, smoothing, 0.0)
    sums = totals + added * len(names)
    found = np.divide(counts + added, sums, out=np.eye(len(names)), where=sums > 0)
    empty = (totals[:, 0] == 0) & ~np.isin(names, list(absorbing))
    found[totals[:, 0] == 0] = np.eye(len(names))[totals[:, 0] == 0]
    if prior is not None:
        found[empty] = _matrix(prior, len(names), "prior")[empty]
    for name in absorbing:
        found[names.index(name)] = np.eye(len(names))[names.index(name)]
    _warn([name for name, is_empty in zip(names, empty, strict=True) if is_empty], prior is not None)
    return np.asarray(found / found.sum(axis=1, keepdims=True), dtype=np.float64)


def forecast_states(v: Any, P: Any, periods: int) -> Floats:
    """How many customers stand in each state after so many periods: `v * P**periods`, shape (n,).

    >>> P = [[.80, .15, .05, 0], [.30, .40, .25, .05], [.10, .10, .50, .30], [0, 0, 0, 1]]
    >>> forecast_states((60, 20, 15, 5), P, 2).round(6).tolist()
    [51.5, 17.275, 15.15, 16.075]
    """
    import numpy as np

    start = _vector(v, "v")
    if (start < 0).any():
        raise FactError("v：人数不能为负", code="negative", column="v")
    steps = whole_number(periods, "periods")
    powers = np.linalg.matrix_power(_matrix(P, len(start), "P"), steps)
    return np.asarray(start @ powers, dtype=np.float64)


def state_values(P: Any, rewards: Any, discount: Any) -> Floats:
    """What a customer in each state is worth without end, in the unit of `rewards` (one a state), shape (n,).

    `rewards` fall due at the beginning of a period, `discount` is the rate of a period, above 0.

    >>> P = [[.80, .15, .05, 0], [.30, .40, .25, .05], [.10, .10, .50, .30], [0, 0, 0, 1]]
    >>> state_values(P, (1000, 300, -20, 0), 0.1).round(2).tolist()
    [5610.33, 3399.03, 1464.89, 0.0]
    """
    import numpy as np

    gains, rate = _vector(rewards, "rewards"), float(number(discount, "discount"))
    if rate <= 0:
        raise FactError(f"discount：必须大于 0，给的是 {discount}", code="out_of_range", column="discount")
    matrix = _matrix(P, len(gains), "P")
    found = np.linalg.solve(np.eye(len(gains)) - matrix / (1 + rate), gains)
    # Adding 0 turns the solver's -0.0 into 0.0.
    return np.asarray(found + 0.0, dtype=np.float64)


def _names(states: Sequence[str]) -> list[str]:
    names = list(states)
    if not names or len(set(names)) != len(names):
        raise FactError("states：不能为空或重名", code="bad_states", column="states")
    return names


def _counts(moves: Any, names: list[str]) -> Floats:
    """Moves of any form as a square array of counts."""
    import numpy as np

    if isinstance(moves, np.ndarray) and moves.dtype.kind in "USO":
        moves = moves.tolist()
    if isinstance(moves, np.ndarray) or _is_square(moves, names):
        return _checked_counts(np.array(moves, dtype=np.float64), len(names))
    counts = np.zeros((len(names), len(names)))
    places = {name: i for i, name in enumerate(names)}
    for start, end, count in _triples(moves):
        for name in (start, end):
            if name not in places:
                raise FactError(f"moves：没有状态 {name}", code="unknown_state", column="moves", state=name)
        counts[places[start], places[end]] += count
    return _checked_counts(counts, len(names))


def _is_square(moves: Any, names: list[str]) -> bool:
    """Whether nested lists hold counts, a row a state, and not pairs of states."""
    if not isinstance(moves, list | tuple) or len(moves) != len(names):
        return False
    return all(
        isinstance(row, list | tuple)
        and len(row) == len(names)
        and all(isinstance(each, int | float) for each in row)
        for row in moves
    ) and not all(each in names for row in moves for each in row)


def _checked_counts(counts: Floats, size: int) -> Floats:
    import numpy as np

    if counts.shape != (size, size) or not np.isfinite(counts).all() or (counts < 0).any():
        raise FactError(f"moves：应为 {size} 行 {size} 列、不为负的次数", code="bad_counts", column="moves")
    return counts


def _triples(moves: Any) -> list[tuple[Any, Any, float]]:
    if isinstance(moves, Mapping) and not {"from_state", "from"} & set(moves):
        return [(start, end, float(count)) for (start, end), count in moves.items()]
    if isinstance(moves, Iterator | Set):
        moves = list(moves)
    if isinstance(moves, Sequence) and (not moves or not isinstance(moves[0], Mapping)):
        return [_triple(move) for move in moves]
    from kemai.value.reading import read
    from kemai.value.tables import shaped

    texts = {"from_state": "text", "to_state": "text"}
    table = read(moves)
    short = {name: name[:-6] for name in texts if name not in table.columns and name[:-6] in table.columns}
    table, counted = table.rename(short), "count" in table.columns
    rows = shaped(table, texts | ({"count": "number"} if counted else {}))
    return [
        (row["from_state"], row["to_state"], row.get("count", 1.0) or 0.0)
        for row in rows.to_pyarrow().to_pylist()
    ]


def _triple(move: Any) -> tuple[Any, Any, float]:
    try:
        start, end, *count = move
        return start, end, float(*count) if count else 1.0
    except (TypeError, ValueError) as error:
        raise FactError(f"moves：看不懂 {move}", code="bad_moves", column="moves") from error


def _warn(empty: list[str], has_prior: bool) -> None:
    if empty:
        instead = "用了给定的矩阵" if has_prior else "当作原地不动"
        warnings.warn(
            FactWarning(
                f"没有从 {'、'.join(map(str, empty))} 出发的变动，{instead}", code="no_moves", states=empty
            ),
            stacklevel=3,
        )


def _vector(given: Any, name: str) -> Floats:
    import numpy as np

    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty((0, 0))
    if found.ndim != 1 or not found.size or not np.isfinite(found).all():
        raise FactError(f"{name}：应为一列数，每个状态一个", code="bad_vector", column=name)
    return found


def _matrix(given: Any, size: int, name: str) -> Floats:
    import numpy as np

    try:
        found = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.shape != (size, size):
        raise FactError(f"{name}：应为 {size} 行 {size} 列", code="bad_matrix", column=name)
    adds_up = np.abs(found.sum(axis=1) - 1) <= ROW_SLACK
    if not (np.isfinite(found).all() and (found >= 0).all() and adds_up.all()):
        raise FactError(f"{name}：每行都是 0 到 1 的数，合计为 1", code="bad_matrix", column=name)
    return found
