"""The page of a past day: the old value with the new one beside it, a reason where nobody knows, nothing hidden (S1.114)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.cast import customer_of

from kemai.business.archives.actions import change_basics, change_credit, set_bank_account
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def customer(people: Any) -> Any:
    """Created 400 days ago, moved and given credit today."""
    made = customer_of(people, "e1", "镇江华瑞商贸有限公司", address="解放路 1 号")
    Entry.objects.update(at=timezone.now() - timedelta(days=400))
    change_basics(actor=people["c"], customer=made, version=made.version, address="长江路 2 号")
    change_credit(actor=people["f1"], customer=made, version=0, credit_limit_fen="5432109.87")
    made.refresh_from_db()
    set_bank_account(actor=people["f1"], customer=made, version=made.version, account="6222009900112233")
    return made


@pytest.fixture
def page(signed_in: Any, customer: Any) -> Any:
    def asked(login: str, on: str | None = None) -> Any:
        return signed_in(login).get(f"/customers/{customer.code}/as-of/", {} if on is None else {"on": on})

    return asked


def day(ago: int) -> str:
    return (timezone.localdate() - timedelta(days=ago)).isoformat()


def test_the_old_address_stands_with_the_new_one_beside_it_s1_114(page: Any) -> None:
    text = page("e1", day(30)).content.decode()
    assert (
        '<span class="field-text then-text">解放路 1 号<span class="sm t2 block">现在 长江路 2 号</span></span>'
        in text
    )
    now = page("e1").content.decode()
    assert '<span class="field-text then-text">长江路 2 号</span></dd>' in now


def test_credit_and_account_are_shown_to_nobody_who_may_not_see_them(page: Any) -> None:
    assert "5,432,109.87" in page("f1").content.decode()
    assert "封存的账号不留旧值" in page("f1").content.decode()
    for login in ("e1", "c", "s"):
        text = page(login).content.decode()
        assert "5,432,109.87" not in text
        assert "信用资料" not in text
        assert "开户行账号" not in text
    for login in ("f1", "e1"):
        assert "112233" not in page(login).content.decode()
    for login in ("e2", "w1"):
        assert page(login).status_code == 404


def test_a_day_before_the_archive_says_when_it_began(page: Any) -> None:
    answer = page("e1", "2001-01-01")
    assert answer.status_code == 200
    assert "还没有这份档案" in answer.content.decode()
    assert f"档案从 {day(400)} 开始" in answer.content.decode()


def test_a_day_that_is_none_or_is_to_come_is_422_with_a_sentence(page: Any) -> None:
    for on, sentence in (
        ("昨天", "日期要写成"),
        (day(-900), "还没到"),
        ("9999-12-31", "还没到"),
        ("0001-01-01", ""),
    ):
        answer = page("e1", on)
        assert answer.status_code == (422 if sentence else 200)
        assert sentence in answer.content.decode()


def test_the_basics_tab_leads_there(signed_in: Any, customer: Any) -> None:
    assert (
        f'action="/customers/{customer.code}/as-of/"'
        in signed_in("e1").get(f"/customers/{customer.code}/basics/").content.decode()
    )
