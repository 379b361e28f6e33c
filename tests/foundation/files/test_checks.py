"""`kemai doctor` finds records without bytes, bytes without a record, changed bytes; a killed upload is cleared away."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

import pytest
from tests.foundation.files.samples import PNG

from kemai.foundation.files import checks
from kemai.foundation.files import store as disk
from kemai.foundation.files.models import StoredFile
from kemai.foundation.registry import checks as asked
from kemai.foundation.registry import thorough_checks

pytestmark = pytest.mark.django_db
CHILD = """
import os, signal, sys
from pathlib import Path
from kemai.foundation.leftovers import new_folder
folder = new_folder("arriving-", Path(sys.argv[1]))
(folder / "file").write_bytes(bytes(1000))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_sound_store_has_no_problem_and_the_doctor_asks_it(put: Any) -> None:
    put()
    assert [*checks.problems(), *checks.altered()] == []
    assert "files.store" in asked
    assert "files.content" in thorough_checks


def test_a_record_whose_bytes_are_gone_is_named(put: Any) -> None:
    made, _other = put(name="执照.pdf"), put(name="b.png", content=PNG)
    disk.path_of(made.stored_name).unlink()
    [problem] = checks.problems()
    assert "1 个" in problem
    assert "执照.pdf" in problem
    assert "备份" in problem


def test_bytes_that_nobody_recorded_are_named_once_they_are_no_upload_on_its_way(put: Any) -> None:
    made = put()
    path = disk.path_of(made.stored_name)
    StoredFile.objects.all().delete()
    assert list(checks.problems()) == []
    old = time.time() - checks.ARRIVING_SECONDS - 1
    os.utime(path, (old, old))
    [problem] = checks.problems()
    assert str(path) in problem


def test_changed_bytes_are_found_by_the_thorough_check_alone(put: Any) -> None:
    made = put()
    disk.path_of(made.stored_name).write_bytes(b"%PDF-1.7 something else")
    assert list(checks.problems()) == []
    [problem] = checks.altered()
    assert "执照.pdf" in problem


def test_what_a_killed_upload_left_is_cleared_by_the_next_and_is_no_file(put: Any, store: Any) -> None:
    store.mkdir()
    subprocess.run([sys.executable, "-c", CHILD, str(store)], check=False)
    assert len(list(store.glob("arriving-*"))) == 1
    put()
    assert list(store.glob("arriving-*")) == []
    assert list(checks.problems()) == []
