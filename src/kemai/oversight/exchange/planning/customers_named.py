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

from kemai.business.archives.models import Customer, Merge
from kemai.business.archives.names import name_key
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.planning.memory import Memory
from kemai.oversight.exchange.planning.refusals import frame_of, one

LOOKED_UP = 20_000
HINTS = 1_000  # so many unknown customers are held against known ones; more is no matter of spelling
HELD_AGAINST_NAMES = 500
_UNKNOWN = ("customer_unknown", "customer_similar")
_NEW = {"code": pl.String, "name": pl.String}


@dataclass(frozen=True)
class Meaning:
    """`ref` is a customer's id, or below zero the place of a customer to be created (-1 is the first)."""

    ref: int | None
    code: str = ""  # of the problem
    params: dict[str, Any] = field(default_factory=dict)


@dataclass
class CustomersNamed:
    """Remembers what each text means, and the customers to be created, in order of appearance."""

    actor: Actor
    creates: bool
    aliases: dict[str, str]
    unknown: Counter[str] = field(default_factory=Counter)
    _memory: Memory = field(default_factory=Memory)
    _wrong: dict[tuple[str, str], Meaning] = field(default_factory=dict)
    _new_keys: dict[str, int] = field(default_factory=dict)
    _created: int = 0
    _new: list[pl.DataFrame] = field(default_factory=list)
    _like_known: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    _somebody: bool | None = None

    @property
    def created(self) -> int:
        """How many customers the file names that nobody knows."""
        return self._created

    def new(self) -> pl.DataFrame:
        """The customers to be created, code (null: numbered) and name: the first is meant by -1, the next by -2."""
        return pl.concat([pl.DataFrame(schema=_NEW), *self._new])

    def keep_only(self, refs: Iterable[int]) -> dict[int, int]:
        """Gives up the customers to be created that no row means any more; what the others are meant by from now on."""
        kept = sorted({ref for ref in refs if ref < 0}, reverse=True)
        self._new = [self.new()[[-ref - 1 for ref in kept]]]
        self._created = len(kept)
        return {ref: -place for place, ref in enumerate(kept, start=1)}

    def forget(self) -> None:
        """Gives up what the texts mean: the file has been read, and a large one names very many."""
        self._memory = Memory()
        self._new_keys = {}

    def resolve(self, table: pl.DataFrame, *, field: str = "customer") -> tuple[pl.DataFrame, pl.DataFrame]:
        """Adds `customer_ref` to the rows (null: anonymous) and gives the problems, which name `field`; refused rows
        stay out."""
        code, name = pl.col("customer").fill_null(""), pl.col("customer_name").fill_null("")
        table = table.with_columns(code.alias("_code"), name.alias("_name"))
        pairs = (
            table.select("_code", "_name").unique().filter((pl.col("_code") != "") | (pl.col("_name") != ""))
        )
        meanings, warned = self._memory.recall(pairs), frame_of([])
        fresh = meanings.filter(pl.col("is_wrong").is_null())
        if len(fresh):
            order = table.select("_code", "_name").unique(maintain_order=True)
            fresh = order.join(fresh.select("_code", "_name"), on=["_code", "_name"], how="semi")
            self._memory.add(self._learned(fresh))
            meanings, warned = self._memory.recall(pairs), self._alike(table, field)
        table = table.join(meanings, on=["_code", "_name"], how="left", maintain_order="left")
        is_wrong = pl.col("is_wrong").fill_null(False)
        problems = self._problems(table.filter(is_wrong), field) if len(self._wrong) else frame_of([])
        return table.filter(~is_wrong).drop("_code", "_name", "is_wrong"), pl.concat([problems, warned])

    def _alike(self, table: pl.DataFrame, field: str) -> pl.DataFrame:
        """A warning at the first row of each new customer whose name is written like a known one."""
        found = []
        for (code, name), params in self._like_known.items():
            row = table.filter((pl.col("_code") == code) & (pl.col("_name") == name))["row"][0]
            found.append(one(row, field, name or code, "name_similar", is_warning=True, **params))
        self._like_known = {}
        return frame_of(found)

    def _problems(self, wrong: pl.DataFrame, field: str) -> pl.DataFrame:
        found = []
        for row, code, name in wrong.select("row", "_code", "_name").iter_rows():
            meaning = self._wrong[code, name]
            if meaning.code.startswith(_UNKNOWN):
                self.unknown[name or code] += 1
            found.append(one(row, field, code or name, meaning.code, **meaning.params))
        return frame_of(found)

    def unknown_rows(self) -> dict[str, dict[str, Any]]:
        """Each unknown customer as written, with its rows and the names that are written alike."""
        similar = {
            text: str(meaning.params.get("similar", ""))
            for pair, meaning in self._wrong.items()
            if meaning.code.startswith(_UNKNOWN)
            for text in pair
        }
        return {
            name: {"rows": rows, "similar": similar.get(name, "")}
            for name, rows in self.unknown.most_common()
        }

    def _learned(self, fresh: pl.DataFrame) -> pl.DataFrame:
        refs: list[int | None] = []
        self._new_codes: list[str | None] = []
        self._new_names: list[str] = []
        for some in chunks(fresh.iter_rows()):
            refs += self._meanings(some)
        if self._new_names:
            self._new.append(pl.DataFrame({"code": self._new_codes, "name": self._new_names}, schema=_NEW))
        return fresh.with_columns(
            pl.Series("customer_ref", refs, pl.Int64), pl.Series("is_wrong", [ref is None for ref in refs])
        )

    def _meanings(self, pairs: list[tuple[str, str]]) -> list[int | None]:
        meant = [(self.aliases.get(code, code), name) for code, name in pairs]
        texts = {text for pair in meant for text in pair if text}
        seen = Lookup(restrict(Customer.objects.all(), self.actor), texts)
        hidden = None if self.actor.sees_all else Lookup(_landed(), texts)
        refs: list[int | None] = []
        for pair, (code, name) in zip(pairs, meant, strict=True):
            meaning = seen.meaning(code, name) or self._not_seen(seen, hidden, code, name)
            if meaning.code:
                self._wrong[pair] = meaning
            elif meaning.params:
                self._like_known[pair] = meaning.params
            refs.append(meaning.ref)
        return refs

    def _not_seen(self, seen: Lookup, hidden: Lookup | None, code: str, name: str) -> Meaning:
        if hidden is not None and hidden.meaning(code, name) is not None:
            return Meaning(None, "customer_foreign")
        if self.creates:
            return self._new_meaning(code, name, seen.key_of(name or code))
        similar = _similar(self.actor, name or code) if len(self._wrong) < HINTS else []
        if similar:
            return Meaning(None, "customer_similar", {"similar": "、".join(similar)})
        return Meaning(None, "customer_unknown")

    def _new_meaning(self, code: str, name: str, name_key: str) -> Meaning:
        """A new customer; the first of them are held against the known names, for a warning only."""
        before = self.created
        ref = self._create(code, name, name_key)
        if self.created == before or before >= HELD_AGAINST_NAMES or not self._knows_anybody():
            return Meaning(ref)
        similar = _similar(self.actor, name or code)
        return Meaning(ref, params={"similar": "、".join(similar)} if similar else {})

    def _knows_anybody(self) -> bool:
        if self._somebody is None:
            self._somebody = _landed().exists()
        return self._somebody

    def _create(self, code: str, name: str, name_key: str) -> int:
        """A customer is new once, whether the file names it by code or by name."""
        own_code = code if code != name and name else ""
        key = f"c:{own_code}" if own_code else f"n:{name_key}"
        ref = self._new_keys.get(key)
        if ref is None:
            self._created += 1
            ref = self._new_keys[key] = -self._created
            self._new_codes.append(own_code[:40] or None)
            self._new_names.append((name or code)[:200])
        return ref


