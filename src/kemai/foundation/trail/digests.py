"""The digests of the trail: what is hashed, in which form. A change here breaks every chain in the field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import polars as pl

START = bytes(32)
_canonical = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))
_NEEDS_SPELLING = r'["\\\x00-\x1f]'  # what JSON spells out
_AS_THEY_ARE = frozenset({str, int, bool, type(None)})


def plain(value: Any) -> Any:
    """A value as JSON that both databases give back unchanged: no floats, dates as text, no NUL."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {clean(str(k)): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    if isinstance(value, date):
        return value.isoformat()
    return clean(str(value))


def clean(text: str) -> str:
    """Text that any column takes: without NUL and without halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def canonical(changes: Any) -> str:
    """One spelling of the changes, whatever the order of their keys."""
    text: str = _canonical.encode(changes)
    return text


def canonical_of(changes: Mapping[str, Any]) -> str:
    """`canonical(plain(changes))`, by a short cut for {field: [old, new]} of whole numbers and clean text."""
    for pair in changes.values():
        for value in pair:
            if type(value) not in _AS_THEY_ARE:
                return canonical(plain(changes))
    text: str = _canonical.encode(changes)
    return text if _is_clean(text) else canonical(plain(changes))


def created_texts(values: pl.DataFrame) -> list[str]:
    """`canonical_of({column: [None, value]})` for each row, without the columns in which it has nothing."""
    import polars as pl

    names = sorted(values.columns)
    words = values.select(pl.col(pl.String))
    if any(words[name].str.contains(_NEEDS_SPELLING).any() for name in words.columns):
        rows = values.select(names).iter_rows(named=True)
        return [canonical_of({n: [None, v] for n, v in row.items() if v not in (None, "")}) for row in rows]
    cells = [
        pl.when(pl.col(name).cast(pl.String) != "").then(
            pl.format(f'"{name}":[null,{mark}{{}}{mark}]', pl.col(name).cast(pl.String))
        )
        for name in names
        for mark in ['"' if values.schema[name] == pl.String else ""]
    ]
    text = pl.concat_str(cells, separator=",", ignore_nulls=True)
    return values.select(pl.format("{{{}}}", text).alias("text"))["text"].to_list()


def _is_clean(text: str) -> bool:
    """No NUL (which JSON spells out) and no half of a character in it."""
    try:
        return "\\u0000" not in text and bool(text.encode())
    except UnicodeEncodeError:
        return False


def values_digest(salt: bytes, changes_text: str) -> bytes:
    """sha256(salt ‖ canonical changes): says nothing about the values once the salt is erased."""
    return hashlib.sha256(salt + changes_text.encode()).digest()


def entry_digest(
    *,
    sequence: int | None,
    at: datetime,
    actor_id: int | None,
    actor_name: str,
    verb: str,
    subject_type: str,
    subject_id: int | None,
    customer_id: int | None,
    reason: str,
    batch_id: int | None,
    values: bytes,
    rows: bytes | None,
) -> bytes:
    """The digest of one entry over its fixed fields and the digests of its values and rows."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [sequence, moment, actor_id, actor_name, verb, subject_type, subject_id, customer_id, reason]
    fixed = _fixed([*fields, batch_id])
    return hashlib.sha256(fixed.encode() + b"\n" + values + b"\n" + (rows or b"")).digest()


def digester_of_rows(
    *, at: datetime, actor_id: int | None, actor_name: str, verb: str, subject_type: str, batch_id: int
) -> Callable[[int | None, int | None, bytes], bytes]:
    """`entry_digest` for rows that differ in subject, customer and values only, a few times as fast."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    first = _fixed([None, moment, actor_id, actor_name, verb, subject_type])[:-1]
    last = _fixed(["", batch_id])[1:]

    def digest(subject_id: int | None, customer_id: int | None, values: bytes) -> bytes:
        subject, customer = (
            "null" if subject_id is None else subject_id,
            "null" if customer_id is None else customer_id,
        )
        fixed = f"{first},{subject},{customer},{last}"
        return hashlib.sha256(fixed.encode() + b"\n" + values + b"\n").digest()

    return digest


def _fixed(fields: list[Any]) -> str:
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))


def link(previous: bytes, digest: bytes) -> bytes:
    """The next link of the chain: sha256(previous link ‖ digest)."""
    return hashlib.sha256(previous + digest).digest()
