"""A file of supply links: found by both ends, line and first day, refused by the rules whatever the order (S0.5, S1.7)."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from tests.oversight.exchange.conftest import TODAY

from kemai.business.archives import actions
from kemai.business.archives.models import Customer, SupplyLink
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused, system_actor
from kemai.foundation.batches.models import Batch
from kemai.foundation.outbox.models import Event
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.export.files import export_to
from kemai.oversight.exchange.landing.recovery import recover_pending
from kemai.oversight.exchange.planning.links import LinksPlan
from kemai.oversight.exchange.planning.request import ImportRefused

pytestmark = pytest.mark.django_db
HEADER = "经销商,下级客户,产品线,份额,开始,结束\n"
SYSTEM = system_actor(TODAY)
FIELDS = ("dealer__code", "customer__code", "product_line", "share_bp", "from_on", "to_on")


@pytest.fixture
def company(importing, cast):
    importing(
        "customers",
        "客户编号,客户名称,业务员\nD1,甲经销,e_east\nD2,乙经销,e_east\nK1,丙店,e_east\nK2,丁店,e_west\n",
    )
    return importing


def links() -> list[tuple[object, ...]]:
    return list(SupplyLink.objects.order_by("id").values_list(*FIELDS))


def test_s0_5_links_arrive_and_the_same_file_again_changes_nothing(company):
    text = HEADER + "D1,K1,白酒,60%,2026-01-01,\n乙经销,丙店,白酒,0.4,2026-01-01,2026-12-31\nD1,D2,,,,\n"
    assert company("links", text).report.created == 3
    stored = [
        ("D1", "K1", "白酒", 6000, date(2026, 1, 1), None),
        ("D2", "K1", "白酒", 4000, date(2026, 1, 1), date(2026, 12, 31)),
        ("D1", "D2", "", None, None, None),
    ]
    assert links() == stored
    again = company("links", text)
    assert (again.report.unchanged, again.batch_id, links()) == (3, None, stored)
    assert set(SupplyLink.objects.values_list("version", flat=True)) == {1}


def test_a_changed_cell_is_one_more_version_with_its_before_image_and_blank_cells_erase_nothing(company):
    company("links", HEADER + "D1,K1,,60%,2026-01-01,\n")
    outcome = company("links", HEADER + "D1,K1,,,2026-01-01,2026-06-30\n")
    link = SupplyLink.objects.get()
    assert (outcome.report.updated, link.version) == (1, 2)
    assert (link.share_bp, link.to_on) == (6000, date(2026, 6, 30))
    entry = trail.entries_of_customer(SYSTEM, link.customer_id, verb="archives.supply_link.changed")[0]
    assert entry.changes == {"to_on": [None, "2026-06-30"]}
    assert not trail.verify()


def test_a_row_without_a_first_day_means_the_one_link_the_two_have(company):
    company("links", HEADER + "D1,K1,白酒,60%,2026-01-01,\n")
    outcome = company("links", "经销商,下级客户,产品线,份额\nD1,K1,白酒,50%\n")
    assert (outcome.report.updated, outcome.report.created) == (1, 0)
    assert links() == [("D1", "K1", "白酒", 5000, date(2026, 1, 1), None)]


@pytest.mark.parametrize(
    ("row", "field", "code"),
    [
        ("D1,D1,,,,", "下级客户", "link_self"),
        ("D1,甲经销,,,,", "下级客户", "link_self"),
        ("D1,K1,,,2026-07-01,2026-06-30", "结束", "link_days"),
        ("D1,K1,,12.345%,,", "份额", "basis_points"),
        ("D1,K1,,101%,,", "份额", "fraction_above_one"),
        ("D1,没有的店,,,,", "下级客户", "customer_unknown"),
        ("没有的商行,K1,,,,", "经销商", "customer_unknown"),
        (",K1,,,,", "经销商", "missing"),
        ("D1,,,,,", "下级客户", "missing"),
        ("K1,D1,,,,", "经销商", "link_circle"),
        ("D1,K2,,50.01%,,", "份额", "link_shares"),
        ("D2,K2,,,2026-03-01,", "开始", "link_overlaps"),
    ],
)
def test_a_wrong_row_is_set_aside_by_its_field_and_the_others_arrive(company, row, field, code):
    company("links", HEADER + "D1,K1,啤酒,,,\nD2,K2,,50%,,\n")
    outcome = company("links", HEADER + row + "\nD2,K1,黄酒,,,\n")
    assert (outcome.report.rejected, outcome.report.created) == (1, 1)
    told = outcome.report.first[0]
    assert (told["row"], told["field_label"], told["code"]) == (2, field, code)
    assert links()[2:] == [("D2", "K1", "黄酒", None, None, None)]


def test_rows_that_break_a_rule_together_are_all_refused_whatever_their_order(company):
    rows = ["D1,K1,,60%,,", "D2,K1,,50%,,", "D1,D2,,,,"]
    for order in permutations(rows):
        outcome = company("links", HEADER + "\n".join(order) + "\n", dry_run=True)
        assert (outcome.report.causes["link_shares"], outcome.report.created) == (2, 1)
    circle = company("links", HEADER + "D1,D2,,,,\nD2,K1,,,,\nK1,D1,,,,\nD1,K2,,,,\n", dry_run=True)
    assert (circle.report.causes["link_circle"], circle.report.created) == (3, 1)


def test_one_link_ends_and_the_next_begins_in_one_file_and_a_refused_end_takes_the_next_with_it(company):
    company("links", HEADER + "D1,K1,,100%,2026-01-01,\n")
    bad = company("links", HEADER + "D1,K1,,100%,2026-01-01,2025-06-30\nD2,K1,,100%,2026-07-01,\n")
    assert (bad.report.rejected, bad.batch_id, len(links())) == (2, None, 1)
    good = company("links", HEADER + "D1,K1,,100%,2026-01-01,2026-06-30\nD2,K1,,100%,2026-07-01,\n")
    assert (good.report.updated, good.report.created, good.report.rejected) == (1, 1, 0)


def test_two_rows_of_one_link_count_once_when_equal_and_never_when_they_differ(company):
    equal = company("links", HEADER + "D1,K1,,60%,,\n甲经销,丙店,,60%,,\n")
    assert (equal.report.created, equal.report.unchanged) == (1, 1)
    differing = company("links", HEADER + "D2,K1,,10%,,\nD2,K1,,20%,,\n")
    assert (differing.report.rejected, len(links())) == (2, 1)


def test_unknown_ends_are_created_when_asked_and_who_supplies_is_a_dealer(company):
    outcome = company("links", HEADER + "新商行,新店甲,,,,\n新商行,新店乙,,,,\n", create_customers=True)
    assert (outcome.report.created, outcome.report.new_customers) == (2, 3)
    types = dict(Customer.objects.filter(name__startswith="新").values_list("name", "type"))
    assert types == {"新商行": "distributor", "新店甲": "enterprise", "新店乙": "enterprise"}
    assert {link.dealer.name for link in SupplyLink.objects.all()} == {"新商行"}


def test_a_refused_row_makes_no_customer_of_whom_it_names_and_the_others_keep_theirs(company):
    rows = "新甲,新甲,,,,\n新乙,新丙,,60%,,\n新丁,K1,,60%,2026-02-01,2026-01-01\n新戊,K1,,,,\n新乙,新己,,,,\n"
    outcome = company("links", HEADER + rows, create_customers=True)
    assert (outcome.report.created, outcome.report.rejected, outcome.report.new_customers) == (3, 2, 4)
    made = Customer.objects.filter(name__startswith="新")
    assert dict(made.values_list("name", "type")) == {
        "新乙": "distributor", "新丙": "enterprise", "新戊": "distributor", "新己": "enterprise",
    }  # fmt: skip
    assert set(SupplyLink.objects.values_list("dealer__name", "customer__name")) == {
        ("新乙", "新丙"), ("新戊", "丙店"), ("新乙", "新己"),
    }  # fmt: skip


def test_links_start_a_valuation_only_with_the_customers_they_bring(company):
    def told() -> bool:
        return bool(Event.objects.filter(name="exchange.batch.landed").last().payload["revalues"])

    company("links", HEADER + "D1,K1,,,,\n")
    assert told() is False
    company("links", HEADER + "D1,新店,,,,\n", create_customers=True)
    assert told() is True
    company("contacts", "姓名,客户\n王五,K1\n")
    assert told() is False


def test_a_link_that_somebody_changes_between_plan_and_landing_refuses_the_whole(company, monkeypatch):
    company("links", HEADER + "D1,K1,,60%,,\n")
    planned = LinksPlan.make

    def then_edited(plan):
        made, now = planned(plan), SupplyLink.objects.get()
        actions.change_link(actor=SYSTEM, link=now, version=now.version, share_bp="90")
        return made

    monkeypatch.setattr(LinksPlan, "make", then_edited)
    with pytest.raises(ImportRefused):
        company("links", HEADER + "D2,K1,,40%,,\n")
    assert [link[3] for link in links()] == [9000]


def test_an_import_that_breaks_off_leaves_no_link_behind(company, monkeypatch):
    def broken(point):
        if point == "exchange.chunk":
            raise RuntimeError("broken off")

    monkeypatch.setattr("kemai.oversight.exchange.actions.importing.SMALL", 0)
    monkeypatch.setattr("kemai.oversight.exchange.landing.links.fault", broken)
    with pytest.raises(RuntimeError):
        company("links", HEADER + "D1,K1,,,,\n新商行,K1,,,,\n", create_customers=True)
    recover_pending()
    assert not SupplyLink.objects.exists()
    assert Customer.objects.count() == 4
    assert not Entry.objects.filter(verb="archives.supply_link.added").exists()
    assert not Batch.objects.filter(kind="links", status=Batch.Status.LANDED).exists()


def test_who_may_import_customers_may_import_links_between_those_he_sees(company, cast):
    with pytest.raises(Refused):
        company("links", HEADER + "D1,K1,,,,\n", actor=cast["e_east"])
    outcome = company("links", HEADER + "D1,K1,,,,\nD1,K2,,,,\n", actor=cast["m_east"])
    assert (outcome.report.created, outcome.report.causes["customer_foreign"]) == (1, 1)
    assert links() == [("D1", "K1", "", None, None, None)]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_s1_7_our_own_export_rebuilds_the_same_links_elsewhere(company, suffix):
    company("links", HEADER + "D1,K1,白酒,33.33%,2026-01-01,2026-06-30\nD1,K1,白酒,,2026-07-01,\nD2,K2,,,,\n")
    before, path = links(), company.folder / f"own.{suffix}"
    assert export_to(actor=SYSTEM, kind="links", path=path) == 3
    assert company.file("links", path).report.unchanged == 3
    SupplyLink.objects.all().delete()
    assert company.file("links", path).report.created == 3
    assert sorted(links(), key=str) == sorted(before, key=str)


def test_an_export_holds_only_links_of_which_the_actor_sees_both_ends(company, cast):
    company("links", HEADER + "D1,K1,,,,\nD1,K2,,,,\n")
    path = company.folder / "own.csv"
    assert export_to(actor=cast["m_east"], kind="links", path=path) == 1
    assert export_to(actor=cast["m_west"], kind="links", path=path) == 0
    assert export_to(actor=cast["custodian"], kind="links", path=path) == 2
