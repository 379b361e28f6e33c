"""The pages of value before there is anything to show."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def seen(people: Any, address: str) -> str:
    client = Client()
    client.force_login(people.persons["d"], backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


@pytest.mark.parametrize("name", ["rfm", "matrix", "moves", "states", "cohorts", "concentration", "methods"])
def test_before_the_first_run_every_picture_says_what_to_do(people: Any, name: str) -> None:
    assert "还没有估值" in seen(people, f"/valuation/{name}/")


def test_before_any_run_forecasts_stock_and_targets_say_what_to_do(
    people: Any, tmp_path: Any, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    assert "还没有预测" in seen(people, "/valuation/forecast/")
    assert "还没有盘点" in seen(people, "/valuation/stock/")
    assert "没有目标" in seen(people, "/valuation/targets/?by=customer")
