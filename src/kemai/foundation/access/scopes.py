"""`restrict`: the one place where row rights meet a queryset.

Each model registers its path to the customer; account teams, grants and named accounts plug in here,
so that no query has to know them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from kemai.foundation.access.actor import Actor
from kemai.foundation.prepared import prepared

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Term:
    """Customers whose own `column` holds one of `values`; `owned` leaves out those that nobody owns."""

    column: str
    values: tuple[int, ...]
    owned: bool = False

    def q(self) -> Q:
        """The same as a condition of a queryset over customers."""
        found = Q(**{f"{self.column}__in": self.values})
        return found & Q(owner_id__isnull=False) if self.owned else found


Extra = Callable[[Actor], "list[Term]"]

_paths: dict[type[Model], str] = {}
_extras: list[Extra] = []
_landed: dict[type[Model], Callable[[str], Q]] = {}


def register_path(model: type[Model], path: str) -> None:
    """Declares how a model reaches the customer: "" for the customer itself, "customer" for a foreign key."""
    _paths[model] = path


def register_extra(extra: Extra) -> None:
    """Adds a way to see customers (account team, grant): terms over the customer's own columns."""
    _extras.append(extra)


def register_landed(model: type[Model], condition: Callable[[str], Q]) -> None:
    """Adds a condition that hides rows of an import that has not landed; called with the path prefix."""
    _landed[model] = condition


def scope_terms(actor: Actor) -> tuple[Term, ...] | None:
    """What the actor sees as terms of which one has to hold; None means everything, no term nothing.

    Querysets (`restrict`) and the plain SQL of the directory are both written from these.
    """
    if actor.sees_all:
        return None
    terms = []
    if actor.sees_own and actor.person_id is not None:
        terms.append(Term("owner_id", (actor.person_id,)))
    if actor.units:
        terms.append(Term("unit_id", tuple(sorted(actor.units)), owned=True))
    if actor.sees_named:
        terms += [term for extra in _extras for term in extra(actor)]
    return tuple(terms)


def customer_scope(actor: Actor) -> Q | None:
    """The same as a Q over the customer; None means everything, Q(pk__in=[]) nothing."""
    terms = scope_terms(actor)
    if terms is None:
        return None
    seen = Q(pk__in=[])
    for term in terms:
        seen |= term.q()
    return seen


def restrict(rows: QuerySet[M], actor: Actor, verb: str = "view") -> QuerySet[M]:
    """The rows the actor may see (or, for another verb, act on). Raises LookupError for an unregistered model."""
    path = _paths[rows.model]
    rows, scope = _landed_of(rows), customer_scope(actor)
    return rows if scope is None else rows.filter(_under(scope, path))


def restrict_each(rows: QuerySet[M], actor: Actor) -> list[QuerySet[M]]:
    """The same rows as a queryset for each reason to see them, which an index can answer alone; a row may be in several."""
    path = _paths[rows.model]
    rows, terms = _landed_of(rows), scope_terms(actor)
    return [rows] if terms is None else [rows.filter(_under(term.q(), path)) for term in terms]


def _landed_of(rows: QuerySet[M]) -> QuerySet[M]:
    for model, condition in _landed.items():
        if model is rows.model:
            rows = rows.filter(condition(""))
    return rows


def visible_under(actor: Actor, path: str) -> Q | None:
    """The actor's scope seen from a model that reaches the customer by `path`; None means everything.

    For conditions that stand beside others (`restrict` narrows a whole queryset).
    """
    scope = customer_scope(actor)
    return None if scope is None else _under(scope, path)


def visible_customers(actor: Actor) -> QuerySet[Any]:
    """The customers the actor may see, for subjects below the archive that only keep a customer's id."""
    customer = next(model for model, path in _paths.items() if not path)
    return restrict(customer._default_manager.all(), actor)


def _under(condition: Q, path: str) -> Q:
    """The same condition seen from a model that reaches the customer by `path`."""
    if not path:
        return condition
    moved = Q(_connector=condition.connector, _negated=condition.negated)
    moved.children = [_moved(child, path) for child in condition.children]
    return moved


def _moved(child: Any, path: str) -> Any:
    return _under(child, path) if isinstance(child, Q) else (f"{path}__{child[0]}", child[1])


def sees_customer(actor: Actor, customer_id: int) -> bool:
    """Whether the actor may see the customer with this id."""
    return bool(_seen(actor, customer_id=customer_id))


@prepared
def _seen(actor: Actor, *, customer_id: int) -> QuerySet[Any]:
    customer = next(model for model, path in _paths.items() if not path)
    return restrict(customer._default_manager.filter(pk=customer_id), actor).order_by().values_list("pk")[:1]
