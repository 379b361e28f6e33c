"""How many pages a second the product serves: its own server with two workers, list and customer page 1:1 as full HTML.

A synthetic company of `--customers` is loaded and valued (`--keep DIR` keeps it there for the next run, `--company DIR`
takes a data folder as it is, KEMAI_DATABASE_URL a PostgreSQL database that is loaded already). Salespeople, managers of
regions and the director, 16 browsers with a session each, ask for different pages of their lists and different customers.
Then they ask for a bare view of Django on the same server with the same middleware. Printed: pages a second, median and
95th percentile, processor time of the server (and of PostgreSQL) a page, and what the browsers themselves cost.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from _bench import TODAY, _address
from _promises import book, sized, told

HERE = Path(__file__).resolve().parent
WARM_UP = 4


def main() -> int:
    """Loads, serves, asks, prints; 1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=sized(1_000_000, 20_000))
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--browsers", type=int, default=16)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--database", choices=["sqlite", "postgresql"])
    parser.add_argument("--keep", type=Path, help="keeps SQLite companies in this folder")
    parser.add_argument("--company", type=Path, help="the data folder of a company that is loaded and valued")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kemai-bench-") as folder, _database(asked.database) as address:
        place = asked.company or (asked.keep / str(asked.customers) if asked.keep else Path(folder))
        place.mkdir(parents=True, exist_ok=True)
        os.environ.update(
            KEMAI_MODE="test", KEMAI_DATA_DIR=str(place), KEMAI_TODAY=str(TODAY), KEMAI_DATABASE_URL=address,
            DJANGO_SETTINGS_MODULE="kemai.config.settings", KEMAI_ALLOWED_HOSTS="127.0.0.1,testserver",
        )  # fmt: skip
        return measure(asked)


def _database(database: str | None) -> Any:
    """A cluster for the run unless one is given."""
    given = os.environ.get("KEMAI_DATABASE_URL", "")
    return nullcontext(given) if given or database != "postgresql" else _address(database)


def measure(asked: argparse.Namespace) -> int:
    """Both runs, and their figures."""
    import django

    django.setup()
    from django.db import connection
    from list_and_search import _load

    _load(asked.customers)
    browsers, vendor = _browsers(asked.browsers), connection.vendor
    connection.close()
    pages = run("kemai.config.wsgi:application", browsers, asked)
    bare = run(
        "_bare_site:application",
        [{**b, "paths": ["/bare/"], "expects": "bare"} for b in browsers],
        asked,
    )
    beside = f"a bare view {told(bare['rate'])}, {bare['rate'] / pages['rate']:.1f} times that; by CPU {pages['cpu'] / bare['cpu']:.1f} bare views a page"
    book.figure("list and customer page", pages["rate"], vendor, beside=beside)
    book.figure("failed requests", pages["failed"] + bare["failed"], vendor)
    for name, found in (("pages", pages), ("bare view", bare)):
        print(
            f"  {name}: p50 {found['p50']:.1f} ms, p95 {found['p95']:.1f} ms, CPU {found['cpu']:.2f} ms each in the server"
            f"{_in_database(found)}, {found['kib']:.0f} KiB, browsers {found['client']:.0%} of one processor "
            f"({vendor}, {asked.customers:,} customers, {asked.browsers} browsers, {asked.workers} workers)",
            flush=True,
        )
    return book.exit_code()


def _in_database(found: dict[str, float]) -> str:
    return f" and {found['database']:.2f} in PostgreSQL" if found["database"] else ""


