"""Who sees a customer, what may be done to it, and how it moves through its states."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives import actions, queries
from kemai.business.archives.directory import BadFilter, ListQuery, list_customers
from kemai.business.archives.fields import filled_share
from kemai.business.archives.models import Customer, Ownership, StateChange, TeamMember
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused, actor_of

pytestmark = pytest.mark.django_db


@dataclass
class Orders:
    customer_id: int
    order_days: int
    first_order_on: date | None = None
    last_order_on: date | None = None


def test_a_foreign_customer_is_not_there(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    for login in ("e2", "w1", "mw", "a", "stranger"):
        with pytest.raises(LookupError):
            queries.customer_by_code(people[login], mine.code)
    for login in ("e1", "me", "d", "c", "f1", "s"):
        assert queries.customer_by_code(people[login], mine.code) == mine


def test_an_ownerless_customer_is_seen_by_those_who_see_all(people):
    actions.create_customer(actor=people.system, name="没人负责的店")
    seen = {login for login in people.actors if list_customers(people[login], ListQuery(sort="code")).rows}
    assert seen == {"d", "c", "f1", "s"}


def test_a_named_account_brings_its_subsidiaries_and_goes_at_once(people):
    group = customer_of(people, "w1", "西部集团")
    child = customer_of(people, "w1", "西部子公司")
    Customer.objects.filter(pk=child.pk).update(parent=group)
    member = TeamMember.objects.create(
        customer=group, person=people.persons["e1"], role="named", starts_on=TODAY
    )
    assert {r["name"] for r in list_customers(people["e1"], ListQuery(sort="code")).rows} == {
        "西部集团",
        "西部子公司",
    }
    member.delete()
    assert list_customers(people["e1"], ListQuery(sort="code")).rows == []


def test_a_deactivated_person_has_no_rights_left(people):
    person = people.persons["e1"]
    person.is_active = False
    assert not actor_of(person, TODAY).sees_customers


def test_a_refusal_says_why_and_changes_nothing(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    before = Customer.objects.values().get(pk=mine.pk)
    with pytest.raises(Refused, match="岗位"):
        actions.change_basics(actor=people["s"], customer=mine, version=1, phone="1")
    with pytest.raises(Refused, match="主管"):
        actions.assign_owner(actor=people["e1"], customer=mine, person=people.persons["e2"], reason="换人")
    with pytest.raises(LookupError):
        actions.change_basics(actor=people["w1"], customer=mine, version=1, phone="1")
    assert Customer.objects.values().get(pk=mine.pk) == before


def test_a_stale_version_is_told_and_not_overwritten(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.change_basics(actor=people["e1"], customer=mine, version=1, phone="0511-1234567")
    with pytest.raises(actions.Conflict) as clash:
        actions.change_basics(actor=people["me"], customer=mine, version=1, phone="0511-7654321")
    assert clash.value.current.phone == "0511-1234567"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("postcode", "12345"), ("uscc", "91350211M000100Y44"), ("name", " "), ("type", "friend")],
)
def test_s0_8_a_wrong_basic_field_is_refused(field, wrong, people):
    with pytest.raises(actions.Invalid) as refused:
        actions.create_customer(actor=people.system, **{"name": "好名字", field: wrong})
    assert field in refused.value.problems
    assert not Customer.objects.exists()


def test_s0_8_a_duplicate_code_is_refused_and_fifteen_of_fifteen_are_full(people):
    made = actions.create_customer(actor=people.system, name="甲店", code="X1")
    with pytest.raises(actions.Invalid, match="X1"):
        actions.create_customer(actor=people.system, name="乙店", code="X1")
    names = [
        "address",
        "phone",
        "fax",
        "email",
        "website",
        "principal",
        "tax_number",
        "registration_number",
        "ownership",
        "category",
        "size",
    ]
    Customer.objects.filter(pk=made.pk).update(
        **dict.fromkeys(names, "x"), postcode="100000", bank_account_sealed=b"1"
    )
    assert filled_share(Customer.objects.get(pk=made.pk)).percent == 100


def test_s4_86_numbers_follow_the_rule_and_are_never_reused(people, monkeypatch):
    from kemai.foundation.preferences.company import set_company_setting

    set_company_setting(actor=people["d"], key="numbering.customer", value="{region}-{type}-{serial:06d}")
    codes = [actions.create_customer(actor=people.system, name=n, region="BJ").code for n in ("甲", "乙")]
    Customer.objects.filter(code=codes[-1]).update(code="gone")
    codes.append(actions.create_customer(actor=people.system, name="丙", region="BJ").code)
    assert codes == ["BJ-E-000001", "BJ-E-000002", "BJ-E-000003"]


def test_ownership_has_from_to_and_reason(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.assign_owner(actor=people["me"], customer=mine, person=people.persons["e2"], reason="离职交接")
    spells = list(Ownership.objects.order_by("pk").values_list("person__login", "ends_on", "reason"))
    assert spells == [("e1", TODAY, ""), ("e2", None, "离职交接")]


def test_s4_5_targets_carry_selector_and_date(people):
    prospects = [customer_of(people, "e1", f"潜客{n}") for n in range(4)]
    assert actions.select_targets(actor=people["e1"], codes=[c.code for c in prospects[:2]]) == 2
    chosen = StateChange.objects.filter(to_state="target").values_list("person_name", "on")
    assert list(chosen) == [("E1", TODAY)] * 2


def test_s4_3_lost_needs_a_reason_and_a_supervisor(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.refresh_states(actor=people.system, facts=[Orders(mine.pk, 1, TODAY, TODAY)])
    with pytest.raises(Refused, match="原因"):
        actions.change_state(actor=people["me"], customer=mine, to="lost")
    assert (
        actions.change_state(actor=people["e1"], customer=mine, to="lost", reason="停业").status == "proposed"
    )
    assert Customer.objects.get(pk=mine.pk).state == "actual"
    actions.change_state(actor=people["me"], customer=mine, to="lost", reason="停业")
    assert Customer.objects.get(pk=mine.pk).state == "lost"


def test_s4_6_s4_7_orders_move_the_stage_and_a_full_return_moves_it_back(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    actions.change_state(actor=people["e1"], customer=mine, to="target")
    seen = []
    for days in (1, 2, 4, 0):
        actions.refresh_states(actor=people.system, facts=[Orders(mine.pk, days, TODAY, TODAY)])
        now = Customer.objects.get(pk=mine.pk)
        seen.append((now.state, now.stage))
    assert seen == [("actual", "first_time"), ("actual", "repeat"), ("actual", "loyal"), ("target", "")]


def test_s4_11_an_order_of_a_lost_customer_is_logged_as_won_back(people):
    mine = customer_of(people, "e1", "华瑞商贸")
    Customer.objects.filter(pk=mine.pk).update(state="lost")
    actions.refresh_states(actor=people.system, facts=[Orders(mine.pk, 3, TODAY, TODAY)])
    assert StateChange.objects.latest("pk").reason == "won_back"


def test_the_list_refuses_what_a_role_may_not_ask(people):
    customer_of(people, "e1", "华瑞商贸")
    with pytest.raises(BadFilter):
        list_customers(people["c"], ListQuery(sort="-sales_12m"))
    with pytest.raises(BadFilter):
        list_customers(people["d"], ListQuery(filters={"nothing": ("1",)}))
    with pytest.raises(BadFilter):
        list_customers(people["d"], ListQuery(sort="code", after="1e1000000"))


def test_deep_pages_by_cursor_show_every_customer_once(people):
    names = {customer_of(people, "e1", f"店{n:03d}").name for n in range(60)}
    query, seen = ListQuery(sort="name"), []
    while True:
        found = list_customers(people["e1"], query)
        seen += [r["name"] for r in found.rows]
        if not found.has_more:
            break
        query = ListQuery(sort="name", after=found.next_after)
    assert sorted(seen) == sorted(names)


def test_every_change_is_in_the_trail_and_tampering_shows(people):
    from kemai.foundation.trail.models import Entry

    mine = customer_of(people, "e1", "华瑞商贸")
    actions.change_basics(actor=people["e1"], customer=mine, version=1, phone="0511-1234567")
    verbs = [e.verb for e in Entry.objects.filter(customer_id=mine.pk).order_by("pk")]
    assert verbs == ["archives.customer.created", "archives.customer.changed"]
    assert trail.verify() == []
    Entry.objects.filter(verb="archives.customer.changed").update(actor_name="别人")
    assert trail.verify() != []
