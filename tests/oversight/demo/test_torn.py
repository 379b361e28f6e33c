"""A demo company whose loading was broken off is loaded anew instead of being in the way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from kemai.oversight.demo.torn import _mark, clear_torn, marked


def test_the_mark_goes_when_loading_ends_and_stays_when_it_is_broken_off(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with marked():
        assert _mark().exists()
    assert not _mark().exists()
    try:
        with marked():
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        assert _mark().exists()


def test_a_whole_company_is_never_taken_away(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    kept = tmp_path / "kemai.sqlite3"
    kept.write_text("whole")
    settings.DATABASES = {"default": {"NAME": kept}}
    clear_torn()
    assert kept.exists()


def test_killed_while_loading_the_next_start_loads_it_whole(tmp_path):
    command = [sys.executable, "-m", "kemai", "demo", "--no-serve"]
    environment = {k: v for k, v in os.environ.items() if k not in ("KEMAI_DATABASE_URL", "KEMAI_MODE")}
    environment |= {"KEMAI_DATA_DIR": str(tmp_path)}
    first = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    while not (_customers(tmp_path) or first.poll() is not None):
        time.sleep(0.1)
    first.kill()
    first.wait()
    assert (tmp_path / "demo-is-loading").exists()
    again = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert _customers(tmp_path) == 1200
    assert not (tmp_path / "demo-is-loading").exists()


def _customers(folder: Path) -> int:
    import sqlite3

    try:
        with sqlite3.connect(folder / "kemai.sqlite3", timeout=1) as database:
            return int(database.execute("SELECT COUNT(*) FROM archives_customer").fetchone()[0])
    except sqlite3.Error:
        return 0
