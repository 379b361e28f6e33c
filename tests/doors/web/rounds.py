"""Walks the addresses of `routes.toml` as each member of the cast and says what anybody gets there."""

from __future__ import annotations

import argparse
import hashlib
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from kemai.business.valuation.models import PublishedRun
from kemai.foundation.access.models import Assignment, Person

TABLE: dict[str, Any] = tomllib.loads(Path(__file__).with_name("routes.toml").read_text("utf-8"))
CUSTOMERS = ("CAST-E1-2", "CAST-E2-2", "CAST-W1-2", "CAST-0")
VISITOR = "visitor"
ACTORS = (*TABLE["groups"]["everybody"], VISITOR)
VOLATILE = (
    "django_session",
    "access_session",
    "axes_",
    "django_cache",
    "access_person",
    "django_migrations",
    "sqlite_sequence",
)


@dataclass(frozen=True)
class Route:
    """One row of the table."""

    route: str
    people: Any
    url: str = ""
    methods: tuple[str, ...] = ("GET",)
    object: str = ""
    answers: tuple[int, ...] = (200,)
    visitor: str = "sign-in"
    data: dict[str, str] = field(default_factory=dict)
    finds: tuple[str, ...] = ()

    def address(self, customer: str, import_id: int) -> str:
        """Where the request goes."""
        text = self.url or self.route.replace("<str:code>", "{customer}").replace("<int:pk>", "{import}")
        text = text.replace("{task}", str(_task(customer))) if "{task}" in text else text
        return "/" + filled(text.replace("{customer}", customer).replace("{import}", str(import_id)))

    def expected(self, login: str, customer: str) -> tuple[int, ...]:
        """The statuses that are right for this person and this customer."""
        allowed = TABLE["groups"][self.people] if isinstance(self.people, str) else self.people
        if login == VISITOR:
            return {"open": self.answers, "missing": (404,)}.get(self.visitor, (302,))
        if (
            self.object in ("customer", "task")
            and login not in self.finds
            and customer not in TABLE["sees"][login]
        ):
            return (404,)
        if self.object == "import" and login not in (*TABLE["imports"]["finds"], *self.finds):
            return (404,)
        return self.answers if login in allowed else (403,)


def _task(customer: str) -> int:
    """The oldest open task about the customer, which is its owner's."""
    from kemai.business.agenda.models import Task

    return Task.objects.filter(customer__code=customer, status="open").order_by("pk").first().pk  # type: ignore[union-attr]


def routes() -> list[Route]:
    """All rows."""
    made = []
    for row in TABLE["route"]:
        given = {("people" if key == "for" else key): value for key, value in row.items()}
        made.append(Route(**{k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}))
    return made


def addresses() -> set[str]:
    """Every pattern of the URLconf, joined."""
    return set(_walk(get_resolver().url_patterns, ""))


def _walk(patterns: list[Any], before: str) -> Iterator[str]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, before + str(each.pattern))
        elif isinstance(each, URLPattern):
            yield before + str(each.pattern)


def _fields_that_come_along() -> None:
    """Those that the migration adds; a test that empties the tables may have run before."""
    if not apps.get_model("archives", "CustomField").objects.exists():
        import_module("kemai.business.archives.migrations.0011_fields_that_come_along").add(apps, None)


def seed() -> int:
    """The cast with its records, a published valuation and one upload of the region's manager; gives its id."""
    from kemai.business.valuation.actions import revalue
    from kemai.doors.cli import seed_actors
    from kemai.foundation.access.actor import actor_of, system_actor
    from kemai.foundation.jobs import run_job_now
    from kemai.foundation.jobs.models import Job
    from kemai.oversight.exchange.actions import start_import

    _fields_that_come_along()
    seed_actors.run(argparse.Namespace(as_login=None))
    today = date(2026, 11, 22)
    revalue(actor=system_actor(today), as_of=today, trigger="command")
    manager = actor_of(Person.objects.get(login="me"), today)
    rows = "单号,行号,日期,客户,金额\nS1,1,2026-01-05,CAST-E1-2,113\n".encode()
    upload = start_import(actor=manager, kind="sales", file_name="11月.csv", chunks=[rows])
    run_job_now(Job.objects.get(pk=upload.job_id))
    return int(upload.pk)


