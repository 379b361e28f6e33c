"""Targets of persons and units come from the same file as those of customers: read, refused, given out, taken back."""

from __future__ import annotations

import pytest
from tests.cast import TODAY

from kemai.business.trade.models import StaffTarget, Target
from kemai.foundation.access.actor import system_actor
from kemai.foundation.access.models import OrgUnit
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.actions import undo_import
from kemai.oversight.exchange.export import export_to
from kemai.oversight.exchange.undoing.switch import UndoConflicts

pytestmark = pytest.mark.django_db
HEADER = "客户,人员,单位,期间,金额"
ROWS = ["K1,,,2026,120000", ",e1,,2026,300000", ",,East,2026,900000", ",E2,,2026-Q1,5000.5"]


def text(*rows):
    return "\n".join([HEADER, *rows]) + "\n"


def book():
    """Everything that is aimed at, by whom it is of."""
    staffed = StaffTarget.objects.landed().values_list("person__login", "unit__name", "period", "amount_fen")
    return {(code, *rest) for code, *rest in Target.objects.landed().values_list("customer__code", "period", "amount_fen")} | {
        (login or unit, *rest) for login, unit, *rest in staffed
    }  # fmt: skip


@pytest.fixture
def two(importing, people):
    importing.customers("K1:甲方商贸有限公司", "K2:乙方商贸有限公司")
    return importing


def test_s1_110_a_row_is_of_the_customer_the_person_or_the_unit_that_it_names(two):
    """S1.110: targets of customers, people and units from one file, idempotent; a changed row is a new version."""
    first = two("targets", text(*ROWS)).report
    assert (first.rows, first.created, first.rejected) == (4, 4, 0)
    found = {
        ("K1", "2026", 12_000_000), ("e1", "2026", 30_000_000), ("East", "2026", 90_000_000), ("e2", "2026-Q1", 500_050),
    }  # fmt: skip
    assert book() == found
    again = two("targets", text(*ROWS, ",e1,,2026,300000")).report
    assert (again.created, again.updated, again.unchanged) == (0, 0, 5)
    changed = two("targets", text(",,East,2026,800000", "K1,,,2026,120000")).report
    assert (changed.created, changed.updated, changed.unchanged) == (0, 1, 1)
    assert ("East", "2026", 80_000_000) in book()
    assert len(book()) == 4
    only = two("targets", "人员,期间,金额\ne1,2026-Q2,7\n").report
    assert only.created == 1


def test_s1_110_what_cannot_be_understood_names_row_column_and_mend(two):
    units = {unit.name: unit for unit in OrgUnit.objects.all()}
    for above in ("East", "West"):
        OrgUnit.objects.create(name="一部", parent=units[above], path=f"{units[above].path}0/")
    rows = [
        "K1,e1,,2026,1", ",,,2026,1", ",没有这人,,2026,1", ",,没有这单位,2026,1", ",,一部,2026,1", ",,East/一部,2026,6",
        ",e1,,2026,2", ",E1,,2026,3", ",e2,,2026,-1",
    ]  # fmt: skip
    done = two("targets", text(*rows))
    told = {(p["row"], p["field"], p["code"]) for p in done.report.first}
    assert told == {
        (2, "person", "target_of_several"), (3, "customer", "missing_whose"), (4, "person", "person_unknown"),
        (5, "unit", "unit_unknown"), (6, "unit", "unit_ambiguous"), (8, "period", "key_twice"), (9, "period", "key_twice"),
        (10, "amount", "below_zero"),
    }  # fmt: skip
    assert all(p["mend"] for p in done.report.first)
    assert book() == {("一部", "2026", 600)}


def test_s1_110_a_manager_brings_targets_of_his_own_people_and_units_only(two, people):
    rows = [",e1,,2026,1", ",,East,2026,2", ",w1,,2026,3", ",,West,2026,4"]
    done = two("targets", text(*rows), actor=people["me"])
    assert {(p["row"], p["code"]) for p in done.report.first} == {(4, "person_foreign"), (5, "unit_foreign")}
    assert book() == {("e1", "2026", 100), ("East", "2026", 200)}
    assert export_to(actor=people["mw"], kind="targets", path=two.folder / "west.csv") == 0


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_s1_7_targets_that_were_given_out_come_back_to_the_same(two, suffix):
    """S1.7: export, import: identical data, also of units that share their name."""
    west = OrgUnit.objects.get(name="West")
    OrgUnit.objects.create(name="East", parent=west, path=f"{west.path}0/")
    two("targets", text(*ROWS[:2], ",,总部/East,2026,9", ",,West/East,2026,8"))
    before, out = book(), two.folder / f"out.{suffix}"
    assert export_to(actor=system_actor(TODAY), kind="targets", path=out) == 4
    report = two.file("targets", out).report
    assert (report.created, report.updated, report.unchanged, report.rejected) == (0, 0, 4, 0)
    Target.objects.all().delete()
    StaffTarget.objects.all().delete()
    assert two.file("targets", out).report.created == 4
    assert book() == before


def test_b10_an_undo_brings_back_what_people_and_units_were_to_reach(two, people):
    two("targets", text(*ROWS))
    before = book()
    batch = two("targets", text(",e1,,2026,1", ",,West,2026,2", "K1,,,2026,3")).batch_id
    assert book() != before
    undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    assert book() == before
    assert unlanded_ids() == []


def test_b10_a_later_target_of_a_person_stops_the_undo_and_says_whose(two, people):
    batch = two("targets", text(",e1,,2026,1", ",e2,,2026,2")).batch_id
    two("targets", text(",e1,,2026,9"))
    with pytest.raises(UndoConflicts) as refused:
        undo_import(actor=people["d"], batch_id=batch, reason="导错了")
    [conflict] = refused.value.conflicts
    assert (conflict.field, conflict.imported, conflict.now, conflict.kind) == (
        "amount_fen",
        100,
        900,
        "E1 2026",
    )
