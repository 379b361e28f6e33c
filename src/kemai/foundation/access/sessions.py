"""Sessions that know their person, and one query from the session's key to the actor.

What Django reads in four steps (session, person, roles, units) is one statement here. It answers only when
everything is in order; in any doubt (an old key, a changed password, an unknown backend) it says so and
Django's own way decides, so that signing out, a new password or a revoked role work at the next request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.db import connection
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from kemai.foundation.access.actor import Actor, Held, actor_with
from kemai.foundation.access.models import Person, Session
from kemai.foundation.access.roles import UNIT_ROLES
from kemai.foundation.moments import brought_columns, keep_brought

PERSON = (
    "id",
    "password",
    "login",
    "name",
    "email",
    "language",
    "theme",
    "is_active",
)  # in the model's order
_GATHERED = {"sqlite": "group_concat(below.id)", "postgresql": "string_agg(below.id::text, ',')"}


class SessionStore(DatabaseSessions):
    """Database sessions whose row names the person."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        row: Session = super().create_model_instance(data)  # type: ignore[assignment]
        who = data.get(SESSION_KEY)
        row.person_id = int(who) if who else None
        return row

    def fill(self, data: dict[str, Any]) -> None:
        """Takes data that has been read already, so that the row is not read again."""
        self._session_cache = data


@dataclass(frozen=True)
class SignedIn:
    """Who stands behind a session, and with which rights."""

    person: Person
    actor: Actor


def signed_in(session: SessionBase, today: date) -> SignedIn | None:
    """The person and the actor of a session in good order, in one query; None leaves the matter to Django."""
    if not session.session_key or not isinstance(session, SessionStore):
        return None
    rows = _rows(session.session_key, today)
    if not rows:
        return None
    data, person = session.decode(rows[0][0]), _person(rows[0][1:9])
    if not _is_in_order(data, person):
        return None
    session.fill(data)
    keep_brought(rows[0][12:], person.pk, today)
    held = [_held(*row[9:12]) for row in rows if row[9]]
    units = frozenset().union(*(h.below for h in held))
    return SignedIn(person, actor_with(person, today, held, units))


def _rows(key: str, today: date) -> list[tuple[Any, ...]]:
    """The session with its person, once for each role held today (once without a role)."""
    with connection.cursor() as cursor:
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        cursor.execute(_statement(connection.vendor, today), [today, today, key, now])
        return list(cursor.fetchall())


def _statement(vendor: str, today: date) -> str:
    person = ", ".join(f"p.{name}" for name in PERSON)
    unit_roles = ", ".join(f"'{role}'" for role in UNIT_ROLES)
    return (
        f"SELECT s.session_data, {person}, a.role, a.unit_id, CASE WHEN a.role IN ({unit_roles}) THEN"
        f" (SELECT {_GATHERED[vendor]} FROM access_orgunit below WHERE below.path LIKE '%%/' || u.id || '/%%') END"
        f"{brought_columns(vendor, today)}"
        " FROM access_session s JOIN access_person p ON p.id = s.person_id"
        " LEFT JOIN access_assignment a ON a.person_id = p.id"
        " AND (a.starts_on IS NULL OR a.starts_on <= %s) AND (a.ends_on IS NULL OR a.ends_on >= %s)"
        " LEFT JOIN access_orgunit u ON u.id = a.unit_id"
        " WHERE s.session_key = %s AND s.expire_date > %s ORDER BY a.id"
    )


def _person(values: tuple[Any, ...]) -> Person:
    """The person without the columns that no request needs; they are read when asked for."""
    found = dict(zip(PERSON, values, strict=True))
    found["is_active"] = bool(found["is_active"])
    return Person.from_db(connection.alias, list(found), list(found.values()))


def _held(role: str, unit_id: int | None, below: str | None) -> Held:
    return Held(role, unit_id, frozenset(int(pk) for pk in below.split(",")) if below else frozenset())


def _is_in_order(data: dict[str, Any], person: Person) -> bool:
    """What Django checks at each request: same person, known backend, active, password unchanged."""
    given = data.get(HASH_SESSION_KEY) or ""
    return (
        person.is_active
        and data.get(SESSION_KEY) == str(person.pk)
        and data.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(given, person.get_session_auth_hash())
    )
