"""Customers as arrays: checked, and equal ones counted once with a weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kemai.value.errors import FactError

Floats = NDArray[np.float64]
FEW = 64  # rows that are not worth comparing
LARGEST = 2**62


@dataclass(frozen=True)
class Counted:
    """A few different values and where each customer has which: a function of the value is computed once a value."""

    values: Floats
    place: NDArray[np.intp]

    @classmethod
    def of(cls, column: Floats) -> Counted:
        """The column as its different values and their places."""
        return cls(*_encoded(column))

    def spread(self, of_values: Floats) -> Floats:
        """What was computed for each value, one for each customer."""
        return of_values[self.place]


@dataclass(frozen=True)
class History:
    """Different customers: x repeat purchases, the last at t_x, watched until T, and how many of each there are."""

    x: Counted
    t_x: Counted
    T: Counted
    weights: Floats

    def thinned(self, rows: int) -> History:
        """About `rows` of the different customers, evenly along their order."""
        step = max(1, self.weights.size // rows)
        columns = [each.spread(each.values)[::step] for each in (self.x, self.t_x, self.T)]
        x, t_x, T = (Counted.of(each) for each in columns)
        return History(x, t_x, T, self.weights[::step])

    @property
    def repeat_buyers(self) -> float:
        """How many customers bought again."""
        return float(self.weights[self.x.values[self.x.place] > 0].sum())

    @property
    def customers(self) -> float:
        """How many customers there are."""
        return float(self.weights.sum())


def history(frequency: Any, recency: Any, age: Any, weights: Any = None) -> History:
    """Checked and grouped; FactError names the column and the first bad row, counted from 0."""
    x, t_x, T = (
        column(v, name) for v, name in ((frequency, "frequency"), (recency, "recency"), (age, "age"))
    )
    w = np.ones_like(x) if weights is None else column(weights, "weights")
    same_length(frequency=x, recency=t_x, age=T, weights=w)
    same_order(frequency=frequency, recency=recency, age=age, weights=weights)
    refuse(x != np.floor(x), "frequency", "重复购买次数应为整数")
    refuse(t_x > T * (1 + 1e-12), "recency", "最后一次购买不能晚于观察结束")
    refuse((x == 0) & (t_x > 0), "recency", "没有重复购买时，最后一次购买的时间应为 0")
    refuse((x > 0) & (t_x <= 0), "recency", "有重复购买时，最后一次购买的时间应大于 0")
    (repeats, last, watched), counts = grouped([x, t_x, T], w)
    return History(repeats, last, watched, counts)


def grouped(columns: list[Floats], weights: Floats) -> tuple[list[Counted], Floats]:
    """The different rows in their order, and the sum of the weights of each; rows of weight 0 are left out."""
    encoded = [_encoded(each) for each in columns]
    if prod(values.size for values, _place in encoded) < LARGEST and np.all(weights == 1):
        return _counted(encoded)
    keys, place = np.unique(_keys(encoded), return_inverse=True)
    counts = np.asarray(np.bincount(place, weights=weights, minlength=keys.size), dtype=np.float64)
    first = np.empty(keys.size, dtype=np.intp)
    first[place[::-1]] = np.arange(place.size - 1, -1, -1)
    kept = counts > 0
    return [Counted(values, codes[first[kept]]) for values, codes in encoded], counts[kept]


def _counted(encoded: list[tuple[Floats, NDArray[np.intp]]]) -> tuple[list[Counted], Floats]:
    """The same of customers that count alike: their numbers sorted hold the places of the values."""
    keys = np.sort(_keys(encoded))
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.diff(starts, append=keys.size).astype(np.float64)
    rest, found = keys[starts], []
    for values, _place in reversed(encoded):
        rest, place = np.divmod(rest, max(values.size, 1))
        found.append(Counted(values, place.astype(np.intp, copy=False)))
    return found[::-1], counts


def once_each(function: Callable[..., Floats], *columns: Floats) -> Floats:
    """function(*columns) of columns of one shape, computed once for each different row."""
    flat = [np.ravel(each) for each in columns]
    if flat[0].size < FEW:
        return function(*columns)
    keys = _keys([_encoded(each) for each in flat])
    _different, first, place = np.unique(keys, return_index=True, return_inverse=True)
    found = function(*(each[first] for each in flat))
    return np.asarray(found[place].reshape(columns[0].shape))


def _encoded(column: Floats) -> tuple[Floats, NDArray[np.intp]]:
    """The different values in their order, and where in it each row's lies; by hashing, since they are few."""
    import pyarrow as pa

    coded = pa.array(np.ascontiguousarray(column)).dictionary_encode()
    values = coded.dictionary.to_numpy(zero_copy_only=False)
    order = np.argsort(values)
    rank = np.empty(order.size, dtype=np.intp)
    rank[order] = np.arange(order.size)
    return values[order], rank[coded.indices.to_numpy(zero_copy_only=False)]


