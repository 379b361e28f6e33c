"""Fields that together belong to one customer alone, and the versions of the set of own fields (S0.2)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import customer_of
from tests.oversight.exchange.conftest import Importer

from kemai.business.archives import actions
from kemai.business.archives.field_sets import current_number, difference, published
from kemai.business.archives.models import Customer, CustomField, CustomValue, FieldSet, Merge, UniqueTogether
from kemai.foundation.access.actor import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(people: Any) -> CustomField:
    return actions.define_field(actor=people["c"], label="货架号", kind="text")


@pytest.fixture
def rule(people: Any, shelf: CustomField) -> UniqueTogether:
    """Region and shelf together are one customer's."""
    return actions.define_together(actor=people["c"], fields=["region", shelf.key])


def fill(people: Any, customer: Any, field: CustomField, text: str, login: str = "e1") -> Any:
    customer.refresh_from_db()
    return actions.fill_fields(
        actor=people[login], customer=customer, version=customer.version, given={field.key: text}
    )


def test_two_customers_may_share_each_field_but_not_both(people: Any, shelf: Any, rule: Any) -> None:
    one = customer_of(people, "e1", "一店", region="镇江")
    two, far = (
        customer_of(people, "e1", "二店", region="镇江"),
        customer_of(people, "e1", "三店", region="常州"),
    )
    fill(people, one, shelf, "A-1")
    fill(people, far, shelf, "A-1")
    with pytest.raises(actions.Invalid, match="一店"):
        fill(people, two, shelf, "a-1")
    fill(people, two, shelf, "A-2")
    far.refresh_from_db()
    with pytest.raises(actions.Invalid, match="一店"):
        actions.change_basics(actor=people["e1"], customer=far, version=far.version, region="镇江")
    assert Customer.objects.get(pk=far.pk).region == "常州"
    assert sorted(CustomValue.objects.values_list("text", flat=True)) == ["A-1", "A-1", "A-2"]


def test_a_customer_out_of_sight_is_not_named(people: Any, shelf: Any, rule: Any) -> None:
    hidden, mine = (
        customer_of(people, "w1", "西部密店", region="镇江"),
        customer_of(people, "e1", "二店", region="镇江"),
    )
    fill(people, hidden, shelf, "A-1", "w1")
    with pytest.raises(actions.Invalid) as refused:
        fill(people, mine, shelf, "A-1")
    assert "西部密店" not in str(refused.value)
    assert hidden.code not in str(refused.value)
    assert "别的客户" in str(refused.value)


def test_a_new_customer_like_another_is_not_made(people: Any) -> None:
    actions.define_together(actor=people["c"], fields=["name", "region"])
    customer_of(people, "e1", "一店", region="镇江")
    customer_of(people, "e1", "一店", region="常州")
    with pytest.raises(actions.Invalid, match="不能重复"):
        customer_of(people, "e1", "一店", region="镇江")
    assert Customer.objects.count() == 2


def test_a_bulk_edit_that_would_make_two_alike_changes_nobody(people: Any, shelf: Any, rule: Any) -> None:
    shops = [customer_of(people, "e1", f"店{n}", region="镇江") for n in range(3)]
    with pytest.raises(Refused, match="一家都没改"):
        actions.edit_many(actor=people["e1"], codes=[c.code for c in shops], field=shelf.key, value="A-1")
    assert not CustomValue.objects.exists()
    for shop, text in zip(shops, "123", strict=True):
        fill(people, shop, shelf, text)
    with pytest.raises(Refused, match="一家都没改"):
        actions.edit_many(actor=people["e1"], codes=[c.code for c in shops], field=shelf.key, value="1")
    assert sorted(CustomValue.objects.values_list("text", flat=True)) == ["1", "2", "3"]


