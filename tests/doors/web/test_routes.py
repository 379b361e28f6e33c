"""A01, A18, C08: every address of the program × everybody: rights, headers, and refusals that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.doors.web import rounds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.parts]


def test_a01_every_route_is_in_the_table_once_and_the_table_names_no_other() -> None:
    listed = [route.route for route in rounds.routes()]
    assert sorted(listed) == sorted(set(listed))
    assert rounds.addresses() - set(listed) == set(), (
        "routes nobody has decided about: add them to routes.toml"
    )
    assert set(listed) - rounds.addresses() == set(), "rows of routes that are gone"


def test_a01_everybody_gets_what_the_table_says_and_no_refusal_or_look_changes_anything(
    subtests: Any,
) -> None:
    import_id = rounds.seed()
    opened, before = rounds.sessions(), rounds.state_hash()
    for route in rounds.routes():
        with subtests.test(route=route.route):
            visits = rounds.visits(route, opened, import_id)
            found = [f"{v}: {problem}" for v in visits for problem in complaints(v, before)]
            assert not found, "\n".join(found)


def complaints(visit: rounds.Visit, before: str) -> Iterator[str]:
    """What is wrong with an answer: its status, its headers, or that something changed."""
    expected, status = visit.route.expected(visit.login, visit.customer), visit.answer.status_code
    is_script = visit.partial and visit.login == rounds.VISITOR and visit.route.visitor == "sign-in"
    is_script = is_script and not visit.route.route.startswith("account/")  # pages of the sign-in library
    if is_script:
        expected = (401,)  # a script would follow a redirect and put the sign-in page where the part belongs
    if status not in expected:
        yield f"expected {expected}"
    if visit.state not in (before, rounds.UNTOUCHED) and (visit.method == "GET" or status >= 400):
        yield "changed something"
    leads = visit.answer.headers.get("HX-Redirect" if is_script else "Location", "")
    if (
        visit.login == rounds.VISITOR
        and visit.route.visitor == "sign-in"
        and not leads.startswith("/sign-in/")
    ):
        yield f"leads to {leads}"
    yield from (f"header {name}" for name in missing_headers(visit.answer.headers))


def missing_headers(headers: Any) -> Iterator[str]:
    """C08: the headers that every answer carries, whatever its status."""
    policy = dict(
        part.strip().partition(" ")[::2] for part in headers.get("Content-Security-Policy", "").split(";")
    )
    if policy.get("script-src") != "'self'" or policy.get("style-src") != "'self'":
        yield "Content-Security-Policy"
    if policy.get("frame-ancestors") != "'none'" or policy.get("default-src") != "'none'":
        yield "Content-Security-Policy: frame-ancestors, default-src"
    wanted = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
    yield from (name for name, value in wanted.items() if headers.get(name) != value)
    if "no-store" not in headers.get("Cache-Control", ""):
        yield "Cache-Control: no-store"
    if not {"cookie", "hx-request"} <= {word.strip().lower() for word in headers.get("Vary", "").split(",")}:
        yield f"Vary: {headers.get('Vary')}"
