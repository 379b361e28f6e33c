"""Finding customers by any Chinese character, name, short name, pinyin, initials, phone digits or code.

The text of a customer becomes ASCII words that both databases index: a Chinese character is `h` and its code
point, two in a row are a bigram, initials and digits are cut into pieces. Hits are checked against the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from kemai.business.archives.models import Contact, Customer, CustomerSearch
from kemai.business.archives.names import folded
from kemai.business.archives.pinyin import syllables
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict

CAP = 1_000
HITS = 5_000
CHUNK = 2_000
HAN = re.compile(r"[㐀-鿿\U00020000-\U0002fa1f]+")
WORD = re.compile(r"[a-z0-9]+")


def tokens_of(names: Sequence[str], codes: Sequence[str], phones: Sequence[str]) -> str:
    """The words under which a record is found."""
    words: set[str] = set()
    for name in names:
        words |= _name_words(folded(name))
    for code in codes:
        words |= _pieces("c", re.sub(r"[^a-z0-9]", "", folded(code)))
    for phone in phones:
        words |= _pieces("n", re.sub(r"\D", "", phone))
    return " ".join(sorted(words))


def query_words(text: str) -> list[list[str]]:
    """What must be there: a list of alternatives, each a list of words that all have to match."""
    plain = folded(text)
    han = "".join(HAN.findall(plain))
    if han:
        rest = [w for w in WORD.findall(plain) if len(w) > 1]
        return [[*_han_words(HAN.findall(plain)), *(f"w{w[:24]}" for w in rest)]]
    latin = re.sub(r"[^a-z0-9]", "", plain)
    if not latin:
        return []
    ways = [sorted(_query_pieces("c", latin))]
    if latin.isdigit():
        return [*ways, sorted(_query_pieces("n", latin))]
    return [*ways, sorted(_query_pieces("i", latin)), sorted(_query_pieces("p", latin)), [f"w{latin[:24]}"]]


def find_ids(actor: Actor, text: str, limit: int = CAP) -> list[int]:
    """Ids of visible customers that match, newest first, at most `limit`."""
    scope = restrict(Customer.objects.all(), actor)
    found: list[int] = []
    for words in query_words(text):
        hits = _matching(words)
        if hits is None:
            continue
        if len(hits) == HITS and not actor.sees_all:
            hits = _walking(scope, words, limit)
        for some in _batched(hits, 500):
            visible = set(scope.filter(pk__in=some).values_list("pk", flat=True))
            found += [pk for pk in some if pk in visible and pk not in found]
            if len(found) >= limit:
                return found[:limit]
    return found


def search(actor: Actor, text: str, limit: int = 25) -> list[Customer]:
    """Visible customers that match, the most likely first."""
    ids = find_ids(actor, text)
    if not ids:
        return []
    rows = Customer.objects.filter(pk__in=ids[:CAP]).only(
        "id", "code", "name", "short_name", "phone", "owner_id", "state"
    )
    plain = folded(text)
    return sorted(rows, key=lambda c: (*_likeness(c, plain), len(c.name), c.code))[:limit]


def _likeness(customer: Customer, text: str) -> tuple[int, int]:
    name, short, code = folded(customer.name), folded(customer.short_name), folded(customer.code)
    if text in (code, name, short):
        return 0, 0
    for place, field in enumerate((short, name)):
        if field.startswith(text):
            return 1, place
        if text in field:
            return 2, field.index(text)
    reading = syllables(short or name)
    letters, spelled = "".join(s[0] for s in reading if s), "".join(reading)
    if text in (letters, spelled):
        return 3, 0
    return (4, 0) if letters.startswith(text) or spelled.startswith(text) else (5, 0)


def index_customers(ids: Iterable[int]) -> int:
    """Writes the words of customers anew, in the caller's transaction or in small ones of its own."""
    done, source = 0, iter(ids)
    while some := list(islice(source, CHUNK)):
        with transaction.atomic():
            rows = _rows(some)
            _forget(some)
            CustomerSearch.objects.bulk_create(rows)
            _index(rows)
        done += len(rows)
    return done


