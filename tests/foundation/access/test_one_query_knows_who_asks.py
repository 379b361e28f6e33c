"""A session becomes an actor in one query, and every kind of revocation works at the next request."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.cast import TODAY

from kemai.foundation.access.actor import actor_of
from kemai.foundation.access.models import Assignment, Session
from kemai.foundation.access.sessions import SessionStore, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(people):
    """Signs somebody of the cast in and gives the browser."""

    def sign_in(login):
        client = Client()
        client.force_login(people.persons[login], "django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


def store_of(client):
    return SessionStore(client.cookies["sessionid"].value)


def is_in(client):
    return client.get("/settings/me/").status_code == 200


def test_the_actor_is_the_same_as_read_step_by_step(people, browser):
    for login, person in people.persons.items():
        assert signed_in(store_of(browser(login)), TODAY).actor == actor_of(person, TODAY), login


def test_one_query_answers_session_person_roles_and_units(browser):
    store = store_of(browser("me"))
    with CaptureQueriesContext(
        connection,
    ) as ran:
        found = signed_in(store, TODAY)
        assert store["_auth_user_id"] == str(found.person.pk)
    assert len(ran) == 1


def test_the_session_row_names_its_person(people, browser):
    store = store_of(browser("e1"))
    assert Session.objects.get(pk=store.session_key).person_id == people.persons["e1"].pk


def test_nobody_is_in_without_a_session(people):
    assert signed_in(SessionStore(), TODAY) is None
    assert signed_in(SessionStore("x" * 32), TODAY) is None


def test_sign_out_works_at_once_in_every_window(browser):
    client, other = browser("e1"), Client()
    other.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(other)
    client.post("/sign-out/")
    assert not is_in(other)


def test_a_new_password_ends_old_sessions(people, browser):
    client = browser("e1")
    assert is_in(client)
    people.persons["e1"].set_password("another-one-2026")
    people.persons["e1"].save()
    assert not is_in(client)


def test_a_deactivated_person_is_out_and_in_again_when_activated(people, browser):
    client, person = browser("e1"), people.persons["e1"]
    person.is_active = False
    person.save()
    assert not is_in(client)
    person.is_active = True
    person.save()
    assert is_in(client)


def test_an_expired_session_is_nobody(browser):
    client = browser("e1")
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


def test_a_rotated_secret_keeps_people_in_while_the_old_one_is_a_fallback(browser, settings):
    client, old = browser("e1"), settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, [old]
    assert is_in(client)
    settings.SECRET_KEY_FALLBACKS = []
    assert is_in(client), "the session was signed anew with the new secret"


def test_a_rotated_secret_without_fallback_ends_sessions(browser, settings):
    client = browser("e1")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 60, []
    assert not is_in(client)


def test_a_session_of_a_backend_no_longer_configured_is_nobody(browser, settings):
    client = browser("e1")
    settings.AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
    assert not is_in(client)


def test_a_session_row_that_names_another_person_is_not_believed(people, browser):
    client = browser("e1")
    Session.objects.update(person_id=people.persons["d"].pk)
    request = HttpRequest()
    request.session = store_of(client)
    assert signed_in(request.session, TODAY) is None
    assert get_user(request).login == "e1"


def test_a_revoked_role_is_gone_at_the_next_request(people, browser):
    client = browser("e1")
    assert client.get("/customers/").status_code == 200
    Assignment.objects.filter(person=people.persons["e1"]).update(ends_on=TODAY - timedelta(days=1))
    assert client.get("/customers/").status_code == 403


def test_a_role_that_begins_tomorrow_is_not_held_today(people, browser):
    Assignment.objects.filter(person=people.persons["me"]).update(starts_on=TODAY + timedelta(days=1))
    assert signed_in(store_of(browser("me")), TODAY).actor.roles == ()
