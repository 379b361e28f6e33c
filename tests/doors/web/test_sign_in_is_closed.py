"""C07, D07, D08: where a sign-in leads, what it gives away, and how often one may try."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from tests.cast import make_cast

pytestmark = pytest.mark.django_db
PASSWORD = "Lake-and-hill-2026"
AWAY = [
    "//evil.cn", "https://evil.cn/", "https:evil.cn", "http:///evil.cn", r"/\evil.cn", r"\\evil.cn", "javascript:alert(1)",
    "/%0d%0aLocation:%20https://evil.cn", "\t//evil.cn", "https://testserver@evil.cn/", "/\t/evil.cn",
]  # fmt: skip


@pytest.fixture
def rep() -> Any:
    person = make_cast().persons["e1"]
    person.set_password(PASSWORD)
    person.save()
    return person


def leads(answer: Any) -> str:
    return str(answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "")


def stays(address: str) -> bool:
    """Whether a browser that reads the header stays on this site."""
    return bool(re.fullmatch(r"/(?![/\\\t]).*", address)) and "\n" not in address and "\r" not in address


@pytest.mark.parametrize("target", AWAY)
def test_c07_a_sign_in_never_leads_to_another_site(rep: Any, target: str) -> None:
    for headers in ({}, {"HX-Request": "true"}):
        form = {"login": "e1", "password": PASSWORD, "next": target}
        answer = Client().post("/sign-in/", form, headers=headers)
        assert answer.status_code in (200, 302)
        assert not leads(answer) or stays(leads(answer)), leads(answer)


@pytest.mark.parametrize("target", AWAY)
def test_c07_no_other_form_leads_to_another_site(rep: Any, target: str) -> None:
    client = Client()
    client.force_login(rep, backend="django.contrib.auth.backends.ModelBackend")
    for path, form in (("/settings/me/", {"theme": "dark"}), ("/sign-out/", {})):
        answer = client.post(path, {**form, "next": target})
        assert not leads(answer) or stays(leads(answer)), leads(answer)


def test_a_visitor_comes_back_to_the_page_he_asked_for(rep: Any) -> None:
    client = Client()
    asked = leads(client.get("/customers/?q=a"))
    assert asked == "/sign-in/?next=/customers/%3Fq%3Da"
    answer = client.post(asked, {"login": "e1", "password": PASSWORD, "next": "/customers/?q=a"})
    assert leads(answer) == "/customers/?q=a"


def test_a_part_of_a_page_asked_for_after_the_session_has_ended_leads_the_whole_page_to_sign_in(
    rep: Any,
) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/customers/?q=a"}
    answer = Client().get("/customers/?q=ab", headers=asked)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=/customers/%3Fq%3Da"
    by_fetch = Client().get(
        "/today/log/read/?text=a", headers={"HX-Request": "true", "Referer": "http://testserver/ranking/"}
    )
    assert by_fetch.headers["HX-Redirect"] == "/sign-in/?next=/ranking/"


def test_a_form_sent_after_the_session_has_ended_comes_back_to_its_page_and_to_no_other_site(
    rep: Any,
) -> None:
    sent = Client().post("/today/log/", {"text": "a"}, headers={"Referer": "http://testserver/customers/K1/"})
    assert leads(sent) == "/sign-in/?next=/customers/K1/"
    for stranger in (
        {},
        {"Referer": "http://evil.test/customers/"},
        {"Referer": "http://testserver.evil.test/"},
    ):
        assert (
            leads(Client().post("/today/log/", {"text": "a"}, headers=stranger)) == "/sign-in/?next=/today/"
        )


def test_d07_a_wrong_password_and_an_unknown_login_get_the_same_answer(rep: Any) -> None:
    def told(login: str) -> tuple[int, str]:
        page = Client().post("/sign-in/", {"login": login, "password": "not the password"})
        text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
        return page.status_code, text.replace(login, "…")

    assert told("e1") == told("zz")


def test_d08_an_account_is_locked_after_ten_tries_at_most_and_a_new_address_does_not_help(rep: Any) -> None:
    for n in range(10):
        Client(REMOTE_ADDR=f"10.0.0.{n}").post("/sign-in/", {"login": "e1", "password": f"wrong {n}"})
    answer = Client(REMOTE_ADDR="10.0.1.1").post("/sign-in/", {"login": "e1", "password": PASSWORD})
    assert answer.status_code in (200, 429)
    assert not leads(answer)


def test_d09_the_session_changes_at_sign_in(rep: Any) -> None:
    client = Client()
    client.get("/sign-in/")
    client.cookies["sessionid"] = "a-session-that-somebody-planted-1"
    client.post("/sign-in/", {"login": "e1", "password": PASSWORD})
    assert client.cookies["sessionid"].value != "a-session-that-somebody-planted-1"


def test_c08_cookies_are_closed_and_htmx_runs_no_code(rep: Any) -> None:
    client = Client()
    client.post("/sign-in/", {"login": "e1", "password": PASSWORD})
    cookie = client.cookies["sessionid"]
    assert (bool(cookie["httponly"]), cookie["samesite"]) == (True, "Lax")
    page = client.get("/today/").content.decode()
    config = re.search(r'name="htmx-config"\s+content=\'([^\']*)\'', page)
    assert config
    for wanted in ('"allowEval":false', '"selfRequestsOnly":true', '"historyCacheSize":0'):
        assert wanted in config[1].replace(" ", "")
