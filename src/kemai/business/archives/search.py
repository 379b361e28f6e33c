"""Finding customers by any Chinese character, name, short name, pinyin, initials, phone digits or code.

The text of a customer becomes ASCII words that both databases index: a Chinese character is `h` and its code
point, two in a row are a bigram, initials and digits are cut into pieces. Hits are checked against the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Q, QuerySet

from kemai.business.archives.indexing import forget_customers as forget_customers
from kemai.business.archives.indexing import index_customers as index_customers
from kemai.business.archives.models import Customer, CustomerSearch
from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import syllables
from kemai.business.archives.short_codes import coded, full_codes
from kemai.business.archives.words import HAN, WORD, han_words
from kemai.business.archives.words import tokens_of as tokens_of
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

CAP = 1_000
HITS = 5_000


def query_words(text: str) -> list[list[str]]:
    """What must be there: a list of alternatives, each a list of words that all have to match."""
    plain = folded(text)
    han = "".join(HAN.findall(plain))
    if han:
        rest = [w for w in WORD.findall(plain) if len(w) > 1]
        return [[*han_words(HAN.findall(plain)), *(f"w{w[:24]}" for w in rest)]]
    latin = re.sub(r"[^a-z0-9]", "", plain)
    if not latin:
        return []
    ways = [sorted(_query_pieces("c", latin))]
    if latin.isdigit():
        return [*ways, sorted(_query_pieces("n", latin))]
    return [*ways, sorted(_query_pieces("i", latin)), sorted(_query_pieces("p", latin)), [f"w{latin[:24]}"]]


def find_ids(actor: Actor, text: str, limit: int = CAP) -> list[int]:
    """Ids of visible customers that match, at most `limit`: whom a code cut short names, then the newest."""
    scope = restrict(Customer.objects.all(), actor)
    found: dict[int, None] = dict.fromkeys(scope.filter(pk__in=_named(text)).values_list("pk", flat=True))
    for words in query_words(text):
        hits = _matching(words)
        if hits is None:
            continue
        if len(hits) == HITS and not actor.sees_all:
            hits = _walking(scope, words, limit)
        for some in _batched(hits, 500):
            visible = set(scope.filter(pk__in=some).values_list("pk", flat=True))
            found |= {pk: None for pk in some if pk in visible}
            if len(found) >= limit:
                return list(found)[:limit]
    return list(found)


def search(actor: Actor, text: str, limit: int = 25) -> list[Customer]:
    """Visible customers that match, the most likely first."""
    ids = find_ids(actor, text)
    if not ids:
        return []
    rows = Customer.objects.filter(pk__in=ids[:CAP]).values_list("name", "short_name", "code", "pk")
    plain, codes = folded(text), full_codes(text)
    likely = sorted(
        rows, key=lambda c: (c[2] not in codes, *_likeness(c[0], c[1], c[2], plain), len(c[0]), c[2])
    )[:limit]
    shown = Customer.objects.only("id", "code", "name", "short_name", "phone", "owner_id", "state")
    by_id = shown.in_bulk([pk for *_names, pk in likely])
    return [by_id[pk] for *_names, pk in likely if pk in by_id]


def _likeness(name: str, short: str, code: str, text: str) -> tuple[int, int]:
    """How near the names are to what was typed, the nearest first."""
    name, short, code = folded(name), folded(short), folded(code)
    if text in (code, name, short):
        return 0, 0
    for place, field in enumerate((short, name)):
        if field.startswith(text):
            return 1, place
        if text in field:
            return 2, field.index(text)
    if HAN.search(text):  # no reading holds a character
        return 5, 0
    reading = syllables(short or name)
    letters, spelled = "".join(s[0] for s in reading if s), "".join(reading)
    if text in (letters, spelled):
        return 3, 0
    return (4, 0) if letters.startswith(text) or spelled.startswith(text) else (5, 0)


def _named(text: str) -> list[int]:
    """Ids of those whose code was typed without its leading zeros: a look-up each, whatever the index would find."""
    codes = full_codes(text)
    if not codes:
        return []
    with connection.cursor() as cursor:
        cursor.execute(*coded(codes))
        return [row[0] for row in cursor.fetchall()]


def _matching(words: Sequence[str]) -> list[int] | None:
    """Ids by the index, newest first, at most a few thousand; None for an empty question."""
    if not words:
        return None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            text = " AND ".join(f'"{w}"' for w in words)
            cursor.execute(
                "SELECT rowid FROM customer_search_index WHERE customer_search_index MATCH %s ORDER BY rowid DESC LIMIT %s",
                [text, HITS],
            )
        else:
            cursor.execute(
                "WITH hits AS MATERIALIZED (SELECT id FROM archives_customersearch"
                " WHERE words @@ to_tsquery('simple', %s) LIMIT %s) SELECT id FROM hits ORDER BY id DESC",
                [" & ".join(words), HITS],
            )
        return [row[0] for row in cursor.fetchall()]


def _walking(scope: QuerySet[Customer], words: Sequence[str], limit: int) -> list[int]:
    """Ids for a narrow scope and common words: the newest hits of the index may be all somebody else's."""
    rows = CustomerSearch.objects.filter(pk__in=scope.values("pk"))
    for word in words:
        rows = rows.filter(
            Q(tokens__contains=f" {word} ")
            | Q(tokens__startswith=f"{word} ")
            | Q(tokens__endswith=f" {word}")
        )
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:limit])


def _query_pieces(kind: str, text: str, size: int = 3) -> set[str]:
    if kind == "p":
        return {f"p{text[:40]}"}
    if len(text) <= size:
        return {f"{kind}{text}"}
    return {f"{kind}{text[i : i + size]}" for i in range(len(text) - size + 1)}


def _batched(items: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (items[i : i + size] for i in range(0, len(items), size))
