"""The search words of many new customers, made by all cores."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from typing import Any

import polars as pl
from django.db import connection

CHUNK, ALONE_BELOW, AHEAD = 5_000, 20_000, 6
_READ = ("name", "short_name", "principal", "code", "phone")


def search_frames(customers: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Frames of id and tokens in the order of the customers."""
    pieces = customers.select("id", *_READ).iter_slices(CHUNK)
    if len(customers) < ALONE_BELOW:
        yield from (_frame(piece, words_of(piece.drop("id").rows())) for piece in pieces)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(os.cpu_count(), context, initializer=_ready) as pool:
        waiting: deque[tuple[pl.DataFrame, Future[list[str]]]] = deque()
        for piece in pieces:
            waiting.append((piece, pool.submit(words_of, piece.drop("id").rows())))
            if len(waiting) > AHEAD:
                yield _done(*waiting.popleft())
        yield from (_done(*each) for each in waiting)


def words_of(rows: list[tuple[Any, ...]]) -> list[str]:
    """The words of each row of name, short name, principal, code and phone."""
    from kemai.business.archives.search import tokens_of  # a new process has to make Django ready first

    return [
        tokens_of([name, short, person], [code, ""], [phone]) for name, short, person, code, phone in rows
    ]


def build_index() -> None:
    """SQLite's index reads the words of all customers anew; PostgreSQL's keeps itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO customer_search_index (customer_search_index) VALUES ('rebuild')")


def _ready() -> None:
    import django

    django.setup()


def _done(piece: pl.DataFrame, words: Future[list[str]]) -> pl.DataFrame:
    return _frame(piece, words.result())


def _frame(piece: pl.DataFrame, words: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"id": piece["id"], "tokens": words})
