"""O01: what a start in earnest refuses, and what the first one makes by itself."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest


def kemai(folder: Path, *words: str, **given: str) -> subprocess.CompletedProcess[str]:
    """The command in a fresh environment, with a data folder of its own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-m", "kemai", *words],
        env={**kept, "KEMAI_DATA_DIR": str(folder), **given}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("KEMAI_SECRET_KEY", ""),
        ("KEMAI_SECRET_KEY", "short"),
        ("KEMAI_SECRET_KEY", "change-me-changeme-0123456789-abcdefgh"),
        ("KEMAI_SECRET_KEY", "a" * 60),
        ("KEMAI_SEAL_KEY", "short"),
        ("KEMAI_ALLOWED_HOSTS", "*"),
        ("KEMAI_ALLOWED_HOSTS", "crm.example.cn,*"),
        ("KEMAI_FAULTS", "import.write"),
        ("KEMAI_TODAY", "2026-11-22"),
        ("KEMAI_MODE", "debug"),
    ],
)
def test_o01_an_unsafe_setting_is_refused_in_a_sentence_that_names_it(
    tmp_path: Path, setting: str, value: str
) -> None:
    done = kemai(tmp_path, "migrate", **{setting: value})
    assert done.returncode == 2
    assert setting in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(tmp_path.glob("*.sqlite3"))


def test_o01_the_first_start_makes_two_different_keys_that_only_the_owner_reads(tmp_path: Path) -> None:
    assert kemai(tmp_path, "migrate").returncode == 0
    keys = [tmp_path / "secret_key", tmp_path / "seal_key"]
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    first = [key.read_text() for key in keys]
    assert len(set(first)) == 2
    assert kemai(tmp_path, "migrate").returncode == 0
    assert [key.read_text() for key in keys] == first


def test_o01_debug_pages_can_not_be_switched_on(tmp_path: Path) -> None:
    code = "import django; django.setup(); from django.conf import settings; print(settings.DEBUG)"
    given = {"KEMAI_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "kemai.config.settings"}
    on = {"DEBUG": "1", "DJANGO_DEBUG": "1", "KEMAI_DEBUG": "1"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **given, **on},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "False"


def test_o01_a_company_with_public_passwords_is_not_served_in_earnest(tmp_path: Path) -> None:
    assert kemai(tmp_path, "seed-actors", KEMAI_MODE="demo").returncode == 0
    done = kemai(tmp_path, "serve", "--port", "1")
    assert done.returncode == 1
    assert "示范" in done.stderr
