"""Ranked among the customers of a unit or of a salesperson: places, classes and reasons belong to that population."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kemai.business.archives.models import Customer
from kemai.business.prospects.models import Potential
from kemai.business.valuation import queries
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import PublishedRun, Run, Standing
from kemai.business.valuation.ranking import wording
from kemai.business.valuation.runs import past_runs
from kemai.doors.cli.main import run as command
from kemai.foundation import jobs
from kemai.foundation.access.actor import Refused
from kemai.foundation.jobs.models import Job
from kemai.foundation.preferences.models import Setting

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 6, 30)


@pytest.fixture
def by_owner(books):
    Setting.objects.create(key="valuation.population", value="owner")
    return books, revalue(actor=books.system, as_of=AS_OF)


def test_everybody_has_a_first_and_lists_go_by_value(by_owner):
    books, run = by_owner
    rows = queries.rank_rows(books.system, run, "ev_abc")
    assert [row.name for row in rows] == [
        "C01", "C02", "C04", "C03", "C05", "C06", "C07", "C08", "C09", "C10",
    ]  # fmt: skip
    assert [row.rank for row in rows] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert {row.population for row in rows} == {str(books["e1"].person_id), str(books["w1"].person_id)}
    assert past_runs.past_rank_rows(books.system, run, "ev_abc") == rows


def test_s0_41_a_class_is_cut_within_the_population(by_owner):
    books, run = by_owner
    labels = {row.name: row.label for row in queries.rank_rows(books.system, run, "ev_abc")}
    assert (labels["C01"], labels["C02"], labels["C03"]) == ("A", "A", "B")


def test_s2_15_the_reason_names_the_place_and_among_whom(by_owner):
    books, run = by_owner
    third = Customer.objects.get(name="C05")
    line = wording.one_line(run, queries.standing_of(books.system, third), third.code, "ev_abc")
    assert "第 3 / 5 名，在E1的客户里" in line


def test_customers_of_nobody_are_ranked_among_themselves(books):
    Setting.objects.create(key="valuation.population", value="owner")
    alone = Customer.objects.get(name="C10")
    Customer.objects.filter(pk=alone.pk).update(owner=None)
    run = revalue(actor=books.system, as_of=AS_OF)
    line = wording.one_line(run, queries.standing_of(books.system, alone), alone.code, "ev_abc")
    assert "第 1 / 1 名，在没有业务员的客户里" in line


def test_by_unit_the_reason_names_the_unit(books):
    Setting.objects.create(key="valuation.population", value="unit")
    run = revalue(actor=books.system, as_of=AS_OF)
    customer = Customer.objects.select_related("unit").get(name="C02")
    line = wording.one_line(run, queries.standing_of(books.system, customer), customer.code, "ev_abc")
    assert f"第 1 / 5 名，在{customer.unit.name}的客户里" in line


def test_for_the_whole_company_nothing_is_said_of_it(books):
    run = revalue(actor=books.system, as_of=AS_OF)
    customer = Customer.objects.get(name="C05")
    assert "客户里" not in wording.one_line(
        run, queries.standing_of(books.system, customer), customer.code, "ev_abc"
    )


@pytest.fixture
def mixed(books):
    """C01 and C02 are estimated for different horizons, after a good run."""
    good = revalue(actor=books.system, as_of=AS_OF)
    for name, months in (("C01", 12), ("C02", 24)):
        Potential.objects.create(
            customer=Customer.objects.get(name=name), av_fen=100, p_bp=5_000, horizon_months=months, estimated_on=AS_OF
        )  # fmt: skip
    return books, good


def test_s0_40_different_horizons_together_are_refused_with_a_sentence(mixed, capsys):
    books, good = mixed
    with pytest.raises(Refused, match="预测期必须一致"):
        revalue(actor=books.system, as_of=AS_OF)
    assert command(["revalue", "--as-of", AS_OF.isoformat(), "--json"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "24 个月" in told.err
    assert "Traceback" not in told.err
    assert PublishedRun.objects.get().run_id == good.pk
    assert set(Standing.objects.values_list("run_id", flat=True)) == {good.pk}
    assert Run.objects.filter(status=Run.Status.FAILED, error__contains="预测期").count() == 2


def test_s0_40_a_job_says_the_sentence_and_does_not_try_again(mixed):
    from kemai.foundation.jobs.queue import run_job_now

    handle = jobs.enqueue("valuation.revalue", as_of=AS_OF.isoformat(), trigger="person")
    job = run_job_now(Job.objects.order_by("-pk").first())
    assert handle is not None
    assert job.state == Job.State.FAILED
    assert "预测期必须一致" in job.error
    assert "\n" not in job.error
    assert json.dumps(job.result) == "null"
