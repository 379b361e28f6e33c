"""Lists that each app fills at start: fact sources, checks, field groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Items by key, in the order in which the apps registered them."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._items: dict[str, T] = {}

    def register(self, key: str, item: T) -> T:
        """Adds an item. Raises ValueError when another item holds the key already."""
        if self._items.get(key, item) is not item:
            raise ValueError(f"{self.name}: {key!r} is registered already")
        self._items[key] = item
        return item

    def get(self, key: str) -> T:
        """The item of a key. Raises LookupError for an unknown one."""
        try:
            return self._items[key]
        except KeyError:
            raise LookupError(f"{self.name}: {key!r} is not registered") from None

    def items(self) -> list[tuple[str, T]]:
        """All keys with their items, in order."""
        return list(self._items.items())

    def __iter__(self) -> Iterator[T]:
        return iter(list(self._items.values()))

    def __contains__(self, key: str) -> bool:
        return key in self._items

    def __len__(self) -> int:
        return len(self._items)


fact_sources: Registry[Any] = Registry("fact sources")

checks: Registry[Callable[[], Any]] = Registry("checks")
"""What `kemai doctor` asks: a function without arguments that gives a `foundation.checks.Finding`."""

thorough_checks: Registry[Callable[[], Any]] = Registry("thorough checks")
"""What `kemai doctor --thorough` asks besides: the same, but it may read everything there is."""

field_groups: Registry[str] = Registry("field groups")
"""Which field group (see access.roles.FIELD_GROUPS) a field of the trail belongs to; unlisted ones are plain."""

verb_groups: Registry[str] = Registry("verb groups")
"""Which field group the entries of a subject belong to, by the first part of their verb; unlisted ones are plain."""

customer_columns: Registry[tuple[Any, str]] = Registry("customer columns")
"""Models that keep a customer's id in a plain column, with that column: a merge moves their rows as well."""

customers_joined: Registry[Callable[[Any, list[int]], None]] = Registry("customers joined")
"""What brings derived columns up to date once rows have moved between customers: called with actor and ids,
inside the transaction that moved them."""
