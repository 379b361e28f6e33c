"""The manifest: which file holds which days, how many rows and fen, and up to which batch it was read."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings

GRACE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class PieceFile:
    """The file of a month or of some days of it: its name carries the hash of its bytes."""

    file: str
    rows: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class FactsManifest:
    """The pieces (see `pieces.Piece.key`) with their files, and the horizon: batches after it were not read."""

    pieces: Mapping[str, PieceFile] = field(default_factory=dict)
    horizon: int = 0
    unlanded: tuple[int, ...] = ()
    mark: str = ""  # the database names the files that were read from it by the same mark

    @property
    def rows(self) -> int:
        """All lines."""
        return sum(each.rows for each in self.pieces.values())

    @property
    def months(self) -> dict[str, tuple[int, int]]:
        """Lines and fen of each month ("2026-06")."""
        found: dict[str, tuple[int, int]] = {}
        for key, each in sorted(self.pieces.items()):
            rows, fen = found.get(key[:7], (0, 0))
            found[key[:7]] = rows + each.rows, fen + each.sum_fen
        return found

    @property
    def paths(self) -> list[Path]:
        """The files in the order of their days."""
        return [folder() / self.pieces[key].file for key in sorted(self.pieces)]

    @property
    def digest(self) -> str:
        """A hash of what the files hold, whatever the batches were called."""
        names = "\n".join(f"{key} {self.pieces[key].file}" for key in sorted(self.pieces))
        return hashlib.sha256(names.encode()).hexdigest()


def folder() -> Path:
    """Where the facts of sales lie."""
    path = Path(settings.DATA_DIR) / "facts" / "sales"
    path.mkdir(parents=True, exist_ok=True)
    return path


def load() -> FactsManifest | None:
    """The manifest in force; None before the first refresh or where a file of it is gone."""
    try:
        found = json.loads((folder() / "manifest.json").read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    named = found["pieces"] if "pieces" in found else found["months"]  # when every file was a month
    pieces = {key: PieceFile(**each) for key, each in named.items()}
    manifest = FactsManifest(pieces, found["horizon"], tuple(found["unlanded"]), found.get("mark", ""))
    return manifest if all(path.exists() for path in manifest.paths) else None


def swap(manifest: FactsManifest) -> None:
    """Puts the manifest in force in one step; files of the old one stay for an hour for those who read them."""
    in_force = load()
    for path in in_force.paths if in_force else []:
        os.utime(path)
    partial = folder() / ".manifest.partial"
    with partial.open("w", encoding="ascii") as out:
        json.dump(asdict(manifest), out, indent=1, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    os.replace(partial, folder() / "manifest.json")


def sweep(manifest: FactsManifest) -> None:
    """Removes files that no manifest has named for an hour, and torn ones."""
    for path in [*_unnamed(manifest), *folder().glob(".*.partial")]:
        if time.time() - path.stat().st_mtime > GRACE_SECONDS:
            path.unlink(missing_ok=True)


def _unnamed(manifest: FactsManifest) -> list[Path]:
    named = {each.file for each in manifest.pieces.values()}
    return [path for path in folder().glob("*.parquet") if path.name not in named]
