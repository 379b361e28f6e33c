"""估值 in the rail leads to the first of its pages that one may open; its runs keep their address."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("login", "first"), [("d", "/valuation/worth/"), ("e1", "/valuation/value-classes/")]
)
def test_the_rail_opens_the_first_page_that_one_may_see(people: Any, login: str, first: str) -> None:
    client = Client()
    client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
    text = client.get("/valuation/").content.decode()
    side = re.findall(r'side-nav".*?</nav>', text, re.S)[0]
    assert re.findall(r'href="([^"]+)"', side)[0] == first
    rail = text.replace(side, "")
    assert f'href="{first}"' in rail
    assert "历次估值" in re.findall(r"<h1>.*?</h1>", text)[0]
    assert client.get(first).status_code == 200
