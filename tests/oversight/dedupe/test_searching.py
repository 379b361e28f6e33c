"""Duplicates over the whole base: what is found, what is remembered, and who gets to see it."""

from __future__ import annotations

import pytest
from tests.cast import Cast, customer_of

from kemai.business.archives.actions import change_basics, merge_customers, unmerge_customers
from kemai.business.archives.models import Customer, Merge
from kemai.foundation import jobs
from kemai.foundation.access.actor import Refused
from kemai.foundation.jobs.models import Job
from kemai.oversight.dedupe import actions, queries
from kemai.oversight.dedupe.jobs import NAME
from kemai.oversight.dedupe.models import Pair, Search
from kemai.oversight.dedupe.queries import Asked

pytestmark = pytest.mark.django_db


def two(people: Cast, first: str = "e1", second: str = "e1") -> tuple[Customer, Customer]:
    """One firm entered twice."""
    said = {"phone": "0512-66668888", "principal": "王明"}
    return (
        customer_of(people, first, "苏州市华瑞商贸有限公司", region="苏州", **said),
        customer_of(people, second, "华瑞（苏州）贸易公司", region="苏州", **said),
    )


def names(people: Cast, login: str, **asked) -> list[set[str]]:
    """The pairs a person gets."""
    found = queries.listed(people[login], Asked(**asked), 0, 10)
    return [{p.left.name, p.right.name} for _key, pairs in found.groups for p in pairs]


def test_a_firm_that_was_entered_twice_is_found_with_the_reasons(people: Cast) -> None:
    two(people)
    customer_of(people, "e1", "苏州市永盛食品有限公司", region="苏州", phone="0512-11112222")
    done = actions.find_duplicates(actor=people["d"])
    pair = Pair.objects.get()
    assert (done.status, done.customers, done.pairs) == (Search.Status.DONE, 3, 1)
    assert pair.probability > 0.99
    assert {(key, level) for key, level, _bits in pair.evidence} >= {("name", "same"), ("phone", "one"), ("principal", "same")}  # fmt: skip
    assert abs(pair.prior + sum(bits for *_what, bits in pair.evidence)) > 5, "the numbers add up to the likelihood"  # fmt: skip


def test_branches_namesakes_elsewhere_and_two_valid_codes_are_not_proposed(people: Cast) -> None:
    said = {"phone": "0512-66668888", "principal": "王明"}
    customer_of(people, "e1", "苏州市华瑞商贸有限公司", **said)
    customer_of(people, "e1", "苏州市华瑞商贸有限公司无锡分公司", **said)
    customer_of(people, "e1", "无锡市华瑞商贸有限公司", **said)
    customer_of(people, "e1", "苏州市华瑞精密机械有限公司", **said)
    assert actions.find_duplicates(actor=people["d"]).pairs == 0


def test_a_pair_is_there_only_for_those_who_see_both_and_so_is_every_count(people: Cast) -> None:
    two(people, "e1", "w1")
    actions.find_duplicates(actor=people.system)
    pair = Pair.objects.get()
    for login in ("d", "c", "f1"):
        assert len(names(people, login)) == 1
        assert queries.counts(people[login])["open"] == 1
    for login in ("e1", "e2", "w1", "me", "mw", "stranger", "a"):
        found = queries.listed(people[login], Asked(), 0, 10)
        assert (found.groups, found.group_count, found.pair_count) == ((), 0, 0)
        assert set(queries.counts(people[login]).values()) == {0}
        assert queries.regions_and_owners(people[login]) == ([], [])
        with pytest.raises(LookupError):
            queries.pair_by_id(people[login], pair.pk)


def test_both_customers_of_one_salesperson_are_shown_to_him_but_others_decide(people: Cast) -> None:
    two(people)
    actions.find_duplicates(actor=people["me"])
    pair = Pair.objects.get()
    assert len(names(people, "e1")) == len(names(people, "me")) == 1
    assert names(people, "w1") == names(people, "e2") == []
    for login in ("e1", "f1", "w1", "stranger"):
        with pytest.raises(Refused):
            actions.tell_apart(actor=people[login], pair_id=pair.pk)
        with pytest.raises(Refused):
            actions.find_duplicates(actor=people[login])
    with pytest.raises(LookupError):
        actions.tell_apart(actor=people["mw"], pair_id=pair.pk)
    pair.refresh_from_db()
    assert (pair.state, Search.objects.count()) == (Pair.State.OPEN, 1)


