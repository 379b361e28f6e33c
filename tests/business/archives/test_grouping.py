"""The list in groups: counts add up, what is not filled is a group, everybody counts only his own (S0.12, S4.94)."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.directory import BadFilter, ListQuery
from kemai.business.archives.directory.grouping import dimensions, grouped

pytestmark = pytest.mark.django_db


@pytest.fixture
def hundred(people):
    regions, sizes = ("华东", "华南", ""), ("大", "小", "", "中")
    return [
        customer_of(people, "e1" if n % 4 else "w1", f"店{n:03d}", region=regions[n % 3], size=sizes[n % 4])
        for n in range(100)
    ]


def counts(actor, *by, **filters):
    return {
        g.values if len(by) > 1 else g.values[0]: g.count
        for g in grouped(actor, ListQuery(filters=filters), by)
    }


def test_s0_12_region_by_size_adds_up_to_a_hundred_with_not_filled_as_groups(people, hundred):
    found = counts(people["d"], "region", "size")
    assert sum(found.values()) == 100
    assert len(found) == 12
    assert found[None, None] == sum(not c.region and not c.size for c in hundred)


def test_everybody_counts_the_customers_he_sees(people, hundred):
    assert sum(counts(people["e1"], "region").values()) == 75
    assert sum(counts(people["w1"], "region").values()) == 25
    assert counts(people["e2"], "region") == {}


def test_a_filter_narrows_the_groups_and_an_own_field_is_a_dimension(people, hundred):
    tier = actions.define_field(actor=people["c"], label="级差", kind="choice", options="甲\n乙")
    for customer in hundred[:10]:
        actions.fill_fields(actor=people["d"] if people["d"].may("customer.edit") else people["c"], customer=customer, version=1, given={tier.key: "甲"})  # fmt: skip
    assert counts(people["d"], tier.key) == {"甲": 10, None: 90}
    inside = counts(people["d"], "size", region=("华东",))
    assert sum(inside.values()) == sum(c.region == "华东" for c in hundred)


def test_a_dimension_that_is_not_there_for_the_actor_is_refused(people, hundred):
    assert "class" not in dimensions(people["c"])
    for actor, key in ((people["c"], "class"), (people["d"], "phone"), (people["d"], "own999")):
        with pytest.raises(BadFilter):
            grouped(actor, ListQuery(), [key])
