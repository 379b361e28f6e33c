"""MVC, MGC and BZC of a run, small customers that may grow, and proposals that only a manager decides."""

from __future__ import annotations

from datetime import timedelta

import pyarrow as pa
import pytest
from tests.cast import TODAY, customer_of

from kemai import value
from kemai.business.agenda.models import Task
from kemai.business.archives.directory import BadFilter, ListQuery, list_customers
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import post_sale
from kemai.business.trade.models import SaleLine
from kemai.business.valuation.actions import decide_exclusion, propose_exclusion, revalue, save_parameters
from kemai.business.valuation.jobs import propose_exclusions_job
from kemai.business.valuation.models import Exclusion, ValueClassRow
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.value_classes.exclusions import (
    class_counts,
    class_rows,
    exclusions,
    value_class_of,
)
from kemai.business.valuation.value_classes.part import LABELS, work
from kemai.foundation.access.actor import Refused
from kemai.foundation.filters import read
from kemai.foundation.jobs.models import Job
from kemai.foundation.notifications.models import Notification
from kemai.foundation.trail.models import Entry
from kemai.value import SchemeError

pytestmark = [pytest.mark.django_db, pytest.mark.parts("value_class")]
WAN = 1_000_000


@pytest.fixture
def classed(people, tmp_path, settings):
    """Of e1 one good customer and one that costs; of w1 an ordinary one. Every yuan of margin is worth one (a year)."""
    settings.DATA_DIR = tmp_path
    save_parameters(
        actor=people["d"],
        key="value_class",
        values={"years": "1", "retention": "0", "discount": "0", "value_cut": "400000"},
        reason="看一年",
    )
    for owner, name, sales, cost in (
        ("e1", "好店", 60 * WAN, 10 * WAN),
        ("e1", "亏店", 10 * WAN, 12 * WAN),
        ("w1", "西店", 5 * WAN, 4 * WAN),
    ):
        customer = customer_of(people, owner, name)
        for day, fen, paid in ((400, 100, 90), (9, sales, cost)):
            post_sale(
                actor=people.system,
                customer=customer,
                day=TODAY - timedelta(day),
                amount_fen=fen,
                cost_fen=paid,
            )
    revalue(actor=people.system, as_of=TODAY)
    return people


def bad(people=None):
    return Customer.objects.get(name="亏店")


def test_s2_6_s2_8_a_run_classes_by_the_cuts_in_force(classed):
    """S2.6, S2.8: AV 50 wan with cut 40 wan is MVC; a profit of -2 wan without any prospect is BZC."""
    found = {
        r.customer.name: (r.label, r.av_fen, r.reason)
        for r in ValueClassRow.objects.select_related("customer")
    }
    assert found["好店"] == ("MVC", 50 * WAN, "no_growth_estimate")
    assert found["亏店"][:2] == ("BZC", -2 * WAN)
    assert found["西店"][:2] == ("MIGRATOR", WAN)
    assert class_counts(classed["d"], published_run())["BZC"] == (1, -2 * WAN, -2 * WAN)


def test_s2_7_what_is_expected_of_a_customer_makes_it_mgc():
    """S2.7: AV 10 wan, PV 55 wan, gap 45 of at least 30: MGC."""
    table = pa.table({"customer_id": ["B"], "av": [100_000], "pv": [550_000]})
    assert value.value_classes(table, 400_000, 300_000).to_pyarrow()["class"].to_pylist() == ["MGC"]


def test_s2_7_s2_35_growth_that_somebody_expects_is_the_potential(tmp_path):
    """S2.35: growth 40 % and a share of 20 % put a small customer on the list; at 10 % growth it is not."""
    import pyarrow.parquet as pq

    from kemai.business.valuation.runs.parts import Given
    from kemai.business.valuation.value_classes.part import DEFAULTS

    rows = pa.Table.from_pylist(
        [
            _standing("甲", 1, sales=140_000, prior=100_000, profit=14_000, growth=140_000, need=700_000),
            _standing("乙", 2, sales=110_000, prior=100_000, profit=11_000, growth=None, need=550_000),
            _standing("丙", 3, sales=140_000, prior=100_000, profit=14_000, growth=None, need=700_000, tier="key"),
            _standing("丁", 4, sales=140_000, prior=100_000, profit=None, growth=None, need=None),
        ],
        schema=_SCHEMA,
    )  # fmt: skip
    path = tmp_path / "s.parquet"
    pq.write_table(rows, path)
    known = {
        **DEFAULTS,
        "years": "1",
        "retention": "0",
        "discount": "0",
        "growth_cut": "100",
        "value_cut": "99999999",
    }
    given = Given(TODAY, [], (), path, rows, rows, known)
    from unittest.mock import patch

    with patch("kemai.business.valuation.runs.parts.folder", lambda: tmp_path):
        found = {r["customer_key"]: r for r in work(given).table.to_pylist()}
    assert (found[1]["av_fen"], found[1]["pv_fen"], found[1]["growth_bp"], found[1]["wallet_bp"]) == (
        14_000,
        28_000,
        4_000,
        2_000,
    )
    assert found[1]["label"] == "MGC"
    assert [found[n]["may_grow"] for n in (1, 2, 3, 4)] == [True, False, False, False]
    assert (found[4]["label"], found[4]["reason"]) == ("UNRATED", "missing_av")


