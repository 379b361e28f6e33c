"""How many SQL statements each page takes for each kind of person: `queries.toml`, compared to the last digit.

A page that takes more, or fewer, fails here. When the change is meant, write the file anew and look at the diff:

    KEMAI_WRITE_QUERIES=1 make test ARGS=tests/doors/web/test_pages_keep_their_number_of_queries.py
"""

from __future__ import annotations

import os
import re
import tomllib
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.doors.web import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.parts]
FILE = Path(__file__).with_name("queries.toml")
WHO = ("e1", "me", "d", "c")  # a salesperson, a region's manager, a director, a custodian
EXTRA = (
    "customers/?q=商贸",
    "customers/?region=East&class=A",
    "customers/?sort=rank&page=2",
    "palette/?q=商贸",
)
HEAD = """# SQL statements of each page, the one that reads session, person and rights included. Written by
# test_pages_keep_their_number_of_queries.py (see there); the same on SQLite and PostgreSQL.
"""


def test_every_page_takes_the_queries_that_the_file_says():
    import_id = rounds.seed()
    opened = {login: rounds.browser(rounds._signed_in(login)) for login in WHO}
    found = {_named(address): _counts(opened, address) for address in sorted(_addresses(import_id))}
    if os.environ.get("KEMAI_WRITE_QUERIES"):
        FILE.write_text(_written(found), "utf-8")
    known = tomllib.loads(FILE.read_text("utf-8"))
    different = [
        f"{address}: {known.get(address)} in the file, {found.get(address)} now"
        for address in sorted({*known, *found})
        if known.get(address) != found.get(address)
    ]
    assert not different, "\n".join(different)


def _named(address):
    """The address without the numbers that a database gave."""
    return re.sub(r"/\d+(?=/)", "/0", address)


def _addresses(import_id):
    """Every page of the table that answers a GET, a customer's own pages with a customer of e1."""
    listed = {
        route.address("CAST-E1-2", import_id).lstrip("/")
        for route in rounds.routes()
        if "GET" in route.methods and route.visitor == "sign-in"
    }
    return {*listed, *EXTRA}


def _counts(opened, address):
    """{login: statements} of those who get the page; the second asking counts, when nothing is new to the process."""
    made = {}
    for login, client in opened.items():
        url = f"/{address}"
        with rounds.rolled_back():
            client.get(url)
            with CaptureQueriesContext(connection) as ran:
                answer = client.get(url)
        if answer.status_code == 200 and not answer.streaming:
            made[login] = len(ran)
    return made


def _written(found):
    lines = [
        f'"{address}" = {{ {", ".join(f"{login} = {n}" for login, n in counts.items())} }}'
        for address, counts in found.items()
    ]
    return HEAD + "\n".join(lines) + "\n"