def forget_customers(ids: Sequence[int]) -> None:
    """Removes the words of customers that will be deleted, in the caller's transaction."""
    _forget(ids)


def _rows(ids: Sequence[int]) -> list[CustomerSearch]:
    people: dict[int, list[tuple[str, str, str]]] = {}
    for customer_id, *person in Contact.objects.filter(customer_id__in=ids).values_list(
        "customer_id", "name", "mobile", "phone"
    ):
        people.setdefault(customer_id, []).append(tuple(person))  # type: ignore[arg-type]
    fields = ("id", "name", "short_name", "code", "uscc", "phone", "principal")
    return [
        CustomerSearch(
            id=pk,
            tokens=tokens_of(
                [name, short, principal, *(p[0] for p in people.get(pk, ()))],
                [code, uscc],
                [phone, *(n for p in people.get(pk, ()) for n in p[1:])],
            ),
        )
        for pk, name, short, code, uscc, phone, principal in Customer.objects.filter(pk__in=ids).values_list(
            *fields
        )
    ]


def _forget(ids: Sequence[int]) -> None:
    old = list(CustomerSearch.objects.filter(pk__in=ids).values_list("pk", "tokens"))
    if connection.vendor == "sqlite" and old:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO customer_search_index (customer_search_index, rowid, tokens) VALUES ('delete', %s, %s)",
                old,
            )
    CustomerSearch.objects.filter(pk__in=[pk for pk, _ in old]).delete()


def _index(rows: Sequence[CustomerSearch]) -> None:
    """SQLite's index is fed by hand; PostgreSQL's is a generated column."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO customer_search_index (rowid, tokens) VALUES (%s, %s)",
                [(r.pk, r.tokens) for r in rows],
            )


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


def _name_words(name: str) -> set[str]:
    runs = HAN.findall(name)
    words = set(_han_words(runs)) | {_hex(c) for run in runs for c in run}
    words |= {f"w{w[:n]}" for w in WORD.findall(name) for n in range(2, min(len(w), 24) + 1)}
    for run in runs:
        reading = syllables(run)
        letters = "".join(s[0] for s in reading if s)
        words |= _pieces("i", letters)
        words |= {
            f"p{''.join(reading[start:])[:n]}"
            for start in range(len(reading))
            for n in _cuts(reading[start:])
        }
    return words


def _cuts(reading: Sequence[str]) -> list[int]:
    """Lengths at which a typed spelling may stop: after each whole syllable and within the first three."""
    ends, total = [], 0  # type: ignore[var-annotated]
    for place, syllable in enumerate(reading[:8]):
        if place < 3:
            ends += range(max(total + 1, 2), total + len(syllable))
        total += len(syllable)
        ends.append(total)
    return [e for e in ends if e >= 2]


def _han_words(runs: Sequence[str]) -> list[str]:
    words: list[str] = []
    for run in runs:
        words += (
            [_hex(run)] if len(run) == 1 else [_hex(run[i]) + _hex(run[i + 1]) for i in range(len(run) - 1)]
        )
    return sorted(set(words))


def _hex(character: str) -> str:
    return f"h{ord(character):x}"


def _pieces(kind: str, text: str, size: int = 3) -> set[str]:
    """Every piece of two and of `size` characters, so that a middle part finds it."""
    return {f"{kind}{text[i : i + n]}" for n in (2, size) for i in range(max(len(text) - n + 1, 0))}


def _query_pieces(kind: str, text: str, size: int = 3) -> set[str]:
    if kind == "p":
        return {f"p{text[:40]}"}
    if len(text) <= size:
        return {f"{kind}{text}"}
    return {f"{kind}{text[i : i + size]}" for i in range(len(text) - size + 1)}


def _batched(items: Sequence[int], size: int) -> Iterable[Sequence[int]]:
    return (items[i : i + size] for i in range(0, len(items), size))
