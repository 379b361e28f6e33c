"""What was typed as SQL over the search words: the ids it finds by the index, and whether one customer has it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from kemai.business.archives.search import query_words

Piece = tuple[str, tuple[Any, ...]]
NOTHING: Piece = ("SELECT 0 AS id WHERE 1 = 0", ())


def text_drives(text: str) -> Piece:
    """A statement that gives the ids of all customers that match."""
    ways = _ways(text)
    if not ways:
        return NOTHING
    if connection.vendor == "sqlite":
        asked = " OR ".join("(" + " AND ".join(f'"{w}"' for w in words) + ")" for words in ways)
        return (
            "SELECT rowid AS id FROM customer_search_index WHERE customer_search_index MATCH %s",
            (asked,),
        )
    return "SELECT id FROM archives_customersearch WHERE words @@ %s::tsquery", (_tsquery(ways),)


def text_holds(text: str) -> Piece:
    """A predicate over the customer `c` that reads its own words only."""
    ways = _ways(text)
    if not ways:
        return "1 = 0", ()
    if connection.vendor == "sqlite":
        has = " OR ".join(
            "(" + " AND ".join(["instr(' ' || t.tokens || ' ', %s) > 0"] * len(words)) + ")" for words in ways
        )
        params = tuple(f" {w} " for words in ways for w in words)
    else:
        has, params = "t.words @@ %s::tsquery", (_tsquery(ways),)
    return f"EXISTS (SELECT 1 FROM archives_customersearch t WHERE t.id = c.id AND ({has}))", params


def _ways(text: str) -> list[list[str]]:
    return [list(words) for words in query_words(text) if words]


def _tsquery(ways: Sequence[Sequence[str]]) -> str:
    return " | ".join("(" + " & ".join(f"'{w}'" for w in words) + ")" for words in ways)
