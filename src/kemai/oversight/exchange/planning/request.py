"""What is asked for: which file, as whom, with which mapping and choices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kemai.foundation.access.actor import Actor
from kemai.oversight.exchange.parsing.kinds import KINDS

KINDS_NOW = tuple(KINDS)


class ImportRefused(Exception):
    """The whole file is refused; the message is a sentence for the person. Nothing was written."""


def no_progress(done: int, total: int, note: str = "") -> None:
    """Where nobody watches."""


def never() -> None:
    """Where nobody cancels."""


@dataclass(frozen=True)
class ImportRequest:
    """One file to plan or to land.

    `columns` maps column names to field keys as the person decided (None: guess); `reading` holds
    options of `ConvertOptions`; `aliases` maps a customer as written in the file to a customer's code;
    `repairs` are cells mended by hand (see `planning.repairs`);
    `check_cancelled` raises to stop, `progress(done, total, note)` counts rows.
    """

    actor: Actor
    kind: str
    path: Path
    file_name: str
    columns: dict[str, str] | None = None
    sheet: str | None = None
    reading: dict[str, Any] = field(default_factory=dict)
    create_customers: bool = False
    strict: bool = False
    aliases: dict[str, str] = field(default_factory=dict)
    repairs: dict[str, Any] = field(default_factory=dict)
    content_hash: str = ""
    progress: Callable[[int, int, str], None] = no_progress
    check_cancelled: Callable[[], None] = never
