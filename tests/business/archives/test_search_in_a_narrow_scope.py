"""A common word must not hide one's own customers behind the hits of others."""

import pytest
from tests.cast import customer_of

from kemai.business.archives import search

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("text", ["商贸", "贸", "sm", "shangmao"])
def test_own_customers_are_found_behind_many_newer_ones_of_others(text, people, monkeypatch):
    mine = customer_of(people, "e1", "华瑞商贸有限公司")
    for number in range(8):
        customer_of(people, "w1", f"西部{number}商贸有限公司")
    monkeypatch.setattr(search, "HITS", 5)
    assert search.find_ids(people["e1"], text) == [mine.pk]
    assert len(search.find_ids(people["w1"], text)) == 8
