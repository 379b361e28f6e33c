"""What a killed process leaves behind is cleared away by the next; what a living one holds is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from kemai.foundation.leftovers import HOLDER, NAMELESS_SECONDS, clear_dead, new_folder, work_folder

CHILD = """
import os, signal, sys
from pathlib import Path
from kemai.foundation.leftovers import new_folder
folder = new_folder("kemai-test-", Path(sys.argv[1]))
(folder / "rows").write_bytes(bytes(1000))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_folder_of_a_killed_process_goes_and_a_living_ones_stays(tmp_path: Path) -> None:
    mine = new_folder("kemai-test-", tmp_path)
    subprocess.run([sys.executable, "-c", CHILD, str(tmp_path)], check=False)
    assert len(list(tmp_path.iterdir())) == 2
    next_one = new_folder("kemai-test-", tmp_path)
    assert set(tmp_path.iterdir()) == {mine, next_one}


def test_a_folder_without_a_name_goes_after_a_day_only(tmp_path: Path) -> None:
    nameless = tmp_path / "kemai-test-x"
    nameless.mkdir()
    assert clear_dead("kemai-test-", tmp_path) == 0
    old = nameless.stat().st_mtime - NAMELESS_SECONDS - 1
    os.utime(nameless, (old, old))
    assert clear_dead("kemai-test-", tmp_path) == 1
    assert not nameless.exists()


def test_another_machines_folder_and_other_names_are_let_be(tmp_path: Path) -> None:
    for name, holder in (("kemai-test-a", "elsewhere/1/1"), ("other", "gone")):
        (tmp_path / name).mkdir()
        (tmp_path / name / HOLDER).write_text(holder)
    assert clear_dead("kemai-test-", tmp_path) == 0
    assert len(list(tmp_path.iterdir())) == 2


def test_a_work_folder_goes_with_its_block(tmp_path: Path) -> None:
    with work_folder("kemai-test-", tmp_path) as folder:
        assert folder.is_dir()
    assert not list(tmp_path.iterdir())
