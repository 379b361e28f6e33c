"""A PostgreSQL of one's own for the length of a run: made in a temporary folder, reached by a socket, gone after."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, newest version first; None where PostgreSQL is not installed."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True
    )
    on_path = shutil.which("initdb")
    return found[0].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def cluster(*, durable: bool = False) -> Iterator[str]:
    """Yields the address of a throwaway cluster (UTF-8, locale C.UTF-8) with a database in it, and stops it at the end.

    Tests do without the disk; `durable` writes as a server in use would, for figures that mean something.
    """
    home = binaries()
    assert home is not None
    folder = Path(tempfile.mkdtemp(prefix="kemai-pg-"))
    user = _unprivileged(folder)
    try:
        _run(
            user,
            home / "initdb",
            "-D",
            folder / "data",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "-A",
            "trust",
            "-U",
            "kemai",
        )
        options = f"-k {folder} -c listen_addresses='' -c max_connections=80 -c shared_buffers=256MB"
        if not durable:
            options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        _run(user, home / "pg_ctl", "-D", folder / "data", "-w", "-l", folder / "log", "-o", options, "start")
        _run(user, home / "createdb", "-h", folder, "-U", "kemai", "kemai")
        yield f"postgres://kemai@/kemai?host={folder}"
    finally:
        _run(user, home / "pg_ctl", "-D", folder / "data", "-m", "immediate", "stop", check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL refuses to run as root: hand the folder to another user then."""
    if os.geteuid() != 0:
        return None
    known = {p.pw_name for p in pwd.getpwall()}
    user = "postgres" if "postgres" in known else "nobody"
    shutil.chown(folder, user)
    folder.chmod(0o755)
    return user


def _run(user: str | None, *command: object, check: bool = True) -> None:
    words = [str(c) for c in command]
    if user:
        words = ["runuser", "-u", user, "--", *words]
    done = subprocess.run(
        words, capture_output=True, text=True, check=False, cwd="/", stdin=subprocess.DEVNULL
    )
    if check and done.returncode:
        raise SystemExit(f"{' '.join(words)}\n{done.stdout}{done.stderr}")
