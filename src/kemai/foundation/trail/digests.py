"""The digests of the trail: what is hashed, in which form. A change here breaks every chain in the field."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

START = bytes(32)


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
    return json.dumps(changes, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


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
    fixed = json.dumps([*fields, batch_id], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(fixed.encode() + b"\n" + values + b"\n" + (rows or b"")).digest()


def link(previous: bytes, digest: bytes) -> bytes:
    """The next link of the chain: sha256(previous link ‖ digest)."""
    return hashlib.sha256(previous + digest).digest()
