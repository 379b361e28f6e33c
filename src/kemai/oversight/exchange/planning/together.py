"""Rows of a customer file that would make two customers alike in fields that together must not repeat."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl
from django.utils.translation import gettext as _

from kemai.business.archives.custom_fields import field_of
from kemai.business.archives.models import UniqueTogether
from kemai.business.archives.uniqueness import Key, called, holders, key_from, name_for, rules
from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.planning import own_columns
from kemai.oversight.exchange.planning.refusals import frame_of, one


class Together:
    """Remembers what the rows before have taken, so that two of one file can't share a combination either."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self._rules = actor, rules()
        self._seen: dict[tuple[int, Key], tuple[int, str]] = {}

    def without_repeated(
        self, rows: pl.DataFrame, existing: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The rows that stay different from everybody, and the problems of the others. Of two alike in one file the
        later is refused."""
        problems: list[dict[str, Any]] = []
        for rule in self._rules:
            if set(rule.fields) & set(rows.columns):
                problems += self._repeated(rule, rows, existing)
        bad = [each["row"] for each in problems]
        return (rows.filter(~pl.col("row").is_in(bad)) if bad else rows), frame_of(problems)

    def _repeated(
        self, rule: UniqueTogether, rows: pl.DataFrame, existing: pl.DataFrame
    ) -> Iterable[dict[str, Any]]:
        made = [each for each in _keyed(rule, rows, existing) if each[3]]
        held = holders(rule, [key for *_others, key in made if key])
        first = next(name for name in rule.fields if name in rows.columns)
        for row, ref, name, key in made:
            assert key is not None
            other = next((pk for pk in held.get(key, ()) if pk != ref), None)
            mine, before = f"{ref or 'n:' + name}", self._seen.get((rule.pk, key))
            if other is None and (before is None or before[1] == mine):
                self._seen[rule.pk, key] = (row, mine)
                continue
            said = name_for(self._actor, other) if other else _row(before)
            yield one(row, first, "、".join(key), "own_together", other=said, fields=called(rule))


def _row(before: tuple[int, str] | None) -> str:
    return _("第 %(n)s 行") % {"n": before[0] if before else ""}


def _keyed(
    rule: UniqueTogether, rows: pl.DataFrame, existing: pl.DataFrame
) -> list[tuple[int, int | None, str, Key | None]]:
    """(row, customer, name, combination) of each row once it has landed: blank cells keep what stands."""
    own = [f for name in rule.fields if (f := field_of(name))]
    now = own_columns.standing(rows["customer_ref"].drop_nulls().to_list(), own)
    basics = [name for name in rule.fields if name in existing.columns and not name.startswith("own")]
    stands = existing.select("customer_ref", *basics).join(now, on="customer_ref", how="left")
    both = rows.join(stands, on="customer_ref", how="left", suffix="_stands", maintain_order="left")
    found = []
    for row in both.iter_rows(named=True):
        given = {n: row.get(n) or row.get(f"{n}_stands") for n in rule.fields}
        found.append((row["row"], row["customer_ref"], row["name"], key_from(rule, given)))
    return found