_SCHEMA = pa.schema(
    [
        ("customer_id", pa.string()),
        ("customer_key", pa.int64()),
        ("first_order_on", pa.date32()),
        ("pyramid_class", pa.string()),
    ]
    + [
        (name, pa.int64())
        for name in (
            "sales_12m_fen",
            "sales_prior_12m_fen",
            "profit_12m_fen",
            "av_fen",
            "mp_fen",
            "es_bp",
            "tenure_months",
        )
    ]
)


def _standing(code, key, *, sales, prior, profit, growth, need, tier="small"):
    return {
        "customer_id": code, "customer_key": key, "first_order_on": TODAY, "pyramid_class": tier, "sales_12m_fen": sales,
        "sales_prior_12m_fen": prior, "profit_12m_fen": profit, "av_fen": growth, "mp_fen": need, "es_bp": None, "tenure_months": 20,
    }  # fmt: skip


def _names(actor, run):
    return {row.customer.name for label in LABELS for row in class_rows(actor, run, label)}


def test_the_class_is_for_those_who_see_the_margin(classed):
    run = published_run()
    assert _names(classed["e1"], run) == {"好店", "亏店"}
    assert _names(classed["mw"], run) == {"西店"}
    for login in ("c", "s", "a"):
        with pytest.raises(Refused):
            class_rows(classed[login], run, "MVC")
        assert value_class_of(classed[login], bad()) is None
    names = [
        r["name"] for r in list_customers(classed["d"], ListQuery(filters={"value_class": ("BZC",)})).rows
    ]
    assert names == ["亏店"]
    assert [
        r["name"] for r in list_customers(classed["me"], ListQuery(where=read("value_class:is:MVC"))).rows
    ] == ["好店"]
    with pytest.raises(BadFilter):
        list_customers(classed["c"], ListQuery(filters={"value_class": ("BZC",)}))


