"""A demo company whose loading was broken off: known by a mark, and taken away so that it can be loaded anew."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from kemai.foundation.access.actor import Refused


def clear_torn() -> None:
    """Removes what a broken loading left; a server's database has to be emptied by its owner."""
    if not _mark().exists():
        return
    if connection.vendor != "sqlite":
        raise Refused("上次装示范公司中断了，库里只有一半。请换一个空库，或删掉重建再来。")
    connection.close()
    known = Path(settings.DATABASES["default"]["NAME"])
    for path in (known, *known.parent.glob(f"{known.name}-*")):
        path.unlink(missing_ok=True)
    for folder in ("facts", "runs"):
        shutil.rmtree(Path(settings.DATA_DIR) / folder, ignore_errors=True)
    _mark().unlink()


@contextmanager
def marked() -> Iterator[None]:
    """The mark stands from the first row to the last."""
    _mark().touch()
    yield
    _mark().unlink()


def _mark() -> Path:
    return Path(settings.DATA_DIR) / "demo-is-loading"
