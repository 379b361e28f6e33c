"""G04: on a disk that is really full every way of writing says so, nothing is half done, and all goes on by itself when
there is room again. The disk is a small one of its own, which needs the rights to mount it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHILD = Path(__file__).with_name("full_disk_child.py")
SIZE = "120m"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 120 MB: room for all of it twice, once the ballast is gone."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "kemai-test", str(place)], capture_output=True, check=False)  # fmt: skip
    if mounted.returncode:
        pytest.skip("no rights to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False)


@pytest.fixture
def story(small_disk: Path, tmp_path: Path) -> dict[str, Any]:
    """What the company on the small disk went through."""
    beside = tmp_path / "beside"
    beside.mkdir()
    environment = {
        **os.environ, "KEMAI_DATA_DIR": str(small_disk), "KEMAI_DATABASE_URL": _address(), "TMPDIR": str(small_disk),
        "KEMAI_TODAY": "2026-11-22",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, str(CHILD), str(small_disk), str(beside)], env=environment, capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _address() -> str:
    """On SQLite the database lies on the small disk as well; a server has a disk of its own."""
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return ""
    return (
        f"postgres://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}&port={settings['PORT']}"
    )


def test_g04_a_full_disk_is_named_changes_nothing_by_halves_and_is_over_when_there_is_room(
    story: dict[str, Any],
) -> None:
    before, full, again = story["before"], story["full"], story["again"]
    unforeseen = {name: said for name, said in full.items() if "unforeseen" in said or "False" in said}
    assert unforeseen == {}, "an error that names the disk neither by its kind nor by a sentence"
    must_fail = {"upload", "file"} | (
        {"import", "command", "entry"} if connection.vendor == "sqlite" else set()
    )
    went_through = {
        name: said
        for name, said in full.items()
        if name in must_fail and said in ("302", "200", "done", "status 0 False")
    }
    assert went_through == {}, "the disk was not full enough to show anything"
    now = story["while"]
    assert now["sound"] == []
    assert now["page"] == 200, "people can still read"
    assert now["counts"]["files"] == before["files"] == 0
    assert now["counts"]["customers"] - before["customers"] in (now["counts"]["entered"], now["counts"]["entered"] + 4_000, now["counts"]["entered"] + 8_000)  # fmt: skip
    assert now["counts"]["lines"] in (before["lines"], before["lines"] + 20_000, before["lines"] + 40_000)
    assert all(said.startswith(("created 20000", "status 0", "302", "done", "201", "200")) for said in again.values()), again  # fmt: skip
    assert story["after"]["sound"] == []
    assert story["after"]["left"] == []
    assert story["after"]["counts"]["lines"] >= before["lines"] + 40_000
    assert story["after"]["counts"]["files"] == 1
