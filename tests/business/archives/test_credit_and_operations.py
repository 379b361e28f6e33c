"""The credit and the operations layer: who may write what, what is refused, how much is filled (S0.7, S0.9, S0.10)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cast import customer_of

from kemai.business.archives import actions, layers, queries
from kemai.business.archives.layers import CREDIT, OPERATIONS
from kemai.business.archives.models import CompetingProduct, Credit, DeliveryAddress
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
FULL_CREDIT = {
    "registered_capital_fen": "5000000", "founded_on": "2009-03-01", "credit_limit_fen": "200000",
    "credit_days": "30", "settlement_day": "31", "payment_terms": "月结",
}  # fmt: skip


@pytest.fixture
def customer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


def seen(people: Any, login: str, customer: Any) -> Any:
    return queries.customer_by_code(people[login], customer.code)


def credit_of(people: Any, customer: Any, **changes: Any) -> Any:
    now = layers.record_of(CREDIT, seen(people, "f1", customer))
    return actions.change_credit(actor=people["f1"], customer=customer, version=now.version, **changes)


def test_a_salesperson_who_sends_a_credit_limit_is_refused_and_nothing_changes_s0_9(
    people: Any, customer: Any
) -> None:
    entries = Entry.objects.count()
    with pytest.raises(Refused) as refused:
        actions.change_credit(actor=people["e1"], customer=customer, version=0, credit_limit_fen="300000")
    assert refused.value.status == 403
    assert "信用" in str(refused.value)
    assert not Credit.objects.exists()
    assert Entry.objects.count() == entries


def test_a_manager_writes_terms_but_neither_limit_nor_period_s0_9(people: Any, customer: Any) -> None:
    kept = actions.change_credit(actor=people["me"], customer=customer, version=0, payment_terms="月结")
    assert (kept.payment_terms, kept.version) == ("月结", 1)
    for field in ("credit_limit_fen", "credit_days"):
        with pytest.raises(Refused):
            actions.change_credit(actor=people["me"], customer=customer, version=1, **{field: "30"})
    assert Credit.objects.get().credit_limit_fen is None


def test_a_limit_goes_from_20_to_30_wan_with_old_new_by_at_and_reason_s0_9(
    people: Any, customer: Any
) -> None:
    credit_of(people, customer, credit_limit_fen="200000")
    with pytest.raises(actions.Invalid) as why:
        credit_of(people, customer, credit_limit_fen="300000")
    assert "reason" in why.value.problems
    credit_of(people, customer, credit_limit_fen="300,000", reason="上半年回款准时")
    entry = trail.entries_of_customer(people["f1"], customer.pk, verb="archives.credit.changed")[0]
    assert entry.changes == {"credit_limit_fen": [20_000_000, 30_000_000]}
    assert (entry.actor_name, entry.reason) == ("F1", "上半年回款准时")
    assert entry.at is not None


def test_credit_changes_are_not_in_the_trail_that_a_salesperson_reads(people: Any, customer: Any) -> None:
    credit_of(people, customer, credit_limit_fen="200000")
    verbs = [e.verb for e in trail.entries_of_customer(people["e1"], customer.pk)]
    assert "archives.customer.created" in verbs
    assert "archives.credit.changed" not in verbs


def test_the_31st_is_the_last_day_of_a_month_s0_9() -> None:
    assert layers.settlement_date(31, date(2026, 4, 1)) == date(2026, 4, 30)
    assert layers.settlement_date(30, date(2028, 2, 1)) == date(2028, 2, 29)
    assert layers.next_settlement(25, date(2026, 12, 26)) == date(2027, 1, 25)
    assert layers.next_settlement(31, date(2026, 4, 30)) == date(2026, 4, 30)


@given(st.integers(1, 31), st.dates(date(2000, 1, 1), date(2099, 12, 1)))
def test_a_next_settlement_is_never_past_nor_more_than_a_month_away(day: int, today: date) -> None:
    found = layers.next_settlement(day, today)
    assert 0 <= (found - today).days <= 31
    assert found.day == day or (found.day < day and _is_last(found))


def _is_last(day: date) -> bool:
    return date.fromordinal(day.toordinal() + 1).day == 1


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("credit_limit_fen", "-1", "不能小于 0"), ("credit_limit_fen", "1.005", "两位小数"), ("credit_days", "x", "数字"),
        ("credit_days", "1.5", "整数"), ("settlement_day", "32", "1 到 31"), ("settlement_day", "0", "1 到 31"),
        ("payment_terms", "随便", "从表里选"), ("founded_on", "2026-13-01", "2026-11-23"), ("credit_limit_fen", "NaN", "数字"),
        ("business_history", "长" * 501, "最多 500"), ("credit_limit_fen", "9" * 20, "太大"), ("nothing", "1", "没有这个字段"),
    ],
)  # fmt: skip
def test_a_wrong_credit_value_is_refused_in_a_sentence(
    people: Any, customer: Any, field: str, value: str, word: str
) -> None:
    with pytest.raises(actions.Invalid) as wrong:
        credit_of(people, customer, **{field: value})
    assert word in wrong.value.problems[field]
    assert not Credit.objects.exists()


def test_whoever_comes_second_gets_both_versions_and_changes_nothing(people: Any, customer: Any) -> None:
    credit_of(people, customer, payment_terms="月结")
    with pytest.raises(actions.LayerConflict) as conflict:
        actions.change_credit(actor=people["f1"], customer=customer, version=0, payment_terms="现款")
    assert conflict.value.current.payment_terms == "月结"
    assert Credit.objects.get().payment_terms == "月结"


def test_cash_terms_and_a_limit_together_are_warned_of_s4_76(people: Any, customer: Any) -> None:
    kept = credit_of(people, customer, payment_terms="现款", credit_limit_fen="100000")
    assert "现款" in layers.warnings(kept)[0]
    assert layers.warnings(credit_of(people, customer, payment_terms="月结")) == []


def test_operations_take_no_negative_area_s0_10(people: Any, customer: Any) -> None:
    for field in ("floor_area_m2", "warehouse_area_m2", "sales_staff", "operating_staff", "trade_radius_m"):
        with pytest.raises(actions.Invalid) as wrong:
            actions.change_operations(actor=people["e1"], customer=customer, version=0, **{field: "-5"})
        assert "不能小于 0" in wrong.value.problems[field]
    kept = actions.change_operations(
        actor=people["e1"], customer=customer, version=0, trade_radius_m="2.5", floor_area_m2="0"
    )
    assert (kept.trade_radius_m, kept.floor_area_m2) == (2_500, 0)


def test_of_two_delivery_addresses_one_is_the_default_s0_10(people: Any, customer: Any) -> None:
    def add(address: str, **more: Any) -> DeliveryAddress:
        return actions.add_row(
            actor=people["e1"], customer=customer, kind=DeliveryAddress, address=address, **more
        )

    def defaults() -> list[str]:
        return list(DeliveryAddress.objects.filter(is_default=True).values_list("address", flat=True))

    first, second = add("东仓"), add("西仓")
    assert defaults() == ["东仓"]
    second = actions.change_row(actor=people["e1"], row=second, version=second.version, is_default=True)
    assert defaults() == ["西仓"]
    with pytest.raises(actions.Invalid):
        actions.change_row(actor=people["e1"], row=second, version=second.version, is_default=False)
    actions.remove_row(actor=people["e1"], row=second)
    assert defaults() == ["东仓"]
    actions.remove_row(actor=people["e1"], row=first)
    assert defaults() == []
    assert DeliveryAddress.objects.count() == 2
    actions.restore_row(actor=people["e1"], row=second)
    assert defaults() == ["西仓"]
    with pytest.raises(actions.RowConflict):
        actions.change_row(actor=people["e1"], row=first, version=1, receiver="张三")


def test_competitors_shares_add_up_to_100_percent_at_most_s0_10(people: Any, customer: Any) -> None:
    def add(brand: str, share: str) -> CompetingProduct:
        return actions.add_row(
            actor=people["e1"],
            customer=customer,
            kind=CompetingProduct,
            brand=brand,
            share_bp=share,
            price_fen="12.50",
        )

    first, second = add("康达", "60"), add("明光", "40%")
    assert (first.share_bp, first.price_fen) == (6_000, 1_250)
    with pytest.raises(actions.Invalid) as above:
        add("三和", "0.01")
    assert "100.01%" in above.value.problems["share_bp"]
    assert CompetingProduct.objects.count() == 2
    actions.remove_row(actor=people["e1"], row=second)
    add("三和", "40")
    with pytest.raises(actions.Invalid):
        actions.restore_row(actor=people["e1"], row=second)
    assert not CompetingProduct.objects.get(pk=second.pk).is_active


def test_rows_of_a_customer_out_of_sight_are_not_there_and_stay_as_they_are(
    people: Any, customer: Any
) -> None:
    row = actions.add_row(actor=people["e1"], customer=customer, kind=DeliveryAddress, address="东仓")
    for login in ("w1", "stranger"):
        with pytest.raises((LookupError, Refused)):
            actions.change_row(actor=people[login], row=row, version=1, address="西仓")
        with pytest.raises((LookupError, Refused)):
            actions.add_row(actor=people[login], customer=customer, kind=DeliveryAddress, address="北仓")
        with pytest.raises((LookupError, Refused)):
            actions.remove_row(actor=people[login], row=row)
    assert list(DeliveryAddress.objects.values_list("address", "is_active")) == [("东仓", True)]


def test_a_file_with_12_of_15_and_3_of_6_and_4_of_8_shows_80_and_50_and_50_percent_s0_7(
    people: Any, customer: Any
) -> None:
    basics = {
        "address": "京口区", "postcode": "212000", "phone": "0511-88880000", "fax": "0511-88880001", "email": "a@b.cn",
        "website": "b.cn", "principal": "沈", "tax_number": "1", "registration_number": "2", "ownership": "民营",
    }  # fmt: skip
    actions.change_basics(actor=people["e1"], customer=customer, version=customer.version, **basics)
    credit_of(people, customer, credit_days="30", settlement_day="25", business_history="2009 年开的第一家店")
    actions.change_operations(
        actor=people["e1"],
        customer=customer,
        version=0,
        sales_staff="0",
        trade_area="镇江",
        delivery_mode="送货",
    )
    actions.add_row(actor=people["e1"], customer=customer, kind=DeliveryAddress, address="东仓")
    found = layers.shares(seen(people, "f1", customer))
    assert {k: (f.filled, f.total, f.percent) for k, f in found.items()} == {
        "basics": (12, 15, 80), "credit": (3, 6, 50), "operations": (4, 8, 50)
    }  # fmt: skip
    assert "credit" not in layers.shares(seen(people, "e1", customer), credit=False)


def test_all_six_credit_fields_make_100_percent(people: Any, customer: Any) -> None:
    credit_of(people, customer, **FULL_CREDIT)
    assert layers.filled_share(CREDIT, seen(people, "f1", customer)).percent == 100
    assert layers.filled_share(OPERATIONS, seen(people, "f1", customer)).filled == 0
