"""Which person and which unit of the company a text means."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import polars as pl

from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.oversight.exchange.planning.refusals import frame_of, one


class PeopleNamed:
    """Owners by login or name, units by name; asked once, a company has few of both."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._logins: dict[str, int] = {}
        self._names: dict[str, list[int]] = defaultdict(list)
        for pk, login, name in Person.objects.filter(is_active=True).values_list("pk", "login", "name"):
            self._logins[login] = pk
            self._names[name].append(pk)
        self._units: dict[str, list[int]] = defaultdict(list)
        for pk, name in OrgUnit.objects.values_list("pk", "name"):
            self._units[name].append(pk)
        self._mine = self._people_in_scope()

    def resolve(self, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Adds `owner_id` and `unit_id` for the columns owner and unit; rows that name nobody are refused."""
        owners = {text: self._owner(text) for text in table["owner"].drop_nulls().unique()}
        units = {text: self._unit(text) for text in table["unit"].drop_nulls().unique()}
        problems: list[dict[str, Any]] = []
        for field, known in (("owner", owners), ("unit", units)):
            bad = table.filter(
                pl.col(field).is_in([text for text, meant in known.items() if isinstance(meant, str)])
            )
            problems += [
                one(row, field, text, str(known[text])) for row, text in bad.select("row", field).iter_rows()
            ]
        refused = list({each["row"] for each in problems})
        table = table.filter(~pl.col("row").is_in(refused)) if refused else table
        return table.with_columns(
            pl.Series("owner_id", [owners.get(text) for text in table["owner"]], pl.Int64),
            pl.Series("unit_id", [units.get(text) for text in table["unit"]], pl.Int64),
        ), frame_of(problems)

    def _owner(self, text: str) -> int | str:
        ids = [self._logins[text]] if text in self._logins else self._names.get(text, [])
        if len(ids) != 1:
            return "owner_ambiguous" if ids else "owner_unknown"
        return ids[0] if self._mine is None or ids[0] in self._mine else "owner_forbidden"

    def _unit(self, text: str) -> int | str:
        ids = self._units.get(text, [])
        allowed = self._actor.sees_all or (ids and ids[0] in self._actor.units)
        return ids[0] if len(ids) == 1 and allowed else "unit_unknown"

    def _people_in_scope(self) -> set[int] | None:
        """Whom the actor may give customers to; None means anybody."""
        if self._actor.sees_all:
            return None
        below = Assignment.objects.filter(unit_id__in=self._actor.units).values_list("person_id", flat=True)
        return {*below, *([self._actor.person_id] if self._actor.person_id else [])}
