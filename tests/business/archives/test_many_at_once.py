"""The same move for many customers: all or none, and who works on a customer beside its owner."""

from datetime import date, timedelta

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.models import Customer, Ownership, StateChange
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry

pytestmark = pytest.mark.django_db


def codes_of(customers):
    return [c.code for c in customers]


def test_s4_5_twenty_of_many_become_targets_with_selector_and_date(people):
    prospects = [customer_of(people, "e1", f"潜客{n:02d}") for n in range(30)]
    assert actions.select_targets(actor=people["e1"], codes=codes_of(prospects[:20])) == 20
    chosen = StateChange.objects.filter(to_state="target").values_list("person_name", "on")
    assert list(chosen) == [("E1", TODAY)] * 20
    assert Customer.objects.filter(state="target").count() == 20


def test_a05_targets_are_refused_whole_when_one_belongs_to_somebody_else(people):
    mine = [customer_of(people, "e1", f"潜客{n}") for n in range(3)]
    foreign = [customer_of(people, "w1", f"西部{n}") for n in range(3)]
    with pytest.raises(actions.BulkRefused) as refused:
        actions.select_targets(actor=people["e1"], codes=codes_of([*mine, *foreign]))
    assert (refused.value.asked, refused.value.allowed) == (6, 3)
    assert not Customer.objects.filter(state="target").exists()


def test_targets_are_refused_whole_when_one_has_bought_already(people):
    mine = [customer_of(people, "e1", f"潜客{n}") for n in range(3)]
    Customer.objects.filter(pk=mine[2].pk).update(state="actual")
    found = actions.target_preview(people["e1"], codes_of(mine))
    assert (len(found.allowed), codes_of(found.refused)) == (2, [mine[2].code])
    with pytest.raises(actions.BulkRefused, match="潜客2"):
        actions.select_targets(actor=people["e1"], codes=codes_of(mine))
    assert not Customer.objects.filter(state="target").exists()


def test_a05_a_transfer_of_many_is_refused_whole_and_else_keeps_reason_and_history(people):
    mine = [customer_of(people, "e1", f"店{n}") for n in range(3)]
    foreign = customer_of(people, "w1", "西部店")
    before = Entry.objects.count()
    with pytest.raises(actions.BulkRefused):
        actions.assign_many(
            actor=people["me"], codes=codes_of([*mine, foreign]), person=people.persons["e2"], reason="调整"
        )
    assert (Ownership.objects.filter(person=people.persons["e2"]).count(), Entry.objects.count()) == (
        0,
        before,
    )
    moved = actions.assign_many(
        actor=people["me"], codes=codes_of(mine), person=people.persons["e2"], reason="调整"
    )
    assert (moved, set(Customer.objects.filter(pk__in=[c.pk for c in mine]).values_list("owner__login", flat=True))) == (3, {"e2"})  # fmt: skip


def test_f02_an_edit_that_began_before_a_transfer_is_a_conflict(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.assign_owner(actor=people["me"], customer=mine, person=people.persons["e2"], reason="调整")
    with pytest.raises(actions.Conflict):
        actions.change_basics(actor=people["me"], customer=mine, version=1, address="京口区")
    assert Customer.objects.get(pk=mine.pk).address == ""


def test_nobody_becomes_owner_whose_role_has_no_customers(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Refused, match="不带客户"):
        actions.assign_owner(actor=people["me"], customer=mine, person=people.persons["a"], reason="试试")


def test_the_team_sees_the_customer_until_it_leaves(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(Refused, match="主管"):
        actions.add_team_member(actor=people["e1"], customer=mine, person=people.persons["w1"])
    member = actions.add_team_member(actor=people["me"], customer=mine, person=people.persons["w1"])
    assert queries.customer_by_code(people["w1"], mine.code) == mine
    assert [m.person.login for m in queries.team_of(people["me"], mine)] == ["w1"]
    actions.end_team_member(actor=people["me"], member=member, reason="项目结束")
    with pytest.raises(LookupError):
        queries.customer_by_code(people["w1"], mine.code)


def test_who_sees_no_customers_does_not_join_a_team_and_nobody_joins_twice(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    for login in ("a", "e1"):
        with pytest.raises(Refused):
            actions.add_team_member(actor=people["me"], customer=mine, person=people.persons[login])
    actions.add_team_member(actor=people["me"], customer=mine, person=people.persons["e2"])
    with pytest.raises(Refused, match="已经"):
        actions.add_team_member(actor=people["me"], customer=mine, person=people.persons["e2"])


def test_s4_3_a_supervisor_decides_on_what_was_proposed_and_not_the_proposer(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    asked = actions.change_state(actor=people["e1"], customer=mine, to="non", reason="停业了")
    with pytest.raises(Refused, match="已经提过"):
        actions.change_state(actor=people["e1"], customer=mine, to="non", reason="停业了")
    with pytest.raises(Refused, match="主管"):
        actions.decide_state(actor=people["e1"], change=asked, agree=True)
    with pytest.raises(Refused, match="原因"):
        actions.decide_state(actor=people["me"], change=asked, agree=False)
    assert Customer.objects.get(pk=mine.pk).state == "potential"
    assert queries.waiting_proposal(people["me"], mine) == asked
    actions.decide_state(actor=people["me"], change=asked, agree=True)
    assert Customer.objects.get(pk=mine.pk).state == "non"
    assert queries.waiting_proposal(people["me"], mine) is None


def order(customer, days, first, last):
    class Facts:
        customer_id, order_days, first_order_on, last_order_on = customer.pk, days, first, last

    return Facts


def test_s4_6_moves_by_orders_lie_on_the_day_of_the_order(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    first, last = date(2024, 3, 5), date(2026, 10, 1)
    actions.refresh_states(actor=people.system, facts=[order(mine, 1, first, first)])
    actions.refresh_states(actor=people.system, facts=[order(mine, 2, first, last)])
    moves = StateChange.objects.filter(reason="order").order_by("pk").values_list("to_stage", "on")
    assert list(moves) == [("first_time", first), ("repeat", last)]
    assert Customer.objects.get(pk=mine.pk).state_since == first


def test_s4_11_old_orders_do_not_win_back_who_was_let_go(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    Customer.objects.filter(pk=mine.pk).update(state="lost", state_since=TODAY)
    old = TODAY - timedelta(days=200)
    actions.refresh_states(actor=people.system, facts=[order(mine, 3, old, old)])
    assert Customer.objects.get(pk=mine.pk).state == "lost"
    actions.refresh_states(actor=people.system, facts=[order(mine, 4, old, TODAY)])
    assert Customer.objects.get(pk=mine.pk).state == "actual"
    assert StateChange.objects.latest("pk").reason == "won_back"


def test_s4_4_s4_81_who_asked_without_ordering_is_potential_and_an_order_ends_it(people):
    asked = customer_of(people, "e1", "云岫便利")
    assert (asked.state, queries.customer_by_code(people["e1"], asked.code)) == ("potential", asked)
    actions.refresh_states(actor=people.system, facts=[order(asked, 1, TODAY, TODAY)])
    assert Customer.objects.get(pk=asked.pk).state == "actual"
