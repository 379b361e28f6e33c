"""Which customer a text means: by code, then credit code, then exact normalised name.

Looks up the different texts of a batch in a few set-based queries and remembers them for the next.
What the actor may not see counts only as "not in your charge".
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import polars as pl
from django.db.models import QuerySet

from kemai.business.archives.models import Customer
from kemai.business.archives.names import name_key
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.planning.refusals import frame_of, one

LOOKED_UP = 5_000
HELD_AGAINST_NAMES = 500


@dataclass(frozen=True)
class Meaning:
    """`ref` is a customer's id, or below zero the place of a customer to be created (-1 is the first)."""

    ref: int | None
    code: str = ""  # of the problem
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewCustomer:
    """A customer that the file names and nobody knows."""

    name: str
    code: str


@dataclass
class CustomersNamed:
    """Remembers what each text means; `new` are the customers to be created, in order of appearance."""

    actor: Actor
    creates: bool
    aliases: dict[str, str]
    new: list[NewCustomer] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    _known: dict[tuple[str, str], Meaning] = field(default_factory=dict)
    _new_keys: dict[str, int] = field(default_factory=dict)
    _somebody: bool | None = None

    def resolve(self, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Adds `customer_ref` to the rows (null: anonymous) and gives the problems; refused rows stay out."""
        code, name = pl.col("customer").fill_null(""), pl.col("customer_name").fill_null("")
        table = table.with_columns(code.alias("_code"), name.alias("_name"))
        pairs = [
            pair for pair in table.select("_code", "_name").unique(maintain_order=True).rows() if any(pair)
        ]
        fresh = [pair for pair in pairs if pair not in self._known]
        self._learn(fresh)
        meanings = pl.DataFrame(
            [(*pair, self._known[pair].ref, self._known[pair].code) for pair in pairs],
            schema={"_code": pl.String, "_name": pl.String, "customer_ref": pl.Int64, "_problem": pl.String},
            orient="row",
        )
        table = table.join(meanings, on=["_code", "_name"], how="left", maintain_order="left")
        wrong = table.filter(pl.col("_problem").fill_null("") != "")
        kept = table.filter(pl.col("_problem").fill_null("") == "").drop("_code", "_name", "_problem")
        return kept, pl.concat([self._problems(wrong), self._alike(table, fresh)])

    def _alike(self, table: pl.DataFrame, fresh: list[tuple[str, str]]) -> pl.DataFrame:
        """A warning at the first row of each new customer whose name is written like a known one."""
        alike = {pair: self._known[pair] for pair in fresh}
        found = []
        for (code, name), meaning in alike.items():
            if meaning.ref is not None and meaning.ref < 0 and meaning.params:
                row = table.filter((pl.col("_code") == code) & (pl.col("_name") == name))["row"][0]
                found.append(
                    one(row, "customer", name or code, "name_similar", is_warning=True, **meaning.params)
                )
        return frame_of(found)

    def _problems(self, wrong: pl.DataFrame) -> pl.DataFrame:
        found = []
        for row, code, name in wrong.select("row", "_code", "_name").iter_rows():
            meaning = self._known[code, name]
            if meaning.code.startswith(("customer_unknown", "customer_similar")):
                self.unknown[name or code] += 1
            found.append(one(row, "customer", code or name, meaning.code, **meaning.params))
        return frame_of(found)

    def unknown_rows(self) -> dict[str, dict[str, Any]]:
        """Each unknown customer as written, with its rows and the names that are written alike."""
        similar = {
            text: str(meaning.params.get("similar", ""))
            for pair, meaning in self._known.items()
            if meaning.code.startswith(("customer_unknown", "customer_similar"))
            for text in pair
        }
        return {
            name: {"rows": rows, "similar": similar.get(name, "")}
            for name, rows in self.unknown.most_common()
        }

    def _learn(self, pairs: list[tuple[str, str]]) -> None:
        for some in chunks(pairs):
            self._learn_some(some)

    def _learn_some(self, pairs: list[tuple[str, str]]) -> None:
        meant = {pair: (self.aliases.get(pair[0], pair[0]), pair[1]) for pair in pairs}
        texts = {text for pair in meant.values() for text in pair if text}
        seen = Lookup(restrict(Customer.objects.all(), self.actor), texts)
        hidden = None if self.actor.sees_all else Lookup(_landed(), texts)
        for pair, (code, name) in meant.items():
            self._known[pair] = seen.meaning(code, name) or self._not_seen(hidden, code, name)

    def _not_seen(self, hidden: Lookup | None, code: str, name: str) -> Meaning:
        if hidden is not None and hidden.meaning(code, name) is not None:
            return Meaning(None, "customer_foreign")
        if self.creates:
            return self._created(code, name)
        similar = _similar(self.actor, name or code)
        if similar:
            return Meaning(None, "customer_similar", {"similar": "、".join(similar)})
        return Meaning(None, "customer_unknown")

    def _created(self, code: str, name: str) -> Meaning:
        """A new customer; the first of them are held against the known names, for a warning only."""
        before = len(self.new)
        ref = self._create(code, name)
        if len(self.new) == before or before >= HELD_AGAINST_NAMES or not self._knows_anybody():
            return Meaning(ref)
        similar = _similar(self.actor, name or code)
        return Meaning(ref, params={"similar": "、".join(similar)} if similar else {})

    def _knows_anybody(self) -> bool:
        if self._somebody is None:
            self._somebody = _landed().exists()
        return self._somebody

    def _create(self, code: str, name: str) -> int:
        """A customer is new once, whether the file names it by code or by name."""
        own_code = code if code != name and name else ""
        key = f"c:{own_code}" if own_code else f"n:{name_key(name or code)}"
        if key not in self._new_keys:
            self.new.append(NewCustomer((name or code)[:200], own_code[:40]))
            self._new_keys[key] = -len(self.new)
        return self._new_keys[key]


class Lookup:
    """The customers of a queryset that some texts name."""

    def __init__(self, customers: QuerySet[Customer], texts: set[str]) -> None:
        self._codes: dict[str, int] = {}
        self._credit: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._names: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._keys = {text: name_key(text) for text in texts}
        for pk, code in self._rows(customers, "code", texts, "pk", "code"):
            self._codes[code] = pk
        self._folded = {text: text.upper() for text in texts if len(text) == 18}
        for pk, code, uscc in self._rows(customers, "uscc", set(self._folded.values()), "pk", "code", "uscc"):
            self._credit[uscc].append((pk, code))
        keys = {key for key in self._keys.values() if key}
        for pk, code, key in self._rows(customers, "name_key", keys, "pk", "code", "name_key"):
            self._names[key].append((pk, code))

    def by_code(self, code: str) -> int | None:
        """The customer with this very code."""
        return self._codes.get(code)

    def loosely(self, *texts: str) -> Meaning | None:
        """By credit code, then by name; two matches are ambiguous; None where nobody matches."""
        for found, keys in ((self._credit, self._folded), (self._names, self._keys)):
            for text in texts:
                matches = found.get(keys.get(text, ""), [])
                if len(matches) == 1:
                    return Meaning(matches[0][0])
                if matches:
                    listed = "、".join(sorted(each for _pk, each in matches)[:5])
                    return Meaning(None, "customer_ambiguous", {"matches": listed})
        return None

    def meaning(self, code: str, name: str) -> Meaning | None:
        """By code, then credit code, then name."""
        for text in (code, name):
            if text in self._codes:
                return Meaning(self._codes[text])
        return self.loosely(code, name)

    @staticmethod
    def _rows(customers: QuerySet[Customer], by: str, texts: Iterable[str], *fields: str) -> Iterator[Any]:
        for some in chunks(sorted(texts)):
            yield from customers.filter(**{f"{by}__in": some}).order_by("pk").values_list(*fields)


def _landed() -> QuerySet[Customer]:
    return Customer.objects.exclude(batch_id__in=unlanded_ids())


def _similar(actor: Actor, name: str) -> list[str]:
    """Names of at most three visible customers that are written alike."""
    from kemai.oversight.exchange.planning.similar import similar_names

    return similar_names(actor, name)


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    source = iter(items)
    while some := list(islice(source, LOOKED_UP)):
        yield some
