"""The group tab: the tree with figures, the sum over what one sees, and the parent set from a form."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import customer_of

from kemai.business.archives.models import Customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(client: Any, people: Any) -> Any:
    """Asks the tab of a customer as somebody."""

    def asked(login: str, customer: Any, data: dict[str, Any] | None = None) -> Any:
        client.force_login(people.persons[login])
        address = f"/customers/{customer.code}/family/"
        return client.get(address) if data is None else client.post(address, data)

    return asked


@pytest.fixture
def shops(people: Any) -> tuple[Any, Any]:
    return customer_of(people, "e1", "华东酒业集团"), customer_of(people, "e2", "镇江二店")


def said(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_parent_is_set_from_the_form_shown_as_a_tree_and_cleared(at: Any, shops: Any) -> None:
    top, shop = shops
    assert "单独一家" in said(at("me", shop))
    assert at("me", shop, {"parent": "华东酒业集团", "version": 1}).status_code == 302
    text = said(at("me", top))
    assert "镇江二店" in text
    assert "你能看的 2 家" in text
    assert "全集团 2 家" in said(at("d", shop))
    assert at("me", shop, {"clear": 1, "version": 2}).status_code == 302
    assert Customer.objects.get(pk=shop.pk).parent_id is None


def test_what_can_not_be_a_parent_is_said_beside_the_field(at: Any, people: Any, shops: Any) -> None:
    top, shop = shops
    at("me", shop, {"parent": top.code, "version": 1})
    for text, sentence in (
        ("", "写上是哪一家"),
        (shop.code, "绕了一圈"),
        (top.code, "自己"),
        ("没有的", "没有找到"),
    ):
        answer = at("me", top, {"parent": text, "version": 1})
        assert answer.status_code == 422
        assert sentence in said(answer)
    assert at("me", shop, {"clear": 1, "version": 1}).status_code == 409
    west = customer_of(people, "w1", "西部集团")
    assert "没有找到" in said(at("me", top, {"parent": west.code, "version": 1}))
    assert Customer.objects.get(pk=shop.pk).parent_id == top.pk
    assert Customer.objects.get(pk=top.pk).parent_id is None


def test_a_salesperson_sees_neither_the_form_nor_the_companies_of_others(at: Any, shops: Any) -> None:
    top, shop = shops
    at("me", shop, {"parent": top.code, "version": 1})
    text = said(at("e1", top))
    assert "镇江二店" not in text
    assert 'name="parent"' not in text
    assert at("e1", top, {"parent": shop.code, "version": 1}).status_code == 403
    assert at("w1", top).status_code == 404
    assert Customer.objects.get(pk=top.pk).parent_id is None


def test_a_parent_out_of_sight_is_neither_named_nor_replaced(at: Any, people: Any, shops: Any) -> None:
    top, shop = shops
    west = customer_of(people, "w1", "西部密集团")
    at("c", shop, {"parent": west.code, "version": 1})
    text = said(at("me", shop))
    assert "西部密集团" not in text
    assert "单独一家" in text
    answer = at("me", shop, {"parent": top.code, "version": 2})
    assert answer.status_code == 403
    assert "整个集团" in said(answer)
    assert "西部密集团" not in said(answer)
    assert Customer.objects.get(pk=shop.pk).parent_id == west.pk
