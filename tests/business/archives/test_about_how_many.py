"""Where counting would take too long the list says about how many there are, and never less than it has seen."""

from __future__ import annotations

import pytest

from kemai.business.archives.directory import ListQuery, about, list_customers, reading
from kemai.business.archives.models import Customer
from kemai.foundation.access.models import OrgUnit

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(people, monkeypatch):
    """Six thousand customers with holes between their ids, a third of them in the East; counted to a thousand."""
    monkeypatch.setattr(reading, "COUNT_CAP", 1_000)
    monkeypatch.setattr(reading, "GATHER", 500)
    monkeypatch.setattr(reading, "PLAN_CAP", 1_000)
    east, west = (OrgUnit.objects.get(name=name) for name in ("East", "West"))
    Customer.objects.bulk_create(
        (Customer(id=n * 3 // 2 + 10, code=f"K{n:05d}", name=f"第{n:05d}店", unit=west if n % 3 else east, owner=people.persons["e1"],
                 region="镇江" if n % 10 == 0 else "无锡", category="独一家" if n == 77 else "")
        for n in range(6_000)), batch_size=1_000
    )  # fmt: skip
    return people


def test_everybody_and_a_part_are_told_within_a_tenth(archive):
    everybody = list_customers(archive["d"], ListQuery(sort="code"))
    assert everybody.is_capped
    assert everybody.about == pytest.approx(6_000, rel=0.1)
    assert list_customers(archive["me"], ListQuery(sort="code")).about == pytest.approx(2_000, rel=0.1)
    some = list_customers(
        archive["d"], ListQuery(sort="code", filters={"region": ("无锡",), "type": ("enterprise",)})
    )
    assert some.about == pytest.approx(5_400, rel=0.1)


def test_what_is_counted_is_not_estimated(archive):
    one = list_customers(archive["d"], ListQuery(sort="code", filters={"category": ("独一家",)}))
    assert (one.total, one.is_capped, one.about) == (1, False, None)


def test_a_count_to_the_last_is_told_without_a_sample(archive, monkeypatch):
    monkeypatch.setattr(about, "FEWEST", 10_000)
    monkeypatch.setattr(reading, "PLAN_CAP", 30_000)
    assert list_customers(archive["d"], ListQuery(sort="code")).about == 6_000
    assert list_customers(archive["me"], ListQuery(sort="code")).about == 2_000


def test_a_sample_that_says_too_little_says_nothing(archive, monkeypatch):
    monkeypatch.setattr(about, "FEWEST", 10_000)
    assert list_customers(archive["d"], ListQuery(sort="code")).about is None


@pytest.mark.parametrize(
    ("n", "told"), [(234_567, 230_000), (1_000_000, 1_000_000), (99_600, 100_000), (7, 7), (45, 45)]
)
def test_two_digits_mean_something(n, told):
    assert about.rounded(n) == told