def test_a_merge_that_would_be_like_a_third_and_an_unmerge_that_has_become_so_change_nothing(
    people: Any, shelf: Any, rule: Any
) -> None:
    third, mine, theirs = (
        customer_of(people, "e1", name, region=region)
        for name, region in (("一店", "镇江"), ("二店", "镇江"), ("二店旧", "常州"))
    )
    fill(people, third, shelf, "A-1")
    fill(people, theirs, shelf, "A-1")
    me = people["me"]
    with pytest.raises(actions.Invalid, match="一店"):
        actions.merge_customers(actor=me, survivor=mine, absorbed=theirs)
    assert Customer.objects.count() == 3
    fill(people, mine, shelf, "B-2")
    actions.merge_customers(actor=me, survivor=mine, absorbed=theirs)
    third.refresh_from_db()
    actions.change_basics(actor=people["e1"], customer=third, version=third.version, region="常州")
    with pytest.raises(actions.Invalid, match="一店"):
        actions.unmerge_customers(actor=me, merge=Merge.objects.get())
    assert Customer.objects.count() == 2
    assert Merge.objects.get().undone_at is None


def test_an_import_refuses_the_rows_that_would_be_like_another(
    people: Any, shelf: Any, rule: Any, tmp_path: Any
) -> None:
    one = customer_of(people, "e1", "一店", region="镇江")
    fill(people, one, shelf, "A-1")
    text = "客户编号,客户名称,地区,货架号\nK1,甲店,镇江,A-1\nK2,乙店,镇江,A-2\nK3,丙店,镇江,a-2\nK4,丁店,常州,A-1\n"
    report = Importer(tmp_path)("customers", text).report
    assert (report.created, report.rejected, report.causes["own_together"]) == (2, 2, 2)
    assert set(Customer.objects.exclude(pk=one.pk).values_list("code", flat=True)) == {"K2", "K4"}


def test_who_does_not_design_the_archive_makes_no_rule_and_one_that_is_broken_already_is_refused(
    people: Any, shelf: Any
) -> None:
    for login in ("e1", "me", "f1"):
        with pytest.raises(Refused):
            actions.define_together(actor=people[login], fields=["region", shelf.key])
    for fields in (["region"], ["region", "region"], ["region", "nothing"], ["region", "since"]):
        with pytest.raises(actions.Invalid):
            actions.define_together(actor=people["c"], fields=fields)
    for name in ("一店", "二店"):
        fill(people, customer_of(people, "e1", name, region="镇江"), shelf, "A-1")
    with pytest.raises(actions.Invalid, match="1 处重复"):
        actions.define_together(actor=people["c"], fields=["region", shelf.key])
    assert not UniqueTogether.objects.exists()


def test_a_rule_that_was_ended_binds_nobody(people: Any, shelf: Any, rule: Any) -> None:
    actions.end_together(actor=people["c"], rule=rule)
    for name in ("一店", "二店"):
        fill(people, customer_of(people, "e1", name, region="镇江"), shelf, "A-1")
    assert CustomValue.objects.count() == 2


def test_s0_2_each_change_publishes_a_version_and_the_earlier_ones_say_what_they_said(people: Any) -> None:
    actions.define_field(actor=people["c"], label="先有的", kind="text")  # a version, whatever ran before
    first = current_number()
    field = actions.define_field(actor=people["c"], label="货架号", kind="text")
    actions.change_field(actor=people["c"], field=field, version=1, required_in=["target"])
    actions.change_field(actor=people["c"], field=field, version=2, required_in=["target"])  # nothing new
    assert current_number() == first + 2
    versions = {v.number: v for v in published(people["c"])}
    asked = {n: {f["label"]: f["required_in"] for f in v.fields} for n, v in versions.items()}
    assert "货架号" not in asked[first]
    assert (asked[first + 1]["货架号"], asked[first + 2]["货架号"]) == ([], ["target"])
    assert difference(versions[first], versions[first + 1]).added == ("货架号",)
    assert difference(versions[first + 1], versions[first + 2]).changed == ("货架号",)
    with pytest.raises(Refused):
        published(people["e1"])


def test_s0_2_a_move_of_the_state_keeps_the_version_by_which_fields_were_asked_for(people: Any) -> None:
    shop = customer_of(people, "e1", "一店")
    first = current_number()
    done = actions.change_state(actor=people["e1"], customer=shop, to="target")
    actions.define_field(actor=people["c"], label="货架号", kind="text", required_in=["target"])
    other = customer_of(people, "e1", "二店")
    with pytest.raises(Refused, match="货架号"):
        actions.change_state(actor=people["e1"], customer=other, to="target")
    done.refresh_from_db()
    assert done.field_set == first
    assert FieldSet.objects.order_by("-number")[0].number == first + 1
