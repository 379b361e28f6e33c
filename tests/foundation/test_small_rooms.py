"""Numbers, news, events, workdays and sealed values."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.exceptions import InvalidTag
from django.db import transaction

from kemai.foundation import numbering, outbox, sealing, trail, workdays
from kemai.foundation.access.actor import Actor, Refused, system_actor
from kemai.foundation.notifications import mark_read, notify, unread
from kemai.foundation.outbox import handlers
from kemai.foundation.preferences.company import company_setting, set_company_setting

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
SYSTEM = system_actor(TODAY)
REP = Actor(7, "rep", "业务员", TODAY)


def test_s4_86_numbers_follow_each_other_and_a_given_one_never_comes_back() -> None:
    """S4.86: BJ-E-000123 then BJ-E-000124; a deleted draft's number is not reused."""
    numbering.reserve("BJ-E", 122)
    rule = "{region}-{type}-{serial:06d}"
    given = [
        numbering.format_number(rule, numbering.next_number("BJ-E"), region="BJ", type="E") for _ in range(2)
    ]
    assert given == ["BJ-E-000123", "BJ-E-000124"]
    assert numbering.next_number("BJ-E") == 125
    assert numbering.next_number("SH-E") == 1


def test_an_event_reaches_its_handler_once_and_a_failing_one_waits() -> None:
    seen: list[int] = []

    def listen(n: int) -> None:
        if n == 2 and len(seen) < 2:
            raise ValueError(n)
        seen.append(n)

    outbox.handler("test.event")(listen)
    try:
        for n in (1, 2, 3):
            outbox.announce("test.event", n=n)
        assert outbox.deliver_waiting() == 2
        assert outbox.deliver_waiting() == 1
        assert outbox.deliver_waiting() == 0
    finally:
        handlers._handlers.pop("test.event")
    assert seen == [1, 3, 2]


def test_an_event_vanishes_with_its_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        outbox.announce("test.lost")
        raise RuntimeError
    assert outbox.deliver_waiting() == 0


def test_news_with_the_same_key_comes_once_and_is_ones_own() -> None:
    for _ in range(2):
        notify(person_id=7, key="k", title="导入完成")
    (line,) = unread(REP)
    assert mark_read(Actor(8, "o", "别人", TODAY), [line.pk]) == 0
    assert mark_read(REP, [line.pk]) == 1
    assert not unread(REP)


def test_national_day_is_free_and_its_make_up_day_is_worked() -> None:
    assert not workdays.is_workday(date(2025, 10, 1))
    assert workdays.is_workday(date(2025, 9, 28))  # a Sunday worked for the holiday
    assert not workdays.is_workday(date(2025, 11, 8))  # a plain Saturday
    assert workdays.add_workdays(date(2025, 11, 7), 1) == date(2025, 11, 10)
    assert workdays.add_workdays(date(2025, 11, 10), -1) == date(2025, 11, 7)


def test_the_companys_own_day_wins_and_a_refusal_changes_nothing() -> None:
    day = date(2025, 11, 8)
    with pytest.raises(Refused):
        workdays.set_override(actor=REP, day=day, is_workday=True, name="盘点")
    assert not workdays.is_workday(day)
    workdays.set_override(actor=SYSTEM, day=day, is_workday=True, name="盘点")
    assert workdays.is_workday(day)
    assert trail.head()[0] == 1


def test_a_company_setting_keeps_its_trail_and_an_unknown_key_is_an_error() -> None:
    with pytest.raises(Refused):
        set_company_setting(actor=REP, key="company.name", value="x")
    set_company_setting(actor=SYSTEM, key="company.name", value="华瑞")
    assert company_setting("company.name") == "华瑞"
    assert trail.verify() == []
    with pytest.raises(KeyError):
        company_setting("no.such")


def test_p07_a_sealed_value_is_ciphertext_found_by_its_blind_index() -> None:
    sealed = sealing.seal("6222 0210 0111")
    assert b"6222" not in sealed
    assert sealing.seal("6222 0210 0111") != sealed
    assert sealing.unseal(sealed) == "6222 0210 0111"
    assert sealing.blind_index("6222 0210 0111") == sealing.blind_index("６２２２02100111")
    assert sealing.blind_index("6222") != sealing.blind_index("6223")
    with pytest.raises(InvalidTag):
        sealing.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]))
