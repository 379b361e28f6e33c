"""Which person or unit a target is of: people by login or name, units by name or by the names from above."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import polars as pl

from kemai.business.trade.queries.targets import led_units, staff
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.oversight.exchange.planning.refusals import frame_of, one

ABOVE = "/"


class StaffNamed:
    """Asked once: a company has few of both. Another's people and units are no targets of the actor."""

    def __init__(self, actor: Actor) -> None:
        self._people: dict[str, set[int]] = defaultdict(set)
        logins = {}
        for pk, login, name in Person.objects.filter(is_active=True).values_list("pk", "login", "name"):
            logins[login] = {pk}
            self._people[name].add(pk)
        self._people.update(logins)
        self._units: dict[str, set[int]] = defaultdict(set)
        for text, pk in unit_paths():
            self._units[text].add(pk)
        self._mine = {
            "person": set(staff(actor).values_list("pk", flat=True)),
            "unit": set(led_units(actor).values_list("pk", flat=True)),
        }

    def resolve(self, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Adds `person_ref` and `unit_ref`; rows that name nobody, several, or somebody else's are refused."""
        problems: list[dict[str, Any]] = []
        for field, known in (("person", self._people), ("unit", self._units)):
            meant = {text: self._meaning(field, known, text) for text in table[field].drop_nulls().unique()}
            for row, text in table.filter(pl.col(field).is_not_null()).select("row", field).iter_rows():
                if isinstance(meant[text], str):
                    problems.append(one(row, field, text, str(meant[text])))
            refs = [
                meant[text] if text is not None and isinstance(meant[text], int) else None
                for text in table[field]
            ]
            table = table.with_columns(pl.Series(f"{field}_ref", refs, pl.Int64))
        refused = [each["row"] for each in problems]
        return table.filter(~pl.col("row").is_in(refused)), frame_of(problems)

    def _meaning(self, field: str, known: dict[str, set[int]], text: str) -> int | str:
        ids = known.get(text, set())
        if len(ids) != 1:
            return f"{field}_{'ambiguous' if ids else 'unknown'}"
        [pk] = ids
        return pk if pk in self._mine[field] else f"{field}_foreign"


def unit_paths() -> list[tuple[str, int]]:
    """(text, id): every way to call a unit, by its name and with one, two … names from above before it."""
    rows = {pk: (name, parent) for pk, name, parent in OrgUnit.objects.values_list("pk", "name", "parent_id")}
    found = []
    for pk, (name, above) in rows.items():
        text = name
        found.append((text, pk))
        while above in rows:
            upper, above = rows[above]
            text = f"{upper}{ABOVE}{text}"
            found.append((text, pk))
    return found


def unit_texts() -> dict[int, str]:
    """The shortest text that means each unit and no other."""
    meant: dict[str, set[int]] = defaultdict(set)
    ways = unit_paths()
    for text, pk in ways:
        meant[text].add(pk)
    texts: dict[int, str] = {}
    for text, pk in ways:
        if pk not in texts and len(meant[text]) == 1:
            texts[pk] = text
    return texts | {pk: text for text, pk in ways if pk not in texts}
