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
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

TODAY = date(2026, 11, 22)


@contextmanager
def fresh_company(parser: argparse.ArgumentParser) -> Iterator[tuple[argparse.Namespace, Path]]:
    """The script's arguments and a folder that goes afterwards; Django is set up and the database migrated.

    `--database postgresql` starts a cluster for the length of the run; KEMAI_DATABASE_URL names another one, which
    has to be empty. A script that has an argument `--company` is given a copy of that data folder of a loaded company.
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
        company = getattr(asked, "company", None)
        if company:
            shutil.copytree(company, folder, dirs_exist_ok=True)
        _set_up(is_empty=not company)
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


def _set_up(*, is_empty: bool) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    from kemai.business.archives.models import Customer

    call_command("migrate", verbosity=0)
    if is_empty and Customer.objects.exists():
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
    """Wall and processor seconds of a block; `peak_mib` is the most memory that this process held meanwhile, or the
    largest of its children. `server` are the processor seconds of a PostgreSQL on this machine."""

    wall: float = 0.0
    cpu: float = 0.0
    server: float = 0.0
    peak_mib: float = 0.0

    def told(self, count: int, of: str) -> str:
        """One line: rows a second, seconds, memory, database."""
        server = f" and {self.server:.2f} in the server" if self.server else ""
        return (
            f"{count / max(self.wall, 1e-9):,.0f} {of}/s, {self.wall:.2f} s wall, {self.cpu:.2f} s CPU{server}, "
            f"peak {self.peak_mib:,.0f} MiB ({vendor()})"
        )

    def against(self, bare: Took) -> str:
        """How many times what the engine alone needs."""
        wall, cpu = self.wall / max(bare.wall, 1e-9), self.all_cpu / max(bare.all_cpu, 1e-9)
        return f"bare engine: {bare.wall:.2f} s wall, {bare.all_cpu:.2f} s CPU; the import is {wall:.1f} and {cpu:.1f} times that"

    @property
    def all_cpu(self) -> float:
        """Seconds of all processors, wherever they were spent."""
        return self.cpu + self.server


@contextmanager
def measured() -> Iterator[Took]:
    """Fills its result when the block ends. CPU counts ended child processes, not the database server."""
    _look_anew()
    took, wall, cpu, server = Took(), time.perf_counter(), cpu_seconds(), server_seconds()
    yield took
    took.wall, took.cpu, took.peak_mib = time.perf_counter() - wall, cpu_seconds() - cpu, peak_mib()
    took.server = server_seconds() - server


def cpu_seconds() -> float:
    """Processor time of this process and of its ended children."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mib() -> float:
    """Largest resident size of this process since the block began, or of an ended child ever; mapped files included."""
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    own, children = (
        resource.getrusage(who).ru_maxrss / unit for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return max(_since_the_last_look() or own, children)


def _since_the_last_look() -> float | None:
    """Linux tells the mark that `_look_anew` resets; None elsewhere."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return None


def _look_anew() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def server_seconds() -> float:
    """Processor time of PostgreSQL's processes if it runs on this machine, else 0."""
    import psutil
    from django.db import connection

    if connection.vendor != "postgresql" or not str(connection.settings_dict["HOST"]).startswith("/"):
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0]).parent()
    if server is None:
        return 0.0
    alive = sum(sum(each.cpu_times()[:2]) for each in server.children())
    return float(alive + sum(server.cpu_times()))
