"""Memory of an import: what is of use to pages, or kept for speed that an import does not need, is given up meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from django.db import connection


@contextmanager
def lean() -> Iterator[None]:
    """Arrow's memory from the system, which takes it back; SQLite's file not mapped into memory: rows are written here,
    and a quarter of a gigabyte of pages would be held for nothing."""
    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        with _unmapped():
            yield
    finally:
        pa.set_memory_pool(before)


def tidy() -> None:
    """Hands what is free back to the system; call it between steps."""
    pa.default_memory_pool().release_unused()


@contextmanager
def _unmapped() -> Iterator[None]:
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA mmap_size")
        mapped = int(cursor.fetchone()[0])
        cursor.execute("PRAGMA mmap_size = 0")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA mmap_size = {mapped}")
