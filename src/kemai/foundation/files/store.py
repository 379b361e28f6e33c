"""Files on the disk: written in pieces to a place of their own, then put into the store under a random name."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.utils.translation import gettext as _

from kemai.foundation.disk import is_full
from kemai.foundation.files.refusals import FileRefused, StoreFull
from kemai.foundation.leftovers import work_folder

MIB = 1024 * 1024
ARRIVING = "arriving-"


@dataclass(frozen=True)
class Arrived:
    """A file that was taken in and is not in the store yet."""

    path: Path
    size: int
    sha256: str


def folder() -> Path:
    """The store, inside the data folder and outside whatever is served."""
    return Path(settings.DATA_DIR) / "files"


def path_of(stored_name: str) -> Path:
    """Where a kept file lies; the name is ours alone."""
    return folder() / stored_name[:2] / stored_name


@contextmanager
def arriving(chunks: Iterable[bytes]) -> Iterator[Arrived]:
    """The upload on disk for the length of the block; what a killed process left goes first. Raises Refused."""
    with room_needed():
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        with work_folder(ARRIVING, folder()) as place:
            yield _written(place / "file", chunks)


def put(arrived: Arrived) -> str:
    """Moves the file into the store and gives its name there."""
    name = secrets.token_hex(16)
    path_of(name).parent.mkdir(mode=0o700, exist_ok=True)
    os.replace(arrived.path, path_of(name))
    return name


def take_back(stored_name: str) -> None:
    """Removes what `put` moved, where its record did not come to be."""
    path_of(stored_name).unlink(missing_ok=True)


@contextmanager
def room_needed() -> Iterator[None]:
    """Turns a full disk into a sentence. Raises StoreFull."""
    try:
        yield
    except (OSError, DatabaseError) as error:
        if not is_full(error):
            raise
        raise StoreFull(_("服务器的硬盘满了，这个文件没存上。请管理员腾出空间，再放一次。")) from error


def sha256_of(path: Path) -> str:
    """The digest of a kept file as it lies there now."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _written(path: Path, chunks: Iterable[bytes]) -> Arrived:
    digest, size, limit = hashlib.sha256(), 0, settings.FILE_LIMIT_BYTES
    with path.open("xb") as file:
        path.chmod(0o600)
        for chunk in chunks:
            size += len(chunk)
            if size > limit:
                raise FileRefused(_("文件超过上限 %(limit)s MiB。") % {"limit": limit // MIB})
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return Arrived(path, size, digest.hexdigest())
