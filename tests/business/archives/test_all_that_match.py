"""A change of all that match is whole or nothing, whoever is in the way, and an edit can be taken back (A05)."""

from __future__ import annotations

import pytest
from tests.cast import customer_of

from kemai.business.archives import actions
from kemai.business.archives.actions import mass
from kemai.business.archives.directory import ListQuery
from kemai.business.archives.models import Customer, CustomValue, MassRow, Ownership, StateChange
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused
from kemai.foundation.access.models import Assignment
from kemai.foundation.filters import read
from kemai.foundation.jobs import JobCancelled, run_job_now
from kemai.foundation.jobs.models import Job
from kemai.foundation.notifications.models import Notification
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db
WHERE = ListQuery(where=read("or(region:is:镇江,region:is:无锡)"))


@pytest.fixture
def shops(people):
    for n in range(8):
        customer_of(people, "w1" if n == 7 else "e1", f"店{n}", region="镇江" if n % 2 else "无锡", size="小")
    customer_of(people, "e1", "别处的", region="常州", size="小")
    return people


def start(actor, what, given, query=WHERE, expected=7):
    return actions.start_mass(actor=actor, what=what, query=query, expected=expected, given=given)


def ended(change):
    run_job_now(Job.objects.get(pk=change.job_id))
    change.refresh_from_db()
    return change


def sizes():
    return list(Customer.objects.order_by("pk").values_list("size", flat=True))


EDIT = {"field": "size", "values": ["大"]}


def test_an_edit_of_all_that_match_changes_those_one_sees_and_no_other(shops):
    change = ended(start(shops["me"], "edit", EDIT))
    assert (change.status, change.changed) == ("done", 7)
    assert sizes() == ["大"] * 7 + ["小", "小"]
    entries = Entry.objects.filter(verb="archives.customer.changed", batch_id=change.batch_id)
    assert entries.count() == 7
    assert Entry.objects.filter(verb="archives.mass.edit").count() == 1
    assert not trail.verify()
    assert Notification.objects.get(person_id=shops["me"].person_id).title == "7 家改好了"
    assert set(Customer.objects.filter(size="大").values_list("version", flat=True)) == {2}


def test_it_is_taken_back_and_later_work_of_others_stays(shops):
    change = ended(start(shops["me"], "edit", EDIT))
    first = Customer.objects.order_by("pk").first()
    actions.change_basics(actor=shops["e1"], customer=first, version=first.version, size="中")
    back = ended(actions.undo_mass(actor=shops["me"], change=change))
    assert (back.status, back.changed, back.expected) == ("done", 6, 7)
    assert sizes() == ["中"] + ["小"] * 8
    change.refresh_from_db()
    assert change.status == "undone"
    with pytest.raises(Refused, match="已经撤销过"):
        actions.undo_mass(actor=shops["me"], change=change)


def test_a05_what_was_seen_has_to_be_what_is_changed(shops):
    with pytest.raises(actions.BulkRefused, match="现在是 7 家") as refused:
        start(shops["me"], "edit", EDIT, expected=6)
    assert (refused.value.asked, refused.value.allowed) == (6, 7)
    change = start(shops["me"], "edit", EDIT)
    customer_of(shops, "e2", "新来的", region="镇江", size="小")
    assert (ended(change).status, set(sizes())) == ("refused", {"小"})
    assert "现在是 8 家" in change.problem


def test_somebody_s_edit_in_between_refuses_the_whole(shops, monkeypatch):
    change = start(shops["me"], "edit", EDIT)

    def meanwhile(actor, change, ready):
        count = prepare(actor, change, ready)
        first = Customer.objects.order_by("pk").first()
        actions.change_basics(actor=shops["e1"], customer=first, version=first.version, category="酒")
        return count

    prepare = mass.prepare
    monkeypatch.setattr(mass, "prepare", meanwhile)
    assert ended(change).status == "refused"
    assert "有 1 家刚被别人改过" in change.problem
    assert set(sizes()) == {"小"}
    assert not MassRow.objects.exists()


def test_a_lost_right_refuses_what_was_asked_for_before(shops):
    change = start(shops["me"], "edit", EDIT)
    Assignment.objects.filter(person=shops.persons["me"]).update(role="service")
    assert ended(change).status == "refused"
    assert set(sizes()) == {"小"}


def test_own_fields_are_added_to_and_refused_whole_with_counts(shops):
    tags = actions.define_field(
        actor=shops["c"], label="系列", kind="choices", options=["红", "蓝"], types=["enterprise"]
    )
    first = Customer.objects.order_by("pk").first()
    actions.fill_fields(actor=shops["e1"], customer=first, version=first.version, given={tags.key: ["红"]})
    given = {"field": tags.key, "values": ["蓝"], "mode": "add"}
    change = ended(start(shops["me"], "edit", given))
    assert change.changed == 7
    assert list(CustomValue.objects.filter(customer=first).values_list("text", flat=True)) == ["红", "蓝"]
    ended(actions.undo_mass(actor=shops["me"], change=change))
    assert list(CustomValue.objects.values_list("customer_id", "text")) == [(first.pk, "红")]
    Customer.objects.filter(
        pk__in=list(Customer.objects.order_by("pk").values_list("pk", flat=True)[1:3])
    ).update(type="retail")
    refused = ended(start(shops["me"], "edit", given))
    assert (refused.status, refused.refused) == ("refused", 2)
    assert "7 家里有 2 家不能这样改" in refused.problem
    assert CustomValue.objects.count() == 1


def test_many_change_hands_with_reason_and_history_and_one_piece_of_news(shops):
    with pytest.raises(Refused, match="原因"):
        start(shops["me"], "assign", {"person": shops.persons["e2"].pk})
    with pytest.raises(Refused, match="主管"):
        start(shops["e1"], "assign", {"person": shops.persons["e2"].pk, "reason": "调整"})
    change = ended(start(shops["me"], "assign", {"person": shops.persons["e2"].pk, "reason": "调整"}))
    assert (change.status, Customer.objects.filter(owner__login="e2").count()) == ("done", 7)
    assert Ownership.objects.filter(person__login="e2", ends_on=None, reason="调整").count() == 7
    assert Ownership.objects.filter(person__login="e1", ends_on=None).count() == 1


def test_s4_5_prospects_become_targets_all_or_none(shops):
    change = ended(start(shops["e1"], "target", {"reason": "旺季"}))
    assert change.status == "done"
    assert StateChange.objects.filter(to_state="target", person_name="E1", reason="旺季").count() == 7
    again = ended(start(shops["e1"], "target", {}))
    assert (again.status, again.refused) == ("refused", 7)


def test_a_cancelled_change_changes_nothing_and_a_killed_one_starts_from_nothing(shops):
    change = start(shops["me"], "edit", EDIT)
    actions.cancel_mass(actor=shops["me"], change=change)
    with pytest.raises(JobCancelled):
        mass.run_mass(change_id=change.pk)
    assert set(sizes()) == {"小"}
    again = start(shops["me"], "edit", EDIT)
    mass._anew(shops["me"], again)
    mass.prepare(shops["me"], again, mass.ready(shops["me"], "edit", EDIT))
    assert MassRow.objects.filter(change=again).count() == 7
    assert ended(again).status == "done"
    assert MassRow.objects.filter(change=again).count() == 7
    with pytest.raises(Refused, match="停不下来"):
        actions.cancel_mass(actor=shops["me"], change=again)
