"""How long every page takes that can be asked for, the slowest first: whole HTML requests of three people.

The addresses are those of tests/doors/web/routes.toml that answer a GET, asked about the customer on top of each person's
list. Measured on the company of a data folder (`--company`, loaded by demo-data and valued; it is not written to but
for sessions) or on one of `--customers` that is made first. Printed for each login and page: the median of `--rounds`
after one warm request, the processor's share, SQL statements and size; at the end how many bare views of Django the
slowest page is by CPU.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from _bench import TODAY
from _promises import book, sized
from list_and_search import LOGINS, _add_bare_view, _address_of, _ask, _load, _statements

ROUTES = Path(__file__).resolve().parent.parent / "tests/doors/web/routes.toml"
NOT_PAGES = ("sign-out", "health", "export", "download", ".csv", ".xlsx", ".json", "print/", "template")


def main() -> int:
    """1 when a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=sized(1_000_000, 20_000))
    parser.add_argument("--company", type=Path)
    parser.add_argument("--rounds", type=int, default=sized(5, 2))
    parser.add_argument("--login", default=",".join(LOGINS))
    parser.add_argument("--only", default="", help="addresses that hold this text")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kemai-bench-") as made:
        os.environ |= {
            "KEMAI_MODE": "test", "KEMAI_DATA_DIR": str(asked.company or made), "KEMAI_TODAY": str(TODAY),
            "KEMAI_ALLOWED_HOSTS": "testserver", "DJANGO_SETTINGS_MODULE": "kemai.config.settings",
        }  # fmt: skip
        import django

        django.setup()
        _load(asked.customers)
        _add_bare_view()
        for login in asked.login.split(","):
            _tell(login, _measured(login, asked.rounds, asked.only))
    return book.exit_code()


def _measured(login: str, rounds: int, only: str) -> dict[str, list[float]]:
    """{address: [p50 ms, cpu ms, statements, KiB]} of all that answer 200 with a page."""
    from django.test import Client

    from kemai.foundation.access.models import Person

    client = Client(raise_request_exception=False)
    client.force_login(Person.objects.get(login=login), "django.contrib.auth.backends.ModelBackend")
    customer = _address_of(client, "customer").strip("/").split("/")[1]
    found = {}
    for url in ["/bare/", *addresses(customer)]:
        if only not in url and url != "/bare/":
            continue
        answer = client.get(url)
        if answer.status_code >= 500:
            print(f"{login:8} {url} answers {answer.status_code}", flush=True)
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        took = [_ask(client, url) for _round in range(rounds)]
        statements, size = _statements(client, url)
        walls, cpus = zip(*took, strict=True)
        found[url] = [statistics.median(walls), statistics.median(cpus), statements, size / 1024]
        print(_line(login, url, found[url]), flush=True)
    return found


def addresses(customer: str) -> list[str]:
    """What a GET may ask for, about this customer."""
    found = []
    for row in tomllib.loads(ROUTES.read_text("utf-8"))["route"]:
        url = row.get("url", row["route"].replace("<str:code>", "{customer}")).replace("{customer}", customer)
        if "GET" in row.get("methods", ["GET"]) and not any(part in url for part in ("{", "<", *NOT_PAGES)):
            found.append("/" + url.replace("CAST-E1-2", customer))
    return list(dict.fromkeys(found))


def _line(login: str, url: str, figures: list[float]) -> str:
    wall, cpu, statements, size = figures
    return f"{login:8} {url:60} {wall:9.1f} ms  cpu {cpu:9.1f}  {statements:4.0f} SQL  {size:6.0f} KiB"


def _tell(login: str, found: dict[str, list[float]]) -> None:
    """The slowest twelve, and the slowest of all beside a bare view."""
    from django.db import connection

    from kemai.business.archives.models import Customer

    bare: Any = found.pop("/bare/")
    slowest = sorted(found, key=lambda url: -found[url][0])[:12]
    print(f"-- slowest of {len(found)} pages of {login}:")
    for url in slowest:
        print(_line(login, url, found[url]), flush=True)
    wall, cpu, *_rest = found[slowest[0]]
    beside = f"{slowest[0]} of {login}, {cpu / bare[1]:.0f} bare views by CPU"
    book.figure("slowest page", wall, connection.vendor, size=Customer.objects.count(), beside=beside)


if __name__ == "__main__":
    sys.exit(main())
