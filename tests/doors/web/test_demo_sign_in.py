"""The people of the demo company stand on its sign-in page, and on no other."""

from __future__ import annotations

import pytest

from kemai.oversight.demo.accounts import PASSWORD, demo_accounts

pytestmark = pytest.mark.django_db


def test_the_demo_offers_its_people_by_one_click(client, settings):
    settings.MODE = "demo"
    page = client.get("/sign-in/", headers={"accept-language": "zh-hans"}).content.decode()
    assert all(f'value="{each["login"]}"' in page and each["name"] in page for each in demo_accounts())


@pytest.mark.parametrize("mode", ["production", "test"])
def test_nowhere_else_is_a_password_shown(client, settings, mode):
    settings.MODE = mode
    page = client.get("/sign-in/").content.decode()
    assert PASSWORD not in page
    assert "boss" not in page
