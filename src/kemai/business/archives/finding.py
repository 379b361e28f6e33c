"""What was typed as SQL over the search words: the ids it finds by the index, and whether one customer has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from kemai.business.archives.search import query_words
from kemai.business.archives.short_codes import coded, full_codes

Piece = tuple[str, tuple[Any, ...]]
NOTHING: Piece = ("SELECT 0 AS id WHERE 1 = 0", ())


def text_drives(text: str) -> Piece:
    """A statement that gives the ids of all customers that match, each once."""
    ways, codes = _ways(text), full_codes(text)
    if not ways:
        return NOTHING
    indexed = _indexed(ways)
    if not codes:
        return indexed
    (found, given), (has, words) = coded(codes), _worded(ways, "k")
    first = f"SELECT k.id FROM ({found}) k WHERE NOT {has}"
    return f"{first} UNION ALL {indexed[0]}", (*given, *words, *indexed[1])


def _indexed(ways: list[list[str]]) -> Piece:
    if connection.vendor == "sqlite":
        asked = " OR ".join("(" + " AND ".join(f'"{w}"' for w in words) + ")" for words in ways)
        return (
            "SELECT rowid AS id FROM customer_search_index WHERE customer_search_index MATCH %s",
            (asked,),
        )
    return "SELECT id FROM archives_customersearch WHERE words @@ %s::tsquery", (_tsquery(ways),)


def text_holds(text: str) -> Piece:
    """A predicate over the customer `c` that reads its own words and code only."""
    ways, codes = _ways(text), full_codes(text)
    if not ways:
        return "1 = 0", ()
    has, words = _worded(ways, "c")
    if not codes:
        return has, words
    found, given = coded(codes)
    return f"({has} OR c.id IN ({found}))", (*words, *given)


def _worded(ways: list[list[str]], of: str) -> Piece:
    """A predicate over the words of the row `of`."""
    if connection.vendor == "sqlite":
        has = " OR ".join(
            "(" + " AND ".join(["instr(' ' || t.tokens || ' ', %s) > 0"] * len(words)) + ")" for words in ways
        )
        params = tuple(f" {w} " for words in ways for w in words)
    else:
        has, params = "t.words @@ %s::tsquery", (_tsquery(ways),)
    return f"EXISTS (SELECT 1 FROM archives_customersearch t WHERE t.id = {of}.id AND ({has}))", params


def _ways(text: str) -> list[list[str]]:
    return [list(words) for words in query_words(text) if words]


def _tsquery(ways: Sequence[Sequence[str]]) -> str:
    return " | ".join("(" + " & ".join(f"'{w}'" for w in words) + ")" for words in ways)
