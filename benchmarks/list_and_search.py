"""How fast the pages of daily work answer a salesperson, a region's manager and a director: whole HTML requests.

For each size in `--customers` a synthetic company is loaded and valued on the database asked for, then every page is
asked through Django with a session cookie, rights on. Printed: median and 95th percentile in milliseconds, the
processor's share of this process, SQL statements, and beside them a bare view of Django in the same run; at the end
the ratio of the largest size to the smallest. `--keep DIR` keeps SQLite companies there for the next run;
KEMAI_DATABASE_URL names a PostgreSQL database that is already loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from _bench import TODAY, _address
from _promises import book, sized

LOGINS = ("rep001", "region1", "boss")
PAGES = {
    "list": "/customers/",
    "page 40": "/customers/?page=40",
    "deep page": "",
    "filter": "/customers/?region=镇江",
    "filter two": "/customers/?region=镇江&state=actual",
    "class C": "/customers/?class=C",
    "sort by class": "/customers/?sort=rank",
    "sort by name": "/customers/?sort=name",
    "search 2": "/customers/?q=商贸",
    "search rare": "/customers/?q=鑫泉",
    "search+filter": "/customers/?q=商贸&region=镇江",
    "palette": "/palette/?q=商贸",
    "customer": "",
    "today": "/today/",
    "bare view": "/bare/",
}
JUDGED = {
    "list, filter, sort": {"list", "page 40", "deep page", "filter", "filter two", "class C", "sort by class", "sort by name"},
    "customer": {"customer"}, "search": {"search 2", "search rare", "search+filter", "palette"}, "today": {"today"},
}  # fmt: skip


def main() -> int:
    """1 when a promise is broken. One process a size, so that nothing is warm for the second but what a server would have warm too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--customers", default=f"10000,{sized(1_000_000, 20_000)}", help="sizes, separated by commas"
    )
    parser.add_argument("--rounds", type=int, default=sized(40, 15))
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default=_given())
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(measure(asked.one, asked.rounds)))
        return 0
    sizes = [int(n) for n in asked.customers.split(",")]
    results = {size: _child(size, asked) for size in sizes}
    _print(results, asked.database)
    _judge(max(results), results[max(results)], asked.database)
    return book.exit_code()


def _given() -> str:
    """The database that the environment names."""
    return "postgresql" if os.environ.get("KEMAI_DATABASE_URL", "").startswith("postgres") else "sqlite"


def _judge(size: int, found: dict[str, Any], database: str) -> None:
    """The slowest page of each kind, for whomever it is slowest, beside a bare view of the same run."""
    bare = {login: pages["bare view"][2] for login, pages in found.items()}
    for promise, names in JUDGED.items():
        p95, cpu, login, name = max(
            (figures[1], figures[2], login, name) for login, pages in found.items() for name, figures in pages.items() if name in names
        )  # fmt: skip
        beside = f"{name} of {login}, {cpu / bare[login]:.0f} bare views by CPU"
        book.figure(promise, p95, database, size=size, beside=beside)


def _child(size: int, asked: argparse.Namespace) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kemai-bench-") as folder:
        place = asked.keep / str(size) if asked.keep else Path(folder)
        given = (
            os.environ.get("KEMAI_DATABASE_URL")
            if size == max(map(int, asked.customers.split(",")))
            else None
        )
        with nullcontext(given) if given else _address(asked.database) as address:
            environment = {
                **os.environ, "KEMAI_MODE": "test", "KEMAI_DATA_DIR": str(place), "KEMAI_TODAY": str(TODAY), "KEMAI_ALLOWED_HOSTS": "testserver",
                "DJANGO_SETTINGS_MODULE": "kemai.config.settings", "KEMAI_DATABASE_URL": address or "",
            }  # fmt: skip
            command = [sys.executable, __file__, "--one", str(size), "--rounds", str(asked.rounds)]
            done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def measure(size: int, rounds: int) -> dict[str, Any]:
    """{login: {page: [p50, p95, cpu p50, statements, bytes]}} of the company of this size."""
    import django

    django.setup()
    _load(size)
    _add_bare_view()
    return {login: _as(login, rounds) for login in LOGINS}


