"""Folders of work in progress that say whose they are: what a killed process leaves behind, the next one clears away."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kemai.foundation.processes import is_dead, this_process

HOLDER = "holder"
NAMELESS_SECONDS = 24 * 3600.0  # killed before it could write its name


@contextmanager
def work_folder(prefix: str, place: Path | None = None) -> Iterator[Path]:
    """A folder for the length of the block."""
    folder = new_folder(prefix, place)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_folder(prefix: str, place: Path | None = None) -> Path:
    """A folder that the caller removes; those of dead processes with the same prefix go first."""
    clear_dead(prefix, place)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    try:
        (folder / HOLDER).write_text(this_process(), encoding="utf-8")
    except OSError:  # a full disk: nobody would know whose it is
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder


def clear_dead(prefix: str, place: Path | None = None) -> int:
    """Removes the folders whose process of this machine is gone; gives how many."""
    dead = [folder for folder in Path(place or tempfile.gettempdir()).glob(f"{prefix}*") if _is_left(folder)]
    for folder in dead:
        shutil.rmtree(folder, ignore_errors=True)
    return len(dead)


def _is_left(folder: Path) -> bool:
    with suppress(FileNotFoundError):
        return is_dead((folder / HOLDER).read_text(encoding="utf-8"))
    with suppress(OSError):
        return folder.is_dir() and time.time() - folder.stat().st_mtime > NAMELESS_SECONDS
    return False
