"""From a ledger to classes with reasons, through the whole path."""

from __future__ import annotations

from datetime import date

import pytest

from kemai.business.archives.models import Customer
from kemai.business.valuation import queries
from kemai.business.valuation.actions import revalue, save_scheme_version
from kemai.business.valuation.models import PublishedRun, Run, SchemeVersion, Standing
from kemai.business.valuation.ranking import wording
from kemai.business.valuation.ranking.what_if import try_cuts
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 6, 30)


def classes(actor, key):
    run = queries.published_run()
    found: dict[str, list[str]] = {}
    for row in queries.rank_rows(actor, run, key):
        found.setdefault(row.label, []).append(row.name)
    return found


def test_s1_134_s2_11_abc_by_purchase_amount(books):
    revalue(actor=books.system, as_of=AS_OF)
    found = classes(books.system, "sales_abc_value")
    assert found == {
        "A": ["C01", "C02", "C04", "C03"],
        "B": ["C05", "C06", "C07"],
        "C": ["C08", "C09", "C10"],
    }


def test_s0_41_abc_by_count_of_expected_value(books):
    revalue(actor=books.system, as_of=AS_OF)
    assert {k: len(v) for k, v in classes(books.system, "ev_abc").items()} == {"A": 2, "B": 2, "C": 6}


def test_s1_138_the_first_two_of_ten_carry_67_36_percent(books):
    revalue(actor=books.system, as_of=AS_OF)
    assert (
        str(queries.rank_rows(books.system, queries.published_run(), "sales_abc_value", 1, 1)[0].cumulative)
        == "67.36"
    )


def test_s2_2_value_levels_follow_the_thresholds(books):
    revalue(actor=books.system, as_of=AS_OF)
    found = classes(books.system, "value_level")
    assert (found["large"], found["medium"][-1], found["small"][0]) == (["C01", "C02"], "C05", "C06")


def test_a_rep_sees_only_his_customers_with_the_class_of_the_company(books):
    revalue(actor=books.system, as_of=AS_OF)
    rows = queries.rank_rows(books["e1"], queries.published_run(), "sales_abc_value")
    assert [(r.name, r.rank, r.label) for r in rows[:3]] == [
        ("C01", 1, "A"),
        ("C03", 4, "A"),
        ("C05", 5, "B"),
    ]
    assert str(rows[-1].cumulative) == "100.00"


def test_margins_and_rankings_are_refused_to_those_who_may_not_see_them(books):
    revalue(actor=books.system, as_of=AS_OF)
    with pytest.raises(Refused):
        queries.rank_rows(books["e1"], queries.published_run(), "profit_abc")
    with pytest.raises(Refused):
        queries.rank_rows(books["c"], queries.published_run(), "ev_abc")


def test_s2_15_a_class_says_why_and_what_would_move_it(books):
    revalue(actor=books.system, as_of=AS_OF)
    run, customer = queries.published_run(), Customer.objects.get(name="C03")
    text = wording.one_line(run, queries.standing_of(books.system, customer), customer.code, "ev_abc")
    assert "9.0" in text
    assert "再多 21.1 万 进 A" in text


def test_s1_130_the_same_inputs_give_the_same_bytes_and_past_runs_stay(books):
    first, second = (revalue(actor=books.system, as_of=AS_OF) for _ in range(2))
    assert (first.result_hash, first.input_hash) == (second.result_hash, second.input_hash)
    assert first.pk != second.pk
    assert Run.objects.get(pk=first.pk).summary["schemes"].keys() == second.summary["schemes"].keys()


def test_s1_8_a_class_stays_retrievable_after_it_has_changed(books):
    revalue(actor=books.system, as_of=AS_OF)
    Customer.objects.filter(name="C01").update(state="lost")
    revalue(actor=books.system, as_of=AS_OF)
    moves = queries.class_history(books.system, Customer.objects.get(name="C01"), "ev_abc")
    assert [(m.old_class, m.new_class) for m in moves] == [("A", "")]


def test_readers_keep_the_old_run_when_a_new_one_fails(books, monkeypatch):
    good = revalue(actor=books.system, as_of=AS_OF)

    def broken(*_args):
        raise RuntimeError("disk")

    monkeypatch.setattr("kemai.business.valuation.actions.revaluing._publish", broken)
    with pytest.raises(RuntimeError):
        revalue(actor=books.system, as_of=AS_OF)
    assert PublishedRun.objects.get().run_id == good.pk
    assert set(Standing.objects.values_list("run_id", flat=True)) == {good.pk}


def test_a_new_version_of_a_scheme_has_author_and_reason_and_counts_from_the_next_run(books):
    revalue(actor=books.system, as_of=AS_OF)
    save_scheme_version(actor=books["d"], scheme_key="ev_abc", cuts=["30", "20", "50"], reason="多看几家")
    assert len(classes(books.system, "ev_abc")["A"]) == 2
    revalue(actor=books.system, as_of=AS_OF)
    assert len(classes(books.system, "ev_abc")["A"]) == 3
    version = SchemeVersion.objects.get(scheme__key="ev_abc", number=2)
    assert (version.author, version.reason) == ("D", "多看几家")


def test_cuts_that_do_not_add_up_are_refused_and_leave_no_version(books):
    revalue(actor=books.system, as_of=AS_OF)
    with pytest.raises(SchemeError):
        save_scheme_version(actor=books["d"], scheme_key="ev_abc", cuts=["30", "20", "60"], reason="试")
    with pytest.raises(Refused):
        save_scheme_version(actor=books["e1"], scheme_key="ev_abc", cuts=["30", "20", "50"], reason="试")
    assert not SchemeVersion.objects.filter(number=2).exists()


def test_a_what_if_tells_who_would_move_and_stores_nothing(books):
    revalue(actor=books.system, as_of=AS_OF)
    tried = try_cuts(books["d"], queries.published_run(), "ev_abc", ["30", "20", "50"])
    assert [m.new_class for m in tried.movers] == ["A", "B"]
    assert not SchemeVersion.objects.filter(number=2).exists()
