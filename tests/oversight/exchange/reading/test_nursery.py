"""Readers are forked from a process that has everything loaded, and are as far from the web process as ever."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kemai.oversight.exchange.reading import ReadLimits, ReadRefused, read_file
from kemai.oversight.exchange.reading.readers import _nursery

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system cannot fork")


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "ledger.csv"
    path.write_text("单号,客户,金额\n" + "".join(f"O{n},华瑞,{n}\n" for n in range(50)), "utf8")
    return path


def nursery() -> psutil.Process:
    assert _nursery._process is not None
    return psutil.Process(_nursery._process.pid)


def test_many_files_are_read_by_one_nursery(ledger: Path) -> None:
    with read_file(ledger) as first:
        rows, number = first.rows, nursery().pid
    with read_file(ledger) as second:
        assert (second.rows, nursery().pid) == (rows, number) == (50, number)


def test_a_nursery_that_was_killed_is_followed_by_another(ledger: Path) -> None:
    with read_file(ledger):
        nursery().kill()
    nursery().wait(5) if nursery().is_running() else None
    with read_file(ledger) as table:
        assert table.rows == 50


def test_a_reader_that_is_killed_is_told_as_a_damaged_file_and_the_next_is_read(ledger: Path) -> None:
    big = ledger.with_name("big.csv")
    big.write_text("单号,客户,金额\n" + "O1,华瑞,1\n" * 3_000_000, "utf8")
    with read_file(ledger):
        pass

    def kill(_: object) -> None:
        for each in nursery().children(recursive=True):
            each.kill()

    with pytest.raises(ReadRefused) as refused:
        read_file(big, progress=kill)
    assert refused.value.code == "damaged"
    with read_file(ledger) as table:
        assert table.rows == 50


def test_limits_hold_for_a_forked_reader(ledger: Path) -> None:
    with pytest.raises(ReadRefused) as refused:
        read_file(ledger, limits=ReadLimits(rows=10))
    assert refused.value.code == "too_many_rows"


def test_keys_and_addresses_stay_with_the_parent(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEMAI_SECRET_KEY", "secret")
    _nursery.end()
    with read_file(ledger):
        assert not any(name.startswith("KEMAI") for name in nursery().environ())


def test_the_nursery_ends_with_the_process_it_serves(ledger: Path) -> None:
    code = f"""
import os
from kemai.oversight.exchange.reading import read_file
from kemai.oversight.exchange.reading.readers import _nursery
read_file({str(ledger)!r}).__exit__(None, None, None)
print(_nursery._process.pid, flush=True)
os.kill(os.getpid(), {int(signal.SIGKILL)})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    number = int(done.stdout)
    for _ in range(100):
        if not psutil.pid_exists(number):
            return
        time.sleep(0.05)
    raise AssertionError("still there")
