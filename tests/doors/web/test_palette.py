"""What Ctrl-K finds beside names."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "typed",
    ["重点客户", "重點客戶", "关键客户", "大客户", "优质客户", "主要客户", "KA", "Key Account", "key client"],
)
def test_s1_12_every_word_for_key_customers_leads_to_the_top_class(
    client: Any, people: Any, typed: str
) -> None:
    client.force_login(people.persons["d"])
    assert "/customers/?class=A" in client.get("/palette/", {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["客", "普通客户", "key customers of east", ""])
def test_s1_12_other_words_do_not(client: Any, people: Any, typed: str) -> None:
    client.force_login(people.persons["d"])
    assert "/customers/?class=A" not in client.get("/palette/", {"q": typed}).content.decode()


def test_s1_12_who_does_not_see_classes_is_not_led_to_one(client: Any, people: Any) -> None:
    client.force_login(people.persons["c"])
    assert "?class=" not in client.get("/palette/", {"q": "重点客户"}).content.decode()
