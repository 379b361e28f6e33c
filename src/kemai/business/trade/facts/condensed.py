"""The facts once more in fewer rows (`value.condense`), so that a nightly run reads the lines of changed pieces only.

A file is called like the piece's file, whose name carries the hash of its bytes: it can't be older than what it condenses.
"""

from __future__ import annotations

import time
from pathlib import Path

from django.conf import settings

from kemai import value
from kemai.business.trade.facts.manifest import GRACE_SECONDS, FactsManifest
from kemai.foundation.locks import only_one
from kemai.value.engine.order_days import FORM


def condensed_facts(manifest: FactsManifest) -> list[Path]:
    """The condensed file of each piece, in their order; those that are missing are made from the piece's lines."""
    paths = [folder() / path.name for path in manifest.paths]
    with only_one(folder() / ".lock"):
        value.condense(zip(manifest.paths, paths, strict=True))
        _sweep(paths)
    return paths


def folder() -> Path:
    """Where they lie; a new form of them has a folder of its own."""
    path = Path(settings.DATA_DIR) / "facts" / f"order-days-{FORM}"
    path.mkdir(parents=True, exist_ok=True)
    return path


def _sweep(named: list[Path]) -> None:
    """Removes what belongs to pieces as they were, after an hour."""
    for path in {*folder().glob("*.parquet"), *folder().glob(".*.partial")} - {*named}:
        if time.time() - path.stat().st_mtime > GRACE_SECONDS:
            path.unlink(missing_ok=True)
