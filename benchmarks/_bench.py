"""What every benchmark stands on: a fresh company on the database asked for, and seconds, processor time and memory.

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--lines", type=int, default=1_000_000)
with fresh_company(parser) as (asked, folder):
    with measured() as took:
        …
    print(f"sales import: {took.told(asked.lines, 'lines')}")
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

TODAY = date(2026, 11, 22)


@contextmanager
def fresh_company(parser: argparse.ArgumentParser) -> Iterator[tuple[argparse.Namespace, Path]]:
    """The script's arguments and a folder that goes afterwards; Django is set up and the database migrated.

    `--database postgresql` starts a cluster for the length of the run; KEMAI_DATABASE_URL names another one, which
    has to be empty.
    """
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kemai-bench-") as folder, _address(asked.database) as address:
        os.environ.update(
            KEMAI_MODE="test", KEMAI_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="kemai.config.settings"
        )
        os.environ.pop("KEMAI_DATABASE_URL", None)
        if address:
            os.environ["KEMAI_DATABASE_URL"] = address
        _set_up()
        try:
            yield asked, Path(folder)
        finally:
            _close()


@contextmanager
def _address(database: str | None) -> Iterator[str]:
    if database != "postgresql":
        with nullcontext():
            yield "" if database else os.environ.get("KEMAI_DATABASE_URL", "")
        return
    import cluster

    if cluster.binaries() is None:
        raise SystemExit("PostgreSQL is not installed.")
    with cluster.cluster(durable=True) as address:
        yield address


def _set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from kemai.business.archives.models import Customer

    call_command("migrate", verbosity=0)
    if Customer.objects.exists():
        raise SystemExit("这个库里已经有客户，换一个空的。")


def _close() -> None:
    from django.db import connections

    connections.close_all()


def vendor() -> str:
    """Which database, as Django names it."""
    from django.db import connection

    return connection.vendor


@dataclass
class Took:
    """Wall and processor seconds of a block; `peak_mib` is the most memory this process has held so far."""

    wall: float = 0.0
    cpu: float = 0.0
    peak_mib: float = 0.0

    def told(self, count: int, of: str) -> str:
        """One line: rows a second, seconds, memory, database."""
        return (
            f"{count / max(self.wall, 1e-9):,.0f} {of}/s, {self.wall:.2f} s wall, {self.cpu:.2f} s CPU, "
            f"peak {self.peak_mib:,.0f} MiB ({vendor()})"
        )


@contextmanager
def measured() -> Iterator[Took]:
    """Fills its result when the block ends. CPU counts ended child processes, not the database server."""
    took, wall, cpu = Took(), time.perf_counter(), cpu_seconds()
    yield took
    took.wall, took.cpu, took.peak_mib = time.perf_counter() - wall, cpu_seconds() - cpu, peak_mib()


def cpu_seconds() -> float:
    """Processor time of this process and of its ended children."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mib() -> float:
    """Largest resident size of this process so far, mapped files included."""
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