def sessions() -> dict[str, str]:
    """The session cookie of each, signed in; none for the visitor."""
    return {login: "" if login == VISITOR else _signed_in(login) for login in ACTORS}


def _signed_in(login: str) -> str:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def browser(session: str) -> Client:
    """A fresh browser with that session, so that nothing is left over from the request before."""
    client = Client(raise_request_exception=False)
    if session:
        client.cookies["sessionid"] = session
    return client


def filled(text: str) -> str:
    """The records that an address or a form names: the person e2, his role, his unit, the published run."""
    held = Assignment.objects.get(person__login="e2")
    named = {"person": held.person_id, "role": held.pk, "unit": held.unit_id}
    named["run"] = PublishedRun.objects.values_list("run_id", flat=True).first()
    for name, pk in named.items():
        text = text.replace(f"{{{name}}}", str(pk))
    return text


UNTOUCHED = "nothing was written"


@dataclass(frozen=True)
class Visit:
    """One request of a round and what came back."""

    route: Route
    login: str
    method: str
    customer: str
    partial: bool
    answer: Any
    body: str
    state: str  # the hash of all tables after it, or UNTOUCHED

    def __str__(self) -> str:
        part = " as a part" if self.partial else ""
        return (
            f"{self.login} {self.method} /{self.route.route} {self.customer}{part}: {self.answer.status_code}"
        )


def visits(route: Route, opened: dict[str, str], import_id: int) -> Iterator[Visit]:
    """Every request of one route: each person, each method, each customer; as an htmx part for the first of them."""
    for login, session in opened.items():
        for customer in {"customer": CUSTOMERS, "task": CUSTOMERS[:3]}.get(route.object, ("",)):
            for method in route.methods:
                has_part = method == "GET" and customer in ("", CUSTOMERS[0])
                for partial in (False, True) if has_part else (False,):
                    yield _visit(route, login, browser(session), method, customer, import_id, partial)


def _visit(
    route: Route, login: str, client: Client, method: str, customer: str, import_id: int, partial: bool
) -> Visit:
    headers = {"HX-Request": "true"} if partial else {}
    data = {key: filled(value) for key, value in route.data.items()}
    url = route.address(customer, import_id)
    with rolled_back():
        written = _written()
        answer = client.get(url, headers=headers) if method == "GET" else client.post(url, data)
        body = _text(answer)
        state = UNTOUCHED if _written() == written else state_hash()
        return Visit(route, login, method, customer, partial, answer, body, state)


def _written() -> Any:
    """Changes when the database has written anything: rows changed on SQLite, the transaction's number on PostgreSQL."""
    if connection.vendor == "sqlite":
        return connection.connection.total_changes
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned()::text")
        number = cursor.fetchone()[0]
    return number if number is None else object()  # written before already: nothing can be told from it


def _text(answer: Any) -> str:
    raw = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return raw.decode("utf-8", "replace") if "sheet" not in answer.headers.get("Content-Type", "") else ""


@contextmanager
def rolled_back() -> Iterator[None]:
    """Whatever is written inside is forgotten, so that every request finds the same company."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def state_hash() -> str:
    """One hash over all tables, save sessions, locks of sign-in and caches."""
    digest = hashlib.sha256()
    tables = sorted(m._meta.db_table for m in apps.get_models(include_auto_created=True))
    with connection.cursor() as cursor:
        for table in tables:
            if not table.startswith(VOLATILE):
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                digest.update(repr(cursor.fetchall()).encode())
    return digest.hexdigest()