class Lookup:
    """The customers of a queryset that some texts name."""

    def __init__(self, customers: QuerySet[Customer], texts: set[str]) -> None:
        self._keys = {text: name_key(text) for text in texts}
        self._codes: dict[str, int] = {}
        self._credit: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._names: dict[str, list[tuple[int, str]]] = defaultdict(list)
        for pk, code in self._rows(customers, "code", texts, "pk", "code"):
            self._codes[code] = pk
        self._merged: dict[str, tuple[int, str]] = {}
        merges = Merge.objects.filter(Among("code", texts), undone_at=None) if texts else Merge.objects.none()
        into = dict(merges.values_list("code", "survivor_id"))
        if into:
            there = dict(customers.filter(pk__in=set(into.values())).values_list("pk", "code"))
            self._merged = {code: (pk, there[pk]) for code, pk in into.items() if pk in there}
        self._folded = {text: text.upper() for text in texts if len(text) == 18}
        for pk, code, uscc in self._rows(customers, "uscc", set(self._folded.values()), "pk", "code", "uscc"):
            self._credit[uscc].append((pk, code))
        keys = {key for key in self._keys.values() if key}
        for pk, code, key in self._rows(customers, "name_key", keys, "pk", "code", "name_key"):
            self._names[key].append((pk, code))

    def key_of(self, text: str) -> str:
        """The normalised form of a text that was asked for."""
        return self._keys.get(text, "")

    def by_code(self, code: str) -> int | None:
        """The customer with this very code."""
        return self._codes.get(code)

    def merged_into(self, code: str) -> str | None:
        """The code of the customer that the one with this code became part of."""
        return self._merged[code][1] if code in self._merged else None

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
        """By code (also one that was merged into another), then credit code, then name."""
        for text in (code, name):
            if text in self._codes:
                return Meaning(self._codes[text])
            if text in self._merged:
                return Meaning(self._merged[text][0])
        return self.loosely(code, name)

    @staticmethod
    def _rows(customers: QuerySet[Customer], by: str, texts: Iterable[str], *fields: str) -> Iterator[Any]:
        if texts:
            yield from customers.filter(Among(by, texts)).order_by("pk").values_list(*fields)


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