def test_s2_9_a_proposal_waits_for_a_manager_and_changes_nothing_until_then(classed):
    """S2.9: the proposal is open, the customer stays orderable until it is decided, and after: people act."""
    made = propose_exclusion(actor=classed["e1"], customer=bad(), way="price", reason="一直亏")
    assert made.status == "open"
    post_sale(actor=classed.system, customer=bad(), day=TODAY, amount_fen=100)
    assert SaleLine.objects.filter(customer=bad()).count() == 3
    assert bad().state == "actual"
    note = Notification.objects.get(kind="exclusion")
    assert note.person_id == classed["me"].person_id  # the nearest manager, not the head of the company
    task = Task.objects.get(pk=made.task_id)
    assert (task.person, task.due_on, task.status) == (classed.persons["me"], TODAY, "open")
    decide_exclusion(actor=classed["me"], exclusion=made, agree=True, reason="按进价加一成")
    made.refresh_from_db()
    task.refresh_from_db()
    assert (made.status, made.decision, task.status) == ("agreed", "按进价加一成", "done")
    assert Task.objects.get(status="open").person == classed.persons["e1"]
    assert bad().state == "actual"
    told = Notification.objects.filter(person_id=classed["e1"].person_id, kind="exclusion").get()
    assert "同意" in told.title
    verbs = (
        Entry.objects.filter(verb__startswith="valuation.exclusion")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["valuation.exclusion.proposed", "valuation.exclusion.agreed"]


def test_s2_9_the_system_may_propose_and_declining_needs_a_reason(classed):
    made = propose_exclusion(actor=classed.system, customer=bad(), way="stop", reason="连着两年负值")
    with pytest.raises(Refused):
        decide_exclusion(actor=classed["d"], exclusion=made, agree=False, reason="")
    decide_exclusion(actor=classed["d"], exclusion=made, agree=False, reason="他介绍了好店")
    made.refresh_from_db()
    assert (made.status, made.proposer) == ("declined", None)
    with pytest.raises(Refused):
        decide_exclusion(actor=classed["me"], exclusion=made, agree=True, reason="再来")


def test_s2_9_after_a_run_the_system_proposes_once_and_rests_after_a_decision(classed):
    """S2.9: one line and one task for who decides, however often runs come; what was decided rests for its months."""
    run = published_run()
    assert propose_exclusions_job(run_id=run.pk) == {"proposed": 1}
    made = Exclusion.objects.get()
    assert (made.customer, made.proposer, made.way, made.status) == (bad(), None, "price", "open")
    assert "实际价值 −20,000.00 元" in made.reason
    for _again in range(2):
        assert propose_exclusions_job(run_id=run.pk) == {"proposed": 0}
    later = revalue(actor=classed.system, as_of=TODAY)
    assert propose_exclusions_job(run_id=run.pk) == {"proposed": 0}  # no longer the published one
    assert propose_exclusions_job(run_id=later.pk) == {"proposed": 0}
    note = Notification.objects.get(kind="exclusion")
    task = Task.objects.get(status="open")
    assert (note.person_id, task.person, task.pk) == (
        classed["me"].person_id,
        classed.persons["me"],
        made.task_id,
    )
    decide_exclusion(actor=classed["me"], exclusion=made, agree=False, reason="他介绍了好店")
    assert propose_exclusions_job(run_id=later.pk) == {"proposed": 0}
    assert not Task.objects.filter(status="open").exists()
    Exclusion.objects.update(decided_on=TODAY - timedelta(370))
    Customer.objects.filter(pk=bad().pk).update(state="lost")
    assert propose_exclusions_job(run_id=later.pk) == {"proposed": 0}
    Customer.objects.filter(pk=bad().pk).update(state="actual")
    assert propose_exclusions_job(run_id=later.pk) == {"proposed": 1}
    assert Notification.objects.filter(kind="exclusion", person_id=classed["me"].person_id).count() == 2


def test_s2_9_the_proposals_follow_the_published_run(classed):
    from kemai.foundation import outbox

    outbox.deliver_waiting()
    queued = Job.objects.filter(name="valuation.propose_exclusions")
    assert queued.count() == 1
    assert not Exclusion.objects.exists()  # apart from the run's own transaction


def test_refused_proposals_and_decisions_leave_nothing(classed):
    good = Customer.objects.get(name="好店")
    for actor, customer, way, reason in (
        ("e1", good, "price", "不亏"), ("e1", bad(), "shout", "x"), ("e1", bad(), "price", " "), ("c", bad(), "price", "x"), ("s", bad(), "price", "x"),
    ):  # fmt: skip
        with pytest.raises(Refused):
            propose_exclusion(actor=classed[actor], customer=customer, way=way, reason=reason)
    with pytest.raises(LookupError):
        propose_exclusion(actor=classed["w1"], customer=bad(), way="price", reason="别人的")
    assert not Exclusion.objects.exists()
    made = propose_exclusion(actor=classed["me"], customer=bad(), way="price", reason="我来提")
    assert Notification.objects.get(kind="exclusion").person_id == classed["d"].person_id
    with pytest.raises(Refused):
        propose_exclusion(actor=classed["e1"], customer=bad(), way="stop", reason="又提")
    for login in ("e1", "me"):  # no manager; his own
        with pytest.raises(Refused):
            decide_exclusion(actor=classed[login], exclusion=made, agree=True, reason="x")
    with pytest.raises(LookupError):
        decide_exclusion(actor=classed["mw"], exclusion=made, agree=True, reason="x")
    assert Exclusion.objects.get().status == "open"
    assert [e.pk for e in exclusions(classed["e1"])] == [made.pk]
    assert not exclusions(classed["w1"]).exists()


def test_cuts_are_versions_and_nonsense_is_refused(classed):
    for values in (
        {"retention": "101"},
        {"years": "1.5"},
        {"value_cut": "x"},
        {"list_gap": ""},
        {"pause_months": "0"},
    ):
        with pytest.raises(SchemeError):
            save_parameters(actor=classed["d"], key="value_class", values=values, reason="x")
    with pytest.raises(Refused):
        save_parameters(actor=classed["me"], key="value_class", values={"years": "2"}, reason="x")
