"""One person at several customers, and who reports to whom at each: only what one sees is named."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.duplicates import likely_same
from kemai.business.archives.models import Contact
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry, EntryValues

pytestmark = pytest.mark.django_db


@pytest.fixture
def firms(people):
    return {
        "east": customer_of(people, "e1", "华瑞商贸"), "hotel": customer_of(people, "e1", "浮玉酒店"),
        "west": customer_of(people, "w1", "西岭酒业"),
    }  # fmt: skip


@pytest.fixture
def card(people, firms):
    return actions.add_contact(
        actor=people["e1"],
        customer=firms["east"],
        name="贺明远",
        mobile="13800138000",
        title="总经理",
        decision_role="决策",
    )


def test_a_person_belongs_to_several_customers_with_title_role_and_dates_at_each(people, firms, card):
    second = actions.add_card(
        actor=people["e1"], contact=card, customer=firms["hotel"], title="股东", decision_role="影响",
        from_on=date(2024, 1, 1), is_primary=True,
    )  # fmt: skip
    card.refresh_from_db()
    assert (second.name, second.mobile, second.title) == ("贺明远", "13800138000", "股东")
    assert second.individual_id == card.individual_id is not None
    assert card.title == "总经理"
    assert not card.is_primary
    with pytest.raises(actions.Invalid, match="已经是"):
        actions.add_card(actor=people["e1"], contact=card, customer=firms["hotel"])
    with pytest.raises(actions.Invalid, match="早于"):
        actions.change_contact(
            actor=people["e1"], contact=second, version=second.version, to_on=date(2023, 1, 1)
        )
    left = actions.deactivate_contact(actor=people["e1"], contact=second, reason="退股")
    card.refresh_from_db()
    assert (left.is_active, left.inactive_reason, left.to_on) == (
        False,
        "退股",
        people["e1"].today,
    )
    assert card.is_active
    assert actions.reactivate_contact(actor=people["e1"], contact=second).to_on is None


def test_a_customer_out_of_sight_is_never_named_and_can_not_be_joined(people, firms, card):
    with pytest.raises(LookupError):
        actions.add_card(actor=people["e1"], contact=card, customer=firms["west"])
    with pytest.raises(LookupError):
        actions.add_card(actor=people["w1"], contact=card, customer=firms["west"])
    assert Contact.objects.count() == 1
    far = actions.add_card(actor=people.system, contact=card, customer=firms["west"], title="顾问")
    card.refresh_from_db()
    assert queries.cards_elsewhere(people["e1"], card) == []
    assert [c.customer.name for c in queries.cards_elsewhere(people["d"], card)] == ["西岭酒业"]
    assert [c.pk for c in queries.cards_elsewhere(people["w1"], far)] == []
    for entry in Entry.objects.filter(customer_id=firms["east"].pk):
        assert "西岭" not in str(EntryValues.objects.filter(entry=entry).values_list("changes", flat=True))
    with pytest.raises(Refused, match="别的名片"):
        actions.part_person(actor=people["e1"], contact=card)


def test_what_is_the_persons_own_goes_to_every_card_and_another_number_stays(people, firms, card):
    hotel = actions.add_card(actor=people["e1"], contact=card, customer=firms["hotel"], title="股东")
    west = actions.add_card(actor=people.system, contact=card, customer=firms["west"])
    Contact.objects.filter(pk=west.pk).update(mobile="13600136000")  # a file said so of this customer alone
    card.refresh_from_db()
    actions.change_contact(
        actor=people["e1"],
        contact=card,
        version=card.version,
        name="贺远",
        mobile="13700137000",
        title="董事长",
    )
    for each in (hotel, west):
        each.refresh_from_db()
    assert (hotel.name, hotel.mobile, hotel.title) == ("贺远", "13700137000", "股东")
    assert (west.name, west.mobile) == ("贺远", "13600136000")
    for each in (card, hotel, west):
        said = Entry.objects.get(verb="archives.contact.changed", subject_id=each.pk)
        assert said.customer_id == each.customer_id
        assert said.values_row.changes["name"] == ["贺明远", "贺远"]


def test_two_cards_are_found_to_be_one_person_and_taken_apart_again(people, firms, card):
    twin = actions.add_contact(
        actor=people["e1"], customer=firms["hotel"], name="贺明远", mobile="13800138000"
    )
    assert [c.pk for c in likely_same(people["e1"], card)] == [twin.pk]
    assert likely_same(people["w1"], card) == []
    with pytest.raises(LookupError):
        actions.same_person(actor=people["w1"], contact=card, other=twin)
    actions.same_person(actor=people["e1"], contact=card, other=twin)
    card.refresh_from_db()
    twin.refresh_from_db()
    assert card.individual_id == twin.individual_id is not None
    assert likely_same(people["e1"], card) == []
    actions.part_person(actor=people["e1"], contact=twin)
    twin.refresh_from_db()
    assert twin.individual_id is None


def test_two_forms_are_not_joined_by_guess(people, firms, card):
    twin = actions.add_contact(actor=people["e1"], customer=firms["hotel"], name="贺明远")
    for each in (card, twin):
        actions.fill_person(actor=people["e1"], contact=each, versions=(1, 0), im="wx")
    with pytest.raises(Refused, match="两边都填过"):
        actions.same_person(actor=people["e1"], contact=card, other=twin)


def staff(people, customer, *names):
    return [actions.add_contact(actor=people["e1"], customer=customer, name=name) for name in names]


def test_lines_stay_within_a_customer_and_never_make_a_circle(people, firms):
    boss, buyer, clerk = staff(people, firms["east"], "贺明远", "姜雯", "方亦舟")
    (other,) = staff(people, firms["hotel"], "佟薇")
    act = people["e1"]
    buyer = actions.report_to(actor=act, contact=buyer, superior=boss.pk, version=1)
    clerk = actions.report_to(actor=act, contact=clerk, superior=buyer.pk, version=1)
    for superior, sentence in ((clerk.pk, "绕成圈"), (boss.pk, "自己"), (other.pk, "这家的联系人")):
        with pytest.raises(actions.ReportingRefused, match=sentence):
            actions.report_to(actor=act, contact=boss, superior=superior, version=1)
    with pytest.raises(actions.ContactConflict):
        actions.report_to(actor=act, contact=buyer, superior=None, version=1)
    for login, error in (("w1", LookupError), ("d", Refused), ("f1", Refused)):
        with pytest.raises(error):
            actions.report_to(actor=people[login], contact=clerk, superior=None, version=2)
    clerk.refresh_from_db()
    assert clerk.reports_to_id == buyer.pk
    assert actions.report_to(actor=act, contact=clerk, superior=None, version=2).reports_to_id is None
    said = Entry.objects.filter(verb="archives.contact.reports").order_by("pk").first().values_row.changes
    assert said == {"name": [None, "姜雯"], "reports_to": [None, "贺明远"]}


def test_taking_merged_customers_apart_leaves_no_line_between_them(people, firms):
    (boss,) = staff(people, firms["east"], "贺明远")
    buyer, clerk = staff(people, firms["hotel"], "姜雯", "方亦舟")
    actions.report_to(actor=people["e1"], contact=clerk, superior=buyer.pk, version=1)
    actions.merge_customers(actor=people["d"], survivor=firms["east"], absorbed=firms["hotel"])
    buyer.refresh_from_db()
    actions.report_to(actor=people["e1"], contact=buyer, superior=boss.pk, version=buyer.version)
    actions.unmerge_customers(actor=people["d"], merge=queries.merges_of(people["d"], firms["east"]).get())
    buyer.refresh_from_db()
    clerk.refresh_from_db()
    assert buyer.reports_to_id is None
    assert clerk.reports_to_id == buyer.pk
