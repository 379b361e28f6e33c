"""The peak is what a piece of work took, not what is held at its end nor what the process took before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from kemai.foundation.memory import forget_peak, peak_mib

MIB = 2**20


def touched(mib: int) -> bytearray:
    """Memory that is really there: every page of it is written."""
    held = bytearray(mib * MIB)
    held[::4096] = b"x" * len(held[::4096])
    return held


def test_the_peak_stays_after_the_memory_is_given_back() -> None:
    forget_peak()
    before = peak_mib()
    held = touched(64)
    del held
    assert peak_mib() >= before + 60


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="this system forgets no peak")
def test_a_peak_before_is_forgotten() -> None:
    """In a process of its own: what others left in this one may fill the place that is given back."""
    code = (
        "from tests.foundation.test_memory import touched\n"
        "from kemai.foundation.memory import forget_peak, peak_mib\n"
        "held = touched(128); del held; high = peak_mib(); forget_peak(); print(high - peak_mib())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 100


def test_without_proc_the_peak_of_the_whole_process_is_told(monkeypatch) -> None:
    monkeypatch.setattr("kemai.foundation.memory._STATUS", Path("/nowhere/status"))
    monkeypatch.setattr("kemai.foundation.memory._RESET", Path("/nowhere/clear_refs"))
    forget_peak()
    assert peak_mib() > 10