def test_what_was_told_apart_stays_apart_until_what_speaks_for_it_changes(people: Cast) -> None:
    first, _second = two(people)
    actions.find_duplicates(actor=people["d"])
    actions.tell_apart(actor=people["d"], pair_id=Pair.objects.get().pk)
    actions.find_duplicates(actor=people["d"])
    assert names(people, "d") == []
    assert len(names(people, "d", state=Pair.State.APART)) == 1
    change_basics(actor=people["c"], customer=first, version=first.version, website="www.huarui-a.com")
    actions.find_duplicates(actor=people["d"])
    assert names(people, "d") == [], "what says nothing for the pair asks nobody anew"
    Customer.objects.filter(name__contains="华瑞").update(address="苏州市人民路328号5楼")
    actions.find_duplicates(actor=people["d"])
    assert len(names(people, "d")) == 1, "a shared address is new evidence"


def test_put_off_is_back_after_thirty_days(people: Cast) -> None:
    from dataclasses import replace
    from datetime import timedelta

    two(people)
    actions.find_duplicates(actor=people["d"])
    actions.put_off(actor=people["d"], pair_id=Pair.objects.get().pk)
    assert (names(people, "d"), queries.counts(people["d"])["later"]) == ([], 1)
    actions.find_duplicates(actor=people["d"])
    assert names(people, "d") == [], "another search does not bring it forward"
    later = replace(people["d"], today=people["d"].today + timedelta(days=31))
    assert queries.listed(later, Asked(), 0, 10).pair_count == 1
    actions.look_again(actor=people["d"], pair_id=Pair.objects.get().pk)
    assert len(names(people, "d")) == 1


def test_a_merge_takes_the_pair_off_the_list_and_taking_it_apart_puts_it_back(people: Cast) -> None:
    first, second = two(people)
    actions.find_duplicates(actor=people["d"])
    merge_customers(actor=people["d"], survivor=first, absorbed=second)
    assert (names(people, "d"), queries.counts(people["d"])) == ([], {"open": 0, "later": 0, "apart": 0})
    unmerge_customers(actor=people["d"], merge=Merge.objects.get())
    assert len(names(people, "d")) == 1
    merge_customers(actor=people["d"], survivor=first, absorbed=Customer.objects.get(pk=second.pk))
    actions.find_duplicates(actor=people["d"])
    assert Pair.objects.count() == 0


def test_three_records_of_one_firm_are_shown_together(people: Cast) -> None:
    two(people)
    customer_of(people, "e1", "华瑞商贸", region="苏州", phone="0512-66668888", principal="王明")
    actions.find_duplicates(actor=people["d"])
    found = queries.listed(people["d"], Asked(), 0, 10)
    assert (found.group_count, found.pair_count, len(found.groups[0][1])) == (1, 3, 3)


def test_the_list_is_narrowed_by_region_owner_and_reason(people: Cast) -> None:
    two(people)
    assert actions.find_duplicates(actor=people["d"]).pairs == 1
    owner = people.persons["e1"].pk
    for asked in ({"region": "苏州"}, {"owner_id": owner}, {"sign": "phone"}, {"sort": "stake"}):
        assert len(names(people, "d", **asked)) == 1
    for asked in ({"region": "无锡"}, {"owner_id": people.persons["w1"].pk}, {"sign": "address"}):
        assert names(people, "d", **asked) == []
    assert queries.regions_and_owners(people["d"]) == (["苏州"], [(owner, "E1")])


def test_a_search_that_fails_leaves_the_list_and_says_so(people: Cast, monkeypatch) -> None:
    two(people)
    actions.find_duplicates(actor=people["d"])

    def broken(*_args, **_more):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kemai.oversight.dedupe.actions.searching.read_archive", broken)
    with pytest.raises(OSError, match="space"):
        actions.find_duplicates(actor=people["d"])
    failed = queries.last_failure(people["d"])
    assert failed is not None
    assert "磁盘满了" in failed.error
    assert len(names(people, "d")) == 1


def test_the_job_runs_by_the_timetable_and_gives_what_it_found(people: Cast) -> None:
    from datetime import time
    from importlib import reload

    from kemai.foundation.jobs.registered import timetabled
    from kemai.oversight.dedupe import jobs as named

    two(people)
    reload(named)  # tests of the timetable empty it
    assert timetabled()[NAME] == time(3, 30)
    done = jobs.run_job_now(jobs.enqueue(NAME))
    assert (done.state, done.result["pairs"]) == (Job.State.DONE, 1)


def test_a_cancelled_search_changes_nothing_that_people_see(people: Cast) -> None:
    first, _second = two(people)
    actions.find_duplicates(actor=people["d"])
    Customer.objects.filter(pk=first.pk).update(name="苏州市大不同食品有限公司", phone="", principal="")
    job = jobs.enqueue(NAME)
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    assert jobs.run_job_now(job).state == Job.State.CANCELLED
    assert Search.objects.first().status == Search.Status.CANCELLED
    assert len(names(people, "d")) == 1
