"""The page of the duplicates: what each person finds there, and what happens when somebody decides."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.cast import Cast, customer_of

from kemai.business.archives.models import Customer
from kemai.foundation.access.models import Person
from kemai.foundation.jobs.models import Job
from kemai.oversight.dedupe.actions import find_duplicates
from kemai.oversight.dedupe.jobs import NAME
from kemai.oversight.dedupe.models import Pair

pytestmark = pytest.mark.django_db
HOME = "/duplicates/"


def browser(login: str) -> Client:
    client = Client()
    client.force_login(Person.objects.get(login=login), backend="django.contrib.auth.backends.ModelBackend")
    return client


def two(people: Cast, first: str = "e1", second: str = "e1", **more: str) -> Pair:
    said = {"phone": "0512-66668888", "principal": "王明", "region": "苏州"}
    customer_of(people, first, "苏州市华瑞商贸有限公司", address="苏州市人民路328号", **said)
    customer_of(people, second, "华瑞（苏州）贸易公司", address="苏州市解放路1号", **said, **more)
    find_duplicates(actor=people.system)
    return Pair.objects.get()


def text(login: str, address: str = HOME) -> str:
    answer = browser(login).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_who_how_likely_why_and_what_differs(people: Cast) -> None:
    two(people)
    body = text("d")
    for word in ("苏州市华瑞商贸有限公司", "华瑞（苏州）贸易公司", "99.9%", "同一地方的同一名称", "电话相同", "人民路328号", "解放路1号", "不一样"):  # fmt: skip
        assert word in body, word


def test_the_reason_adds_up_before_ones_eyes(people: Cast) -> None:
    pair = two(people)
    body = text("d", f"{HOME}{pair.pk}/why/")
    total = pair.prior + sum(bits for *_what, bits in pair.evidence)
    assert f"+{total:.1f} → 99.9%" in body
    assert f"−{abs(pair.prior):.1f}" in body


def test_a_salesperson_with_one_of_two_finds_no_pair_and_no_count(people: Cast) -> None:
    pair = two(people, "e1", "w1")
    for login in ("e1", "w1", "e2", "me", "mw"):
        body = text(login)
        assert "华瑞" not in body
        assert 'class="tn">1<' not in body
        assert 'class="tn">0<' in body
        assert browser(login).get(f"{HOME}{pair.pk}/why/").status_code == 404
    assert 'class="tn">1<' in text("d")
    assert browser("mw").post(f"{HOME}{pair.pk}/decide/", {"what": "apart"}).status_code == 404
    pair.refresh_from_db()
    assert pair.state == Pair.State.OPEN


def test_a_salesperson_with_both_may_look_and_others_decide(people: Cast) -> None:
    pair = two(people)
    body = text("e1")
    assert "华瑞" in body
    assert "decide" not in body
    assert "现在查重" not in body
    assert browser("e1").post(f"{HOME}{pair.pk}/decide/", {"what": "apart"}).status_code == 403
    assert browser("e1").post(f"{HOME}start/").status_code == 403
    assert (Pair.objects.get().state, Job.objects.filter(name=NAME).count()) == (Pair.State.OPEN, 0)


def test_those_who_see_no_sales_see_none_here(people: Cast) -> None:
    pair = two(people)
    Pair.objects.filter(pk=pair.pk).update(stake_fen=123_456_700)
    Customer.objects.update(last_order_on="2026-11-01")
    for login in ("c", "s"):
        body = text(login, f"{HOME}?sort=stake")
        assert "华瑞" in body
        assert "近 12 月" not in body
        assert "2026-11-01" not in body
        assert "金额大的在前" not in body
    assert "近 12 月" in text("d")


@pytest.mark.parametrize(
    ("what", "state", "said"),
    [("apart", "apart", "记下了"), ("later", "later", "三十天"), ("again", "open", "放回名单")],
)
def test_a_decision_goes_back_to_the_same_list(people: Cast, what: str, state: str, said: str) -> None:
    pair = two(people)
    answer = browser("c").post(f"{HOME}{pair.pk}/decide/", {"what": what, "next": f"{HOME}?region=苏州"}, follow=True)  # fmt: skip
    assert said in answer.content.decode()
    pair.refresh_from_db()
    assert pair.state == state
    assert ("华瑞" in text("d")) == (state == "open")
    assert "华瑞" in text("d", f"{HOME}?state={state}")


def test_merging_starts_from_the_older_record_with_the_other_filled_in(people: Cast) -> None:
    pair = two(people)
    Customer.objects.filter(pk=pair.right_id).update(first_order_on="2020-01-01")
    keep, other = Customer.objects.get(pk=pair.right_id), Customer.objects.get(pk=pair.left_id)
    address = f"/customers/{keep.code}/merge/?with={other.code}"
    assert address in text("d")
    assert browser("d").get(address).status_code == 200


def test_a_search_is_put_into_the_queue_once_and_shows_its_progress(people: Cast) -> None:
    client = browser("c")
    for _twice in range(2):
        client.post(f"{HOME}start/")
    assert Job.objects.filter(name=NAME).count() == 1
    body = text("c")
    assert "在查重" in body
    assert "现在查重" not in body
    assert "在查重" in text("c", f"{HOME}progress/")
    job = Job.objects.get(name=NAME)
    client.post(f"{HOME}jobs/{job.pk}/cancel/")
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_empty_lists_say_what_to_do(people: Cast) -> None:
    assert "还没有查过重" in text("d")
    assert "现在查重" in text("d")
    find_duplicates(actor=people.system)
    assert "没有像是重复的客户" in text("d")
    assert "没有放到以后的" in text("d", f"{HOME}?state=later")
    assert "还没有判过" in text("d", f"{HOME}?state=apart")
    assert "少用一个条件" in text("d", f"{HOME}?region=苏州")


@pytest.mark.parametrize("odd", ["start=-1", "start=9999999999999", "owner=x", "owner=%00", "state=nothing", "sign=drop", "sort=1", "region=%00"])  # fmt: skip
def test_odd_addresses_give_the_list(people: Cast, odd: str) -> None:
    two(people)
    assert "查重" in text("d", f"{HOME}?{odd}")


def test_persons_without_customers_are_refused(people: Cast) -> None:
    assert browser("a").get(HOME).status_code == 403
