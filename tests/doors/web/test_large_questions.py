"""Questions that are far too large are capped or refused at once (D03); a new archive is found as soon as it is saved."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives.search import search

pytestmark = pytest.mark.django_db
LARGE = (
    "?page=-1", "?page=1000000000", "?page=10000000000000000000000", "?page_size=1000000000", "?page=1e9",
    "?after=" + "A" * 5_000, "?before=%00", "?q=" + "长" * 3_000, "?region=" + ",".join(map(str, range(5_000))),
    "?sort=" + "-" * 500,
)  # fmt: skip


@pytest.fixture
def browser(people, client):
    customer_of(people, "e1", "华瑞商贸")
    client.force_login(people.persons["e1"], backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("question", LARGE)
def test_d03_a_question_beyond_all_measure_gets_a_page_or_a_refusal(
    browser, question, django_assert_max_num_queries
):
    with django_assert_max_num_queries(25):
        answer = browser.get(f"/customers/{question}")
    assert answer.status_code in (200, 400)
    assert len(answer.content) < 400_000


def test_d03_a_body_beyond_all_measure_is_refused_and_nothing_is_kept(browser):
    answer = browser.post(
        "/customers/new/", {"name": "新", "type": "enterprise", "address": "长" * 4_000_000}
    )
    assert answer.status_code in (400, 413)


def test_s4_91_an_archive_entered_in_the_form_is_found_by_name_initials_and_phone(browser, people):
    """S4.91: the electronic form, saved, is searchable."""
    given = {"name": "镇江云栖食府", "type": "enterprise", "phone": "0511-88886666"}
    assert browser.post("/customers/new/", given).status_code == 302
    for words in ("云栖", "zjyq", "88886666"):
        assert [c.name for c in search(people["e1"], words)] == ["镇江云栖食府"], words