def _load(size: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from kemai.business.archives.models import Customer
    from kemai.business.valuation.actions import revalue
    from kemai.business.valuation.queries import published_run
    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.demo.accounts import PASSWORD
    from kemai.oversight.demo.synthetic.load import load_synthetic

    call_command("migrate", verbosity=0)
    started = time.perf_counter()
    if not Customer.objects.exists():
        load_synthetic(customers=size, sales=size * 2, seed=1, today=TODAY, password=PASSWORD, say=_say)
    if published_run() is None:
        revalue(actor=system_actor(TODAY), as_of=TODAY, trigger="command")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    _say(f"{size:,} customers ready after {time.perf_counter() - started:.0f} s")


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def _add_bare_view() -> None:
    """What Django itself costs: the same middleware, a view that says one word."""
    from django.http import HttpResponse
    from django.urls import path

    from kemai.doors.web import urls

    urls.urlpatterns.insert(0, path("bare/", lambda request: HttpResponse("bare")))


def _as(login: str, rounds: int) -> dict[str, list[float]]:
    from django.test import Client

    from kemai.foundation.access.models import Person

    client = Client()
    client.force_login(Person.objects.get(login=login), "django.contrib.auth.backends.ModelBackend")
    addresses = {name: url or _address_of(client, name) for name, url in PAGES.items()}
    for url in addresses.values():
        for _warm in range(4):
            client.get(url)
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in addresses}
    for _round in range(rounds):  # pages take turns, so that a busy neighbour disturbs all alike
        for name, url in addresses.items():
            took[name].append(_ask(client, url))
    return {name: [*_figures(took[name]), *_statements(client, url)] for name, url in addresses.items()}


def _address_of(client: Any, name: str) -> str:
    """The customer at the top of the list, or what lies forty "next" beyond page 400."""
    import re

    if name == "customer":
        return str(re.search(r'class="name" href="([^"]+)"', client.get("/customers/").content.decode())[1])  # type: ignore[index]
    url = "/customers/?page=400"
    for _turn in range(40):
        found = re.search(r'rel="next" href="([^"]+)"', client.get(url).content.decode())
        if found is None:
            break
        url = found[1].replace("&amp;", "&")
    return url


def _ask(client: Any, url: str) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    answer = client.get(url)
    assert answer.status_code == 200, (url, answer.status_code)
    return (time.perf_counter() - wall) * 1_000, (time.process_time() - cpu) * 1_000


def _figures(took: list[tuple[float, float]]) -> list[float]:
    walls = sorted(wall for wall, _cpu in took)
    return [
        statistics.median(walls),
        walls[min(int(len(walls) * 0.95), len(walls) - 1)],
        statistics.median(c for _w, c in took),
    ]


def _statements(client: Any, url: str) -> list[float]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as ran:
        size = len(client.get(url).content)
    return [len(ran), size]


def _print(results: dict[int, Any], database: str) -> None:
    for size, found in results.items():
        for login, pages in found.items():
            for name, (p50, p95, cpu, statements, length) in pages.items():
                print(
                    f"{database} {size:>9,} {login:8} {name:14} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms  "
                    f"cpu {cpu:6.1f} ms  {statements:.0f} SQL  {length / 1024:.0f} KiB"
                )
    small, large = min(results), max(results)
    if small == large:
        return
    for login, pages in results[large].items():
        for name, (p50, _p95, cpu, *_rest) in pages.items():
            before = results[small][login][name]
            print(
                f"{database} {login:8} {name:14} ×{p50 / before[0]:.2f} of {small:,} by median, ×{cpu / before[2]:.2f} by cpu"
            )


if __name__ == "__main__":
    sys.exit(main())
