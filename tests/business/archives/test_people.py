"""The form of a person in six groups: what may be written by whom, what is filled, and what the trail keeps of it."""

from __future__ import annotations

from datetime import date

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives import actions, persons, queries
from kemai.business.archives.as_of import archive_as_of, latest_day
from kemai.business.archives.models import Contact, Individual
from kemai.foundation.access.actor import Refused
from kemai.foundation.preferences.company import set_company_setting
from kemai.foundation.sealing import blind_index
from kemai.foundation.trail.models import Entry, EntryValues

pytestmark = pytest.mark.django_db
NUMBER = "11010519491231002X"


@pytest.fixture
def card(people):
    customer = customer_of(people, "e1", "华瑞商贸")
    return actions.add_contact(
        actor=people["e1"], customer=customer, name="贺明远", mobile="13800138000", title="总经理"
    )


@pytest.fixture
def kept(people):
    """The company says why it keeps family and personal life."""
    set_company_setting(actor=people["d"], key="archives.private_basis", value="客户关怀，本人同意")


def fill(people, card, login="e1", **changes):
    now = Contact.objects.select_related("individual").get(pk=card.pk)
    versions = (now.version, now.individual.version if now.individual else 0)
    return actions.fill_person(actor=people[login], contact=card, versions=versions, **changes)


def told(verb):
    return [
        e.values_row.changes
        for e in Entry.objects.filter(verb=verb).select_related("values_row").order_by("pk")
    ]


def test_s4_67_the_nine_basics_are_kept_and_counted(people, card):
    now = fill(
        people, card, home_address="长江路 1 号", im="hmy-wx", birthday="1980-02-03", email="he@example.com"
    )
    share = persons.share_of(now, ["basics"], is_customer=False)
    assert (share.filled, share.total) == (
        7,
        9,
    )  # his firm is known of who stands for one; phone and number are not
    assert now.birthday == date(1980, 2, 3)
    assert now.individual.im == "hmy-wx"
    assert told("archives.person.changed")[0]["home_address"] == ["", "长江路 1 号"]


def test_s4_69_what_does_not_apply_counts_neither_way(people, card):
    full = {"employment": "在职", "employer_nature": "民营", "office": "城西", "goals": "开第二家店"}
    now = fill(people, card, **full)
    assert (persons.share_of(now, ["career"], is_customer=False)) == persons.Share(6, 7)
    now = fill(people, card, not_applicable=["annual_income_fen"], among=["annual_income_fen"])
    assert persons.share_of(now, ["career"], is_customer=False) == persons.Share(6, 6)
    now = fill(people, card, not_applicable=[], among=["office"])  # another tab says nothing of this field
    assert now.individual.not_applicable == ["annual_income_fen"]


def test_s4_72_university_ends_after_it_begins(people, card):
    now = fill(people, card, university="浙江大学", university_from="2010", university_to="2014")
    assert (now.individual.university_from, now.individual.university_to) == (2010, 2014)
    with pytest.raises(actions.Invalid, match="毕业不能早于入学"):
        fill(people, card, university_from="2014", university_to="2010")
    with pytest.raises(actions.Invalid, match="四位数"):
        fill(people, card, high_school_from="98")
    assert Individual.objects.get().university_from == 2010


def test_s4_84_family_and_personal_life_are_closed_until_the_company_says_why(people, card):
    assert persons.groups_for(people["e1"], people.persons["e1"].pk) == [
        "basics",
        "education",
        "career",
        "interests",
    ]
    with pytest.raises(Refused, match="没有启用"):
        fill(people, card, consented_on="2026-11-01", spouse_name="佟薇")
    with pytest.raises(Refused, match="管理员或领导"):
        set_company_setting(actor=people["e1"], key="archives.private_basis", value="随便")
    assert not Individual.objects.exists()


def test_s4_70_s4_71_they_are_kept_with_consent_by_who_looks_after_the_customer_and_leave_no_words(
    people, card, kept
):
    assert len(persons.groups_for(people["e1"], people.persons["e1"].pk)) == 6
    for login in ("me", "d", "c", "f1", "s"):
        assert len(persons.groups_for(people[login], people.persons["e1"].pk)) == 4
    with pytest.raises(actions.Invalid, match="同意"):
        fill(people, card, spouse_name="佟薇")
    with pytest.raises(actions.Invalid, match="今天以后"):
        fill(people, card, consented_on="2026-12-01", spouse_name="佟薇")
    now = fill(people, card, consented_on="2026-11-01", spouse_name="佟薇", health="花粉过敏")
    with pytest.raises(Refused, match="负责人"):
        fill(people, card, login="me", spouse_name="别人")
    with pytest.raises(actions.Invalid, match="清空"):
        fill(people, card, consented_on="")
    assert Individual.objects.get().spouse_name == now.individual.spouse_name == "佟薇"
    words = str(list(EntryValues.objects.values_list("changes", flat=True)))
    assert "佟薇" not in words
    assert "花粉" not in words
    assert told("archives.private.changed") == [{"name": [None, "贺明远"]}]
    assert fill(people, card, consented_on="", spouse_name="", health="").individual.consented_on is None


