"""A moment: while one page is being read, what was read once is not read again.

The door opens a moment around a request that only reads. Inside it, marked readers (company settings, the
published run, imports that have not landed) answer from memory, so that a page is also told one story from its
first line to its last. Outside, and in every request that writes, they read afresh. Readers whose answer is one
small value can be *brought along*: the statement that reads the session reads them as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_kept: ContextVar[dict[Any, Any] | None] = ContextVar("kept", default=None)


@dataclass(frozen=True)
class Brought:
    """A reader's answer as one column: SQL by vendor (the person is `p`, `{today}` a day), and what it means."""

    read: Callable[..., Any]
    sql: Mapping[str, str]
    meaning: Callable[[Any], Any]
    arguments: Callable[[int, date], tuple[Any, ...]]


_brought: list[Brought] = []
_WORLD = object()


@contextmanager
def moment() -> Iterator[None]:
    """Opens a moment; it ends with the block."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def kept_for_a_moment(read: Callable[P, T]) -> Callable[P, T]:
    """Marks a reader whose answer may be kept for the moment; the actor and records are told by what they are."""

    @wraps(read)
    def reader(*args: P.args, **kwargs: P.kwargs) -> T:
        kept = _kept.get()
        if kept is None:
            return read(*args, **kwargs)
        key = (read, *map(_told, args), *((name, _told(each)) for name, each in sorted(kwargs.items())))
        if key not in kept:
            kept[key] = (
                read(*args, **kwargs),
                args,
                kwargs,
            )  # arguments live on, so that no other takes their id
        return kept[key][0]  # type: ignore[no-any-return]

    return reader


def bring_along(
    reader: Callable[..., Any],
    sql: str | Mapping[str, str],
    meaning: Callable[[Any], Any],
    arguments: Callable[[int, date], tuple[Any, ...]] = lambda person_id, today: (),
) -> None:
    """Lets the first statement of a page answer a marked reader; `sql` is a scalar subquery, one for both databases
    or one for each vendor."""
    given = {"sqlite": sql, "postgresql": sql} if isinstance(sql, str) else sql
    _brought.append(Brought(reader.__wrapped__, given, meaning, arguments))  # type: ignore[attr-defined]


def bring_ids_along(
    reader: Callable[..., Any],
    column: str,
    rest: str,
    arguments: Callable[[int, date], tuple[Any, ...]] = lambda person_id, today: (),
) -> None:
    """`bring_along` for a reader of ids: the column, and the statement from FROM on; each id once, in order."""
    gathered = {"sqlite": f"group_concat({column})", "postgresql": f"string_agg({column}::text, ',')"}
    sql = {vendor: f"SELECT {ids} {rest}" for vendor, ids in gathered.items()}
    bring_along(reader, sql, _ids_of, arguments)


def _ids_of(text: str | None) -> tuple[int, ...]:
    return tuple(sorted({int(pk) for pk in text.split(",")})) if text else ()


def brought_columns(vendor: str, today: date) -> str:
    """What a statement over the person `p` selects besides; empty outside a moment."""
    if _kept.get() is None:
        return ""
    columns = (each.sql[vendor].format(today=f"'{today}'") for each in _brought)
    return "".join(f", ({column})" for column in columns)


def keep_brought(values: Sequence[Any], person_id: int, today: date) -> None:
    """Keeps the values of `brought_columns` for the readers."""
    kept = _kept.get()
    if kept is not None:
        kept[_WORLD] = (today, *map(_hashable, values))
        for each, value in zip(_brought, values, strict=True):
            arguments = each.arguments(person_id, today)
            kept[(each.read, *map(_told, arguments))] = (each.meaning(value), arguments, {})


def brought() -> tuple[Any, ...] | None:
    """All that the first statement of the page brought along, as it was read: what rights and rows may hang on besides
    the actor. None outside a moment, or where nothing was brought."""
    kept = _kept.get()
    return None if kept is None else kept.get(_WORLD)


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str | int | None) else repr(value)


def _told(argument: Any) -> Any:
    try:
        hash(argument)
    except TypeError:
        return id(argument)
    return argument
