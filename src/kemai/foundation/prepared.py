"""Prepared reads: a queryset that is built and compiled once, and run again with other values.

Building a queryset and turning it into SQL costs Django ten times what the database needs for the few rows of one
customer. A prepared read keeps the compiled statement of each thread and fills in the values that differ from call to
call, its *slots*. Rights are asked as freshly as ever: a statement belongs to everything that could have shaped it,
the actor with all his roles, units and sights, and what the first statement of the page brought along (who works on
which customers today, which imports have not landed, the company's settings). When any of that changes, another
statement is built. Outside a page that only reads nothing is kept and everything is built anew.

    @prepared
    def _logs(actor: Actor, limit: int, *, customer_id: int) -> QuerySet[ContactLog]:
        return restrict(ContactLog.objects.filter(customer_id=customer_id), actor)[:limit]

    _logs(actor, 100, customer_id=7)  # a list

What is given by position is part of the shape, what is given by name is a slot: a number, text or day that only stands
in the SQL's parameters. A builder must depend on nothing else. The first statement of each shape is compared with the
one that Django makes of the real values; where they differ, the read is never kept.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Model, QuerySet

from kemai.foundation.access.actor import Actor
from kemai.foundation.moments import brought

M = TypeVar("M", bound=Model)
MOST = 2_000  # statements a thread
_local = threading.local()
Slots = dict[str, Any]


class _NotPreparable(Exception):
    """The values do more than stand among the parameters."""


@dataclass
class _Statement:
    """SQL with parameters, and which slot each of them holds (None for a constant)."""

    connection: Any
    sql: str
    params: tuple[Any, ...]
    slots: tuple[str | None, ...]

    def filled(self, values: Slots) -> tuple[Any, ...]:
        """The parameters of this call."""
        return tuple(
            constant if slot is None else _adapted(self.connection, values[slot])
            for slot, constant in zip(self.slots, self.params, strict=True)
        )


@dataclass
class _Rows:
    """A statement with the queryset that knows how to make records of its rows."""

    statement: _Statement
    rows: QuerySet[Any]
    compiler: Any

    def read(self, values: Slots) -> list[Any]:
        """The records for these values."""
        answer = self.statement.sql, self.statement.filled(values)
        self.compiler.as_sql = lambda *_args, **_kwargs: answer
        found: Any = self.rows
        return list(found._iterable_class(found))


@dataclass
class _Number:
    """A statement whose first column of its first row is the answer."""

    statement: _Statement

    def read(self, values: Slots) -> Any:
        """The number for these values."""
        with self.statement.connection.cursor() as cursor:
            cursor.execute(self.statement.sql, self.statement.filled(values))
            return cursor.fetchone()[0]


def prepared(build: Callable[..., QuerySet[M]]) -> Callable[..., list[M]]:
    """Makes a builder of a queryset into a read that gives a list."""
    return _reader(build, _prepared_rows, list)


def prepared_number(build: Callable[..., int]) -> Callable[..., int]:
    """The same for a builder that gives a number by one statement: a count, or one aggregate."""
    return _reader(build, _prepared_number, lambda number: number)


def _reader(
    build: Callable[..., Any], prepare: Callable[..., Any], plain: Callable[[Any], Any]
) -> Callable[..., Any]:
    @wraps(build)
    def read(actor: Actor | None, *shape: Hashable, **values: Any) -> Any:
        world = brought()
        if world is None:
            return plain(build(actor, *shape, **values))
        kept, key = _statements(), (build, shape, tuple(values), _known(actor), world)
        found = kept.get(key)
        if found is None or (found and found.statement.connection is not connections["default"]):
            found, answer = prepare(lambda slots: build(actor, *shape, **slots), values)
            kept[key] = found
            if len(kept) > MOST:
                kept.popitem(last=False)
            return plain(answer)
        kept.move_to_end(key)
        return found.read(values) if found else plain(build(actor, *shape, **values))

    return read


def _statements() -> OrderedDict[Any, Any]:
    if not hasattr(_local, "statements"):
        _local.statements = OrderedDict()
    return _local.statements  # type: ignore[no-any-return]


def _known(actor: Actor | None) -> Hashable:
    """All that a builder can learn from the actor; None for what is the same for everybody."""
    if actor is None:
        return None
    return (
        actor.person_id, actor.login, actor.name, actor.today, actor.roles, actor.sees_all, actor.units, actor.sees_own,
        actor.sees_named, actor.duties, tuple(actor.sights.items()), tuple(actor.own_sights.items()), actor.home_unit_id,
        actor.language, actor.is_system,
    )  # fmt: skip


Build = Callable[[Slots], Any]


def _prepared_rows(build: Build, values: Slots) -> tuple[_Rows | bool, QuerySet[Any]]:
    """What is kept (False: it must be built each time), and the queryset of the real values."""
    real = build(values)
    try:
        return _compiled(build(_marks(values)), real, values), real
    except (_NotPreparable, EmptyResultSet):
        return False, real


def _compiled(marked: QuerySet[Any], real: QuerySet[Any], values: Slots) -> _Rows:
    if marked._prefetch_related_lookups or marked._known_related_objects:  # type: ignore[attr-defined]
        raise _NotPreparable
    compiler = marked.query.get_compiler(using=marked.db)
    asked = real.query.get_compiler(using=real.db).as_sql()
    statement = _statement(compiler.connection, compiler.as_sql(), asked, values)
    marked.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
    return _Rows(statement, marked, compiler)


def _prepared_number(build: Build, values: Slots) -> tuple[_Number | bool, int]:
    """The same for a number, which is asked for by exactly one statement."""
    connection, ran = connections["default"], []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        ran.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        answer = build(values)
    try:
        if len(ran) != 1:
            raise _NotPreparable
        return _Number(_statement(connection, _asked(build, values, connection), ran[0], values)), answer
    except (_NotPreparable, EmptyResultSet):
        return False, answer


class _Asked(Exception):
    """Carries a statement away before it is run."""


def _asked(build: Build, values: Slots, connection: Any) -> tuple[str, Any]:
    """The statement that a builder is about to run for marks in place of the values."""

    def stop(_execute: Any, sql: str, params: Any, _many: bool, _context: Any) -> Any:
        raise _Asked(sql, params)

    logged, connection.force_debug_cursor = (
        connection.force_debug_cursor,
        False,
    )  # it is not run: not to be told
    try:
        with connection.execute_wrapper(stop):
            build(_marks(values))
    except _Asked as asked:
        return asked.args[0], asked.args[1]
    finally:
        connection.force_debug_cursor = logged
    raise _NotPreparable  # it knows the answer without asking


def _statement(connection: Any, marked: tuple[str, Any], real: tuple[str, Any], values: Slots) -> _Statement:
    """Finds the slots among the parameters, and makes sure that filling them gives the real statement."""
    marks = {_adapted(connection, mark): name for name, mark in _marks(values).items()}
    params = tuple(marked[1] or ())
    slots = tuple(marks.get(p) if isinstance(p, int | str | date) else None for p in params)
    found = _Statement(connection, marked[0], params, slots)
    if set(values) - set(slots) or marked[0] != real[0] or found.filled(values) != tuple(real[1] or ()):
        raise _NotPreparable
    return found


def _marks(values: Slots) -> Slots:
    """A value for each slot that stands nowhere else."""
    return {name: _mark(value, at) for at, (name, value) in enumerate(values.items(), start=1)}


def _mark(value: Any, at: int) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | str | date):
        raise _NotPreparable
    if isinstance(value, int):
        return 7_310_448_926_153_370_000 + at
    return f"\ue000{at}\ue001" if isinstance(value, str) else date(1111, 1, at)


def _adapted(connection: Any, value: Any) -> Any:
    """The value as Django hands it to the database."""
    return connection.ops.adapt_datefield_value(value) if isinstance(value, date) else value