def _keys(encoded: list[tuple[Floats, NDArray[np.intp]]]) -> NDArray[np.int64]:
    """One number a row, equal where the rows are equal, in the order of the rows."""
    keys, many = np.zeros(encoded[0][1].size, dtype=np.int64), 1
    for values, place in encoded:
        if many * values.size >= LARGEST:
            different, keys = np.unique(keys, return_inverse=True)
            many = different.size
        keys, many = keys * values.size + place, many * max(values.size, 1)
    return keys


def column(values: Any, name: str) -> Floats:
    """One-dimensional floats, finite and not negative."""
    found = np.atleast_1d(numbers(values, name))
    if found.ndim != 1:
        raise FactError(f"{name}：应为一列数", code="wrong_type", column=name)
    refuse(~np.isfinite(found) | (found < 0), name, "应为不小于 0 的数，不能为空")
    return found


def numbers(values: Any, name: str) -> Floats:
    """Floats from a number, a list, an array or a column of pandas, Polars or Arrow; what is missing is nan.

    FactError for what is no number, and for a column of an Ibis table: each is a query of its own, and nobody promises
    that two queries give their rows in one order.
    """
    if type(values).__module__.startswith("ibis."):
        raise FactError(
            f"{name}：是 Ibis 的列，各列各查一次，次序会对不上；先把整张表 .to_pandas()，再取它的列",
            code="column_of_a_query", column=name,
        )  # fmt: skip
    if (
        str(getattr(values, "dtype", ""))[:1].isupper()
        and hasattr(values, "to_numpy")
        and hasattr(values, "isna")
    ):
        values = values.to_numpy(dtype=np.float64, na_value=np.nan)
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise FactError(f"{name}：有不是数的值", code="wrong_type", column=name) from error


def same_order(**columns: Any) -> None:
    """FactError where columns of pandas name the same rows in another order: their rows would be paired with others'.

    Columns without names of rows, and those whose names differ altogether, go by place.
    """
    labels = {name: each.index for name, each in columns.items() if hasattr(each, "iloc")}
    if len(labels) < 2:
        return
    first = next(iter(labels.values()))
    for name, each in labels.items():
        if len(each) == len(first) and not each.equals(first) and each.isin(first).all():
            raise FactError(
                f"{name}：行的次序和 {next(iter(labels))} 不同；从同一张表里取列，或先 .reindex()",
                code="other_order", column=name,
            )  # fmt: skip


def same_length(**columns: Floats) -> None:
    """FactError names the column that differs from the first."""
    first = next(iter(columns.values()))
    for name, each in columns.items():
        if each.shape != first.shape:
            raise FactError(
                f"{name}：有 {each.size} 行，别的列有 {first.size} 行", code="length", column=name
            )


def together(**columns: Floats) -> tuple[Floats, ...]:
    """The columns in one shape, a single number beside each row of the others; FactError names the first that fits none."""
    shape: tuple[int, ...] = ()
    for name, each in columns.items():
        try:
            shape = np.broadcast_shapes(shape, each.shape)
        except ValueError as error:
            raise FactError(
                f"{name}：有 {each.size} 行，别的列有 {prod(shape)} 行", code="length", column=name
            ) from error
    return tuple(np.broadcast_to(each, shape) for each in columns.values())


def refuse(bad: Any, name: str, sentence: str) -> None:
    """FactError with the first row that is bad, if there is one; a single number has no row."""
    if bad.any():
        where = f"第 {int(np.argmax(bad))} 行，" if bad.ndim else ""
        raise FactError(f"{name}：{where}{sentence}", code="bad_value", column=name)