def test_s4_67_the_identity_number_is_checked_sealed_masked_and_shown_to_a_duty_with_a_trace(people, card):
    for wrong, sentence in (
        ("110105194912310021", "校验位"),
        ("1234", "18 位，这里有 4 位"),
        ("999999194912310021", "地区"),
    ):
        with pytest.raises(actions.Invalid, match=sentence):
            actions.set_id_number(actor=people["me"], contact=card, versions=(1, 0), number=wrong)
    with pytest.raises(Refused, match="主管"):
        actions.set_id_number(actor=people["e1"], contact=card, versions=(1, 0), number=NUMBER)
    assert not Individual.objects.exists()
    actions.set_id_number(actor=people["me"], contact=card, versions=(1, 0), number=" 11010519491231002x ")
    stored = Individual.objects.get()
    assert NUMBER.encode() not in bytes(stored.id_number_sealed)
    assert bytes(stored.id_number_index) == blind_index(NUMBER)
    now = queries.contact_by_id(people["me"], card.customer, card.pk)
    assert persons.masked_id_number(people["me"], now) == "110*************2X"
    assert persons.masked_id_number(people["e1"], now) is None
    assert NUMBER not in str(list(EntryValues.objects.values_list("changes", flat=True)))
    for login in ("e1", "f1", "s"):
        with pytest.raises(Refused):
            actions.reveal_id_number(actor=people[login], contact=card)
    assert not told("archives.id_number.revealed")
    assert actions.reveal_id_number(actor=people["d"], contact=card) == NUMBER
    assert told("archives.id_number.revealed") == [{"name": [None, "贺明远"]}]
    with pytest.raises(LookupError):
        actions.reveal_id_number(actor=people["mw"], contact=card)


def test_a_number_that_is_somebodys_in_sight_is_not_given_twice_and_nothing_is_said_of_others(people, card):
    actions.set_id_number(actor=people["me"], contact=card, versions=(1, 0), number=NUMBER)
    near = actions.add_contact(actor=people["e1"], customer=card.customer, name="贺明")
    with pytest.raises(actions.Invalid, match="贺明远（华瑞商贸）"):
        actions.set_id_number(actor=people["me"], contact=near, versions=(1, 0), number=NUMBER)
    west = customer_of(people, "w1", "西岭酒业")
    far = actions.add_contact(actor=people["w1"], customer=west, name="贺明远")
    actions.set_id_number(actor=people["mw"], contact=far, versions=(1, 0), number=NUMBER)
    assert Individual.objects.filter(id_number_index=blind_index(NUMBER)).count() == 2


def test_who_does_not_see_the_customer_or_may_not_edit_changes_nothing(people, card):
    for login, error in (("w1", LookupError), ("d", Refused), ("f1", Refused), ("stranger", Refused)):
        with pytest.raises(error):
            fill(people, card, login=login, im="x")
    assert not Individual.objects.exists()


def test_an_older_form_is_refused_and_nothing_of_it_is_kept(people, card):
    fill(people, card, im="first")
    with pytest.raises(actions.PersonConflict):
        actions.fill_person(actor=people["e1"], contact=card, versions=(1, 0), im="second", office="城东")
    with pytest.raises(actions.ContactConflict):
        actions.fill_person(actor=people["e1"], contact=card, versions=(9, 1), im="second", title="董事长")
    card.refresh_from_db()
    assert Individual.objects.get().im == "first"
    assert card.title == "总经理"


def test_a_retail_customer_is_a_person_with_a_card_of_its_own(people):
    buyer = customer_of(people, "e1", "沈知遥", type="retail", phone="13900139000")
    assert queries.own_card_of(people["e1"], buyer).pk is None
    made = actions.own_card(actor=people["e1"], customer=buyer)
    assert actions.own_card(actor=people["e1"], customer=buyer).pk == made.pk
    assert (made.name, made.phone, made.is_self) == ("沈知遥", "13900139000", True)
    firm = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Refused, match="个人客户"):
        actions.own_card(actor=people["e1"], customer=firm)
    for login, error in (("w1", LookupError), ("d", Refused)):
        with pytest.raises(error):
            actions.own_card(actor=people[login], customer=buyer)
    assert Contact.objects.count() == 1


def test_s1_114_the_form_of_a_retail_customer_is_read_as_of_a_day(people):
    buyer = customer_of(people, "e1", "沈知遥", type="retail")
    made = actions.own_card(actor=people["e1"], customer=buyer)
    fill(people, made, im="wx-old", hobbies="钓鱼")
    Entry.objects.filter(verb="archives.person.changed").update(at="2026-11-01T02:00:00Z")
    Entry.objects.filter(verb="archives.customer.created").update(at="2026-10-01T02:00:00Z")
    fill(people, made, im="wx-new")
    then = {f.key: f for f in archive_as_of(people["e1"], buyer, date(2026, 11, 2)).person}
    assert (then["im"].value, then["im"].now, then["hobbies"].value) == ("wx-old", "wx-new", "钓鱼")
    before = {f.key: f.value for f in archive_as_of(people["e1"], buyer, date(2026, 10, 2)).person}
    assert before["im"] == ""
    assert before["hobbies"] == ""
    assert latest_day(people["e1"]) >= TODAY


def test_merged_retail_customers_keep_both_forms_and_get_them_back(people):
    first, second = (customer_of(people, "e1", name, type="retail") for name in ("沈知遥", "沈知遥二"))
    mine, theirs = (actions.own_card(actor=people["e1"], customer=c) for c in (first, second))
    fill(people, mine, im="one")
    fill(people, theirs, im="two")
    actions.merge_customers(actor=people["d"], survivor=first, absorbed=second)
    cards = Contact.objects.filter(customer=first).order_by("pk")
    assert [(c.is_self, c.individual.im) for c in cards] == [(True, "one"), (False, "two")]
    merge = queries.merges_of(people["d"], first).get()
    back, _kept = actions.unmerge_customers(actor=people["d"], merge=merge)
    theirs.refresh_from_db()
    assert theirs.customer_id == back.pk
    assert theirs.is_self
    assert theirs.individual.im == "two"
