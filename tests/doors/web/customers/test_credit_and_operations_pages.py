"""The credit and the operations tab: who finds them, what a save shows, what a wrong one keeps (S0.7, S0.9, S0.10)."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import customer_of

from kemai.business.archives.models import CompetingProduct, Credit, DeliveryAddress, Operations

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


@pytest.fixture
def at(client: Any, people: Any, customer: Any) -> Any:
    """Asks a page below the customer as somebody."""

    def asked(login: str, place: str, data: dict[str, Any] | None = None) -> Any:
        client.force_login(people.persons[login])
        address = f"/customers/{customer.code}/{place}"
        return client.get(address) if data is None else client.post(address, data)

    return asked


def test_the_credit_tab_is_for_credit_and_leaders_and_not_even_named_to_a_salesperson_s0_9(at: Any) -> None:
    for login in ("f1", "me", "d"):
        answer = at(login, "credit/")
        assert answer.status_code == 200
        assert "填了 0 / 6" in answer.content.decode()
    for login, status in (("e1", 403), ("c", 403), ("s", 403), ("w1", 404)):
        assert at(login, "credit/").status_code == status
    assert "/credit/" not in at("e1", "").content.decode()
    assert "/credit/" in at("f1", "").content.decode()


def test_a_salesperson_who_posts_a_limit_gets_403_and_changes_nothing_s0_9(at: Any) -> None:
    answer = at("e1", "credit/", {"version": "0", "credit_limit_fen": "300000"})
    assert answer.status_code == 403
    assert not Credit.objects.exists()


def test_a_raised_limit_stands_in_the_history_with_old_new_who_and_why_s0_9(at: Any) -> None:
    assert at("f1", "credit/", {"version": "0", "credit_limit_fen": "200000"}).status_code == 302
    without = at("f1", "credit/", {"version": "1", "credit_limit_fen": "300000"})
    assert without.status_code == 422
    assert "改额度或期限要写原因" in without.content.decode()
    assert 'value="300000"' in without.content.decode()
    assert (
        at("f1", "credit/", {"version": "1", "credit_limit_fen": "300000", "reason": "回款准时"}).status_code
        == 302
    )
    text = at("f1", "credit/").content.decode()
    for part in ("200,000.00 元", "300,000.00 元", "F1", "回款准时", "填了 1 / 6"):
        assert part in text


def test_a_leader_is_offered_the_terms_but_not_the_limit(at: Any) -> None:
    text = at("me", "credit/").content.decode()
    assert 'name="payment_terms"' in text
    assert 'name="credit_limit_fen"' not in text
    assert at("me", "credit/", {"version": "0", "credit_limit_fen": "1"}).status_code == 403
    assert at("me", "credit/", {"version": "0", "payment_terms": "月结"}).status_code == 302
    assert Credit.objects.get().payment_terms == "月结"


def test_a_clash_shows_both_versions_and_keeps_what_was_typed(at: Any) -> None:
    at("f1", "credit/", {"version": "0", "payment_terms": "月结"})
    clash = at("me", "credit/", {"version": "0", "payment_terms": "现款"})
    assert clash.status_code == 409
    assert "月结" in clash.content.decode()
    assert 'value="1"' in clash.content.decode()
    assert Credit.objects.get().payment_terms == "月结"


def test_operations_are_written_by_the_owner_and_a_wrong_area_keeps_the_form_s0_10(at: Any) -> None:
    wrong = at("e1", "operations/", {"version": "0", "floor_area_m2": "-3", "trade_area": "京口区"})
    assert wrong.status_code == 422
    assert "不能小于 0" in wrong.content.decode()
    assert "京口区" in wrong.content.decode()
    assert not Operations.objects.exists()
    assert (
        at("e1", "operations/", {"version": "0", "floor_area_m2": "120", "trade_radius_m": "2.5"}).status_code
        == 302
    )
    text = at("e1", "operations/").content.decode()
    assert "120 平方米" in text
    assert "2.5 公里" in text
    assert "填了 2 / 8" in text
    assert 'name="floor_area_m2"' not in at("f1", "operations/").content.decode()
    assert at("f1", "operations/", {"version": "1", "floor_area_m2": "1"}).status_code == 403


def test_addresses_and_rivals_are_added_changed_and_taken_out_of_use_s0_10(at: Any) -> None:
    assert at("e1", "operations/addresses/", {"address": "东仓", "phone": "13800138000"}).status_code == 302
    assert at("e1", "operations/rivals/", {"brand": "康达", "share_bp": "70"}).status_code == 302
    above = at("e1", "operations/rivals/", {"brand": "明光", "share_bp": "31"})
    assert above.status_code == 422
    assert "101%" in above.content.decode()
    assert CompetingProduct.objects.count() == 1
    row, rival = DeliveryAddress.objects.get(), CompetingProduct.objects.get()
    changed = at(
        "e1",
        f"operations/addresses/{row.pk}/",
        {"version": "1", "address": "西仓", "receiver": "", "phone": ""},
    )
    assert changed.status_code == 302
    assert DeliveryAddress.objects.get().address == "西仓"
    late = at("e1", f"operations/addresses/{row.pk}/", {"version": "1", "address": "北仓"})
    assert late.status_code == 409
    assert DeliveryAddress.objects.get().address == "西仓"
    assert at("e1", f"operations/rivals/{rival.pk}/active/", {"active": "0"}).status_code == 302
    assert "停用" in at("e1", "operations/").content.decode()
    assert at("w1", f"operations/rivals/{rival.pk}/active/", {"active": "1"}).status_code == 404
    assert not CompetingProduct.objects.get().is_active


def test_an_unknown_kind_of_row_is_not_there(at: Any) -> None:
    assert at("e1", "operations/nothing/", {"brand": "x"}).status_code == 404
