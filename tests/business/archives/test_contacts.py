"""People on the customer's side: numbers in one form, one of them first, nobody overwritten."""

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.models import Contact
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("13800000000.0", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("0571-8888 8888-12", "0571-88888888-12"),
    ],
)
def test_b02_a_number_is_kept_in_one_form(written, stored, people):
    mine = customer_of(people, "e1", "华瑞商贸")
    assert (
        actions.add_contact(actor=people["e1"], customer=mine, name="贺明远", mobile=written).mobile == stored
    )


@pytest.mark.parametrize("wrong", ["1.38E+10", "138000000", "1380000000000", "打他手机"])
def test_b02_a_wrong_number_is_refused_by_the_name_of_its_field(wrong, people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(actions.Invalid) as refused:
        actions.add_contact(actor=people["e1"], customer=mine, name="贺明远", mobile=wrong)
    assert list(refused.value.problems) == ["mobile"]
    assert not Contact.objects.exists()


def test_one_person_comes_first_and_the_one_before_steps_back(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    old = actions.add_contact(actor=people["e1"], customer=mine, name="方亦舟", is_primary=True)
    new = actions.add_contact(actor=people["e1"], customer=mine, name="姜雯", is_primary=True)
    assert [c.pk for c in queries.contacts_of(people["e1"], mine)] == [new.pk, old.pk]
    assert not Contact.objects.get(pk=old.pk).is_primary


def test_f02_a_stale_edit_of_a_person_overwrites_nothing(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    person = actions.add_contact(actor=people["e1"], customer=mine, name="姜雯", title="采购")
    actions.change_contact(actor=people["e1"], contact=person, version=1, title="采购经理")
    with pytest.raises(actions.ContactConflict) as clash:
        actions.change_contact(actor=people["me"], contact=person, version=1, title="老板娘")
    assert clash.value.current.title == Contact.objects.get(pk=person.pk).title == "采购经理"


def test_who_left_stays_in_the_archive_with_the_reason_and_can_come_back(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    person = actions.add_contact(actor=people["e1"], customer=mine, name="方亦舟", is_primary=True)
    with pytest.raises(actions.Invalid):
        actions.deactivate_contact(actor=people["e1"], contact=person, reason=" ")
    gone = actions.deactivate_contact(actor=people["e1"], contact=person, reason="离职")
    assert (gone.is_active, gone.is_primary, gone.inactive_reason) == (False, False, "离职")
    assert actions.reactivate_contact(actor=people["e1"], contact=person).is_active


def test_roles_come_from_the_list_and_another_s_people_are_not_there(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(actions.Invalid):
        actions.add_contact(actor=people["e1"], customer=mine, name="贺明远", decision_role="大王")
    person = actions.add_contact(actor=people["e1"], customer=mine, name="贺明远", decision_role="决策")
    before = Entry.objects.count()
    for login, error in (("w1", LookupError), ("f1", Refused), ("a", Refused)):
        with pytest.raises(error):
            actions.change_contact(actor=people[login], contact=person, version=1, name="别人")
    assert (Contact.objects.get().name, Entry.objects.count()) == ("贺明远", before)