def run(application: str, browsers: list[dict[str, Any]], asked: argparse.Namespace) -> dict[str, float]:
    """Serves an application, asks it for the given seconds after warming it up, and gives its figures."""
    with served(application, asked.workers) as (port, server):
        ask(port, WARM_UP, browsers)
        before, in_database = _cpu(server), _database_cpu()
        found = ask(port, asked.seconds, browsers)
        cpu, in_database = _cpu(server) - before, _database_cpu() - in_database
    took, done = found["milliseconds"], max(found["requests"], 1)
    return {
        "rate": found["requests"] / asked.seconds, "failed": found["failed"], "p50": took[len(took) // 2],
        "p95": took[int(len(took) * 0.95)], "cpu": cpu * 1_000 / done, "database": in_database * 1_000 / done,
        "kib": found["bytes"] / done / 1024, "client": found["cpu"] / asked.seconds,
    }  # fmt: skip


def ask(port: int, seconds: float, browsers: list[dict[str, Any]]) -> dict[str, Any]:
    """What the browsers found, from a process of their own."""
    plan = json.dumps({"port": port, "seconds": seconds, "browsers": browsers})
    command = [sys.executable, str(HERE / "_browsers.py")]
    done = subprocess.run(command, input=plan, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout))


@contextmanager
def served(application: str, workers: int) -> Iterator[tuple[int, int]]:
    """The product's server on a free port, as `kemai serve` starts it: (port, process id)."""
    from kemai.doors.cli.serve import web_command

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = web_command(argparse.Namespace(workers=workers, host="127.0.0.1", port=port))[:-1]
    where = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), os.environ.get("PYTHONPATH", "")])}
    server = subprocess.Popen([*command, application], env=where, start_new_session=True)
    try:
        _wait_for(port, server)
        yield port, server.pid
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sign-in/", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not come up")


def _cpu(server: int) -> float:
    """Processor seconds of the server and its workers so far."""
    import psutil

    parent = psutil.Process(server)
    return float(sum(sum(p.cpu_times()[:2]) for p in (parent, *parent.children(recursive=True))))


def _database_cpu() -> float:
    """The same of a PostgreSQL on this machine; connections that ended are counted by their parent."""
    import psutil
    from django.db import connection

    if connection.vendor != "postgresql" or not str(connection.settings_dict["HOST"]).startswith("/"):
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        parent = psutil.Process(cursor.fetchone()[0]).parent()
    return float(sum(parent.cpu_times()) + sum(sum(p.cpu_times()[:2]) for p in parent.children()))


def _browsers(count: int) -> list[dict[str, Any]]:
    """As many signed-in people, from the director down, each with a way through list pages and customers of his own."""
    from django.conf import settings

    from kemai.foundation.access.models import Person

    people = list(
        Person.objects.filter(login__in=("boss", "region1", "region2", "region3")).order_by("login")
    )
    people += list(Person.objects.filter(login__startswith="rep").order_by("login")[: count - len(people)])
    return [
        {"cookie": f"{settings.SESSION_COOKIE_NAME}={_session(each)}", "paths": _paths(each, number), "expects": "</html>"}
        for number, each in enumerate(people[:count])
    ]  # fmt: skip


def _session(person: Any) -> str:
    """The key of a session as signing in makes it."""
    from django.test import Client

    client = Client()
    client.force_login(person, "django.contrib.auth.backends.ModelBackend")
    return str(client.session.session_key)


def _paths(person: Any, number: int) -> list[str]:
    """List pages and customers in turn: the first page, by another sort, filtered, further pages."""
    from kemai.business.archives.directory import ListQuery, list_customers
    from kemai.foundation.access.actor import actor_of

    dice, actor = random.Random(number), actor_of(person, TODAY)
    ways = ["/customers/", "/customers/?sort=-sales_12m", "/customers/?class=A", "/customers/?sort=name"]
    ways += [f"/customers/?page={dice.randint(2, 20)}" for _turn in range(8)]
    codes = [row["code"] for page in (1, 2, 3) for row in list_customers(actor, ListQuery(page=page)).rows]
    dice.shuffle(ways)
    dice.shuffle(codes)
    return [path for way, code in zip(ways, codes, strict=False) for path in (way, f"/customers/{code}/")]


if __name__ == "__main__":
    sys.exit(main())
