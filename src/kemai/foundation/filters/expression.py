"""What a filter expression is: a condition on one field, or a group of expressions joined by "and" or "or".

It knows no subject: which fields there are, and what their values mean, is said by whoever applies it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kemai.foundation.access.actor import Refused

OPERATORS = ("is", "not", "any", "has", "from", "to", "filled", "blank")
WITHOUT_VALUE = ("filled", "blank")
JOINS = ("and", "or")
DEEPEST, MOST_CONDITIONS, MOST_VALUES, LONGEST_VALUE, LONGEST = 4, 40, 60, 200, 3_000


class BadExpression(Refused):
    """An expression that can't be read; its text is a sentence for the person."""

    status = 400


@dataclass(frozen=True)
class Condition:
    """One field, an operator of OPERATORS, and its values: several for "any", none for "filled" and "blank"."""

    field: str
    operator: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """At least one expression, joined by "and" or "or"."""

    join: str
    items: tuple[Condition | Group, ...]


Expression = Condition | Group


def conditions_of(expression: Expression | None) -> Iterator[Condition]:
    """All conditions of an expression, from left to right."""
    if isinstance(expression, Condition):
        yield expression
    elif expression is not None:
        for item in expression.items:
            yield from conditions_of(item)
