"""B10: an import is taken back whole, exactly as it was before, or not at all where somebody has worked on its rows."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.db import connection
from tests.oversight.exchange.conftest import TODAY

from kemai.business.archives.actions import assign_owner, change_basics, change_credit, set_bank_account
from kemai.business.archives.models import Credit, Customer, Operations, Ownership, StateChange
from kemai.business.prospects.actions import estimate_potential
from kemai.business.prospects.models import Potential
from kemai.business.prospects.queries import potential_history
from kemai.business.trade.actions import return_sale
from kemai.business.trade.facts import refresh_facts
from kemai.business.trade.facts.checks import problems, strays
from kemai.business.trade.models import Product, SaleLine
from kemai.business.valuation.actions import revalue
from kemai.foundation import trail
from kemai.foundation.access.actor import Refused, system_actor
from kemai.foundation.access.models import Person
from kemai.foundation.batches.models import Batch, unlanded_ids
from kemai.foundation.outbox.models import Event
from kemai.foundation.sealing import unseal
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.actions import undo_import
from kemai.oversight.exchange.actions.undo import ANY
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRefused
from kemai.oversight.exchange.undoing.kinds import PARTS
from kemai.oversight.exchange.undoing.plan import token
from kemai.oversight.exchange.undoing.switch import UndoConflicts

NOT_COMPARED = {"version", "updated_at", "created_at"}
HEADER = "客户编号,客户名称,简称,地区,业务员,统一社会信用代码,开户行账号,信用额度,销售人员数\n"


def rows_of(model: Any, *, rows: Any = None, without: set[str] = frozenset()) -> list[str]:
    fields = [f.attname for f in model._meta.concrete_fields if f.attname not in NOT_COMPARED | without]
    found = (rows if rows is not None else model._default_manager.all()).values(*fields)
    return sorted(
        json.dumps(row, default=lambda v: bytes(v).hex() if isinstance(v, bytes | memoryview) else str(v))
        for row in found
    )


def books() -> dict[str, str]:
    """A hash of every row that readers see, of each family; none of them may differ after an undo."""
    seen = {
        "customers": rows_of(Customer), "credit": rows_of(Credit), "operations": rows_of(Operations),
        "spells": rows_of(Ownership), "moves": rows_of(StateChange), "products": rows_of(Product),
        "lines": rows_of(SaleLine, rows=SaleLine.objects.landed(), without={"ended_by"}),
        "estimates": rows_of(Potential, rows=Potential.objects.filter(is_current=True)),
        "words": words(),
    }  # fmt: skip
    return {name: hashlib.sha256("\n".join(rows).encode()).hexdigest() for name, rows in seen.items()}


def words() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, tokens FROM archives_customersearch ORDER BY id")
        return [f"{pk} {tokens}" for pk, tokens in cursor.fetchall()]


def undo(outcome: Any, **more: Any) -> Any:
    more = {"actor": system_actor(TODAY), "reason": "导错了文件", **more}
    return undo_import(batch_id=outcome.batch_id, **more)


def conflicts_of(outcome: Any, **more: Any) -> list[Any]:
    with pytest.raises(UndoConflicts) as refused:
        undo(outcome, **more)
    return list(refused.value.conflicts)


@pytest.fixture
def company(importing, cast):
    """Two customers with everything that an import can change of them."""
    importing(
        "customers",
        HEADER + "K1,甲方商贸,甲方,华东,e_east,,6222000011112222,1000,3\n" + "K2,乙方商贸,,华西,e_west,,,,\n",
    )
    importing("products", "产品编号,名称,产品线\nP1,老酒,白酒\n")
    importing.sales("S1,1,2026-01-05,K1,P1,1,100", "S2,1,2026-02-05,K1,P1,1,50")
    importing("potentials", "客户,需求潜力,预期份额,可能性,产品依据\nK1,10000,30%,80%,好卖\n")
    return Customer.objects.get(code="K1")


CHANGED = (
    HEADER
    + "K1,甲方贸易公司,甲,华北,e_west,91330106MA2CFRGP33,6222000099998888,2500,9\nK3,丙方商贸,,,e_east,,,,\n"
)


def test_b10_a_customer_file_leaves_no_trace_in_any_row_nor_in_the_search_words(importing, company):
    before, version = books(), company.version
    outcome = importing("customers", CHANGED)
    changed = Customer.objects.get(code="K1")
    assert (changed.region, changed.name, outcome.report.created) == ("华北", "甲方贸易公司", 1)
    assert unseal(bytes(changed.bank_account_sealed)) == "6222000099998888"
    undo(outcome)
    assert books() == before
    back = Customer.objects.get(code="K1")
    assert back.version == version + 2  # once by the import, once by its undo
    assert not Customer.objects.filter(code="K3").exists()
    assert unlanded_ids() == []
    assert trail.verify() == []


def test_b10_a_ledger_goes_with_its_customers_products_states_and_dates(importing, company):
    before = books()
    outcome = importing.sales(
        "S2,1,2026-02-06,K1,P1,1,75", "S3,1,2026-03-05,K2,P9,1,10", "S4,1,2026-04-05,新来的店,P9,2,20",
        create_customers=True,
    )  # fmt: skip
    assert Customer.objects.get(code="K2").state == "actual"
    undo(outcome)
    assert books() == before
    assert not Product.objects.filter(code="P9").exists()
    assert list(strays()) == []
    refresh_facts()
    assert problems() == []


def test_b10_amounts_and_ranks_are_as_before_after_the_next_valuation(importing, company):
    importing.sales("S9,1,2026-05-05,K2,P1,1,30")
    before = standing()
    outcome = importing.sales("S2,1,2026-02-06,K1,P1,1,1", "S10,1,2026-06-05,K2,P1,1,9000")
    assert standing() != before
    undo(outcome)
    assert standing() == before


def test_b10_what_follows_a_very_large_undo_comes_right_after_it(importing, company, monkeypatch):
    """States and search words in short transactions of their own: in the end nothing tells the two ways apart."""
    from kemai.oversight.exchange.undoing import changed, standings

    monkeypatch.setattr(standings, "IN_SWITCH", 0)
    monkeypatch.setattr(changed, "INDEXED_IN_FLIP", 0)
    before = books()
    customers = importing("customers", CHANGED)
    ledger = importing.sales("S2,1,2026-02-06,K1,P1,1,75", "S3,1,2026-03-05,K2,P9,1,10")
    undo(ledger)
    undo(customers)
    assert books() == before
    assert not Batch.objects.filter(is_settled=False).exists()


def test_facts_that_are_being_read_meanwhile_hold_the_import_whole_or_not_at_all(
    importing, company, monkeypatch
):
    """The refresh has read its first month when the undo happens; it must not go on with half of the import."""
    from kemai.business.trade.facts import current_facts, refresh

    refresh_facts()
    before = current_facts().months
    outcome = importing.sales("S20,1,2026-01-09,K1,P1,1,7", "S21,1,2026-02-09,K1,P1,1,8")
    real, done = refresh.write_piece, []

    def write_piece(table: Any, piece: Any) -> Any:
        if not done:
            done.append(undo(outcome))
        return real(table, piece)

    monkeypatch.setattr(refresh, "write_piece", write_piece)
    refresh_facts()
    assert len(done) == 1
    assert current_facts().months == before
    assert problems() == []


def standing() -> list[Any]:
    from kemai.business.valuation.models import Standing

    run = revalue(actor=system_actor(TODAY), as_of=TODAY)
    rows = Standing.objects.filter(run_id=run.pk).order_by("customer_id")
    return list(rows.values_list("customer_id", "sales_12m_fen", "ev_fen", "last_order_on", "rfm_code"))


def test_b10_a_product_file_and_a_potentials_file_go_back_too(importing, company):
    before, history = books(), potential_history(system_actor(TODAY), company).count()
    products = importing(
        "products", "产品编号,名称,产品线,上市日期\nP1,新酒,红酒,2026-01-01\nP2,更新的酒,红酒,\n"
    )
    potentials = importing(
        "potentials", "客户,需求潜力,预期份额,可能性,产品依据\nK1,5,50%,20%,不好卖\nK2,7,10%,50%,试试\n"
    )
    assert books()["products"] != before["products"]
    undo(potentials)
    undo(products)
    assert books() == before
    assert potential_history(system_actor(TODAY), company).count() == history


def test_the_same_file_again_gives_what_it_gave_the_first_time(importing, company):
    first = importing("customers", CHANGED)
    seen = books()
    undo(first)
    again = importing("customers", CHANGED)
    assert (again.already, again.report.created, again.report.updated) == (None, 1, 1)
    gone = {"customers", "words"}  # the created customer has another id
    assert {k: v for k, v in books().items() if k not in gone | {"spells", "moves"}} == {
        k: v for k, v in seen.items() if k not in gone | {"spells", "moves"}
    }
    ledger = importing.sales("S3,1,2026-03-05,新来的店,P9,1,10", create_customers=True)
    undo(ledger)
    twice = importing.sales("S3,1,2026-03-05,新来的店,P9,1,10", create_customers=True)
    assert (twice.report.created, twice.report.new_customers, twice.report.new_products) == (1, 1, 1)


def test_b10_an_edited_row_is_named_and_nothing_is_undone(importing, company, cast):
    outcome = importing("customers", CHANGED)
    now = Customer.objects.get(code="K1")
    change_basics(actor=cast["custodian"], customer=now, version=now.version, region="华南")
    before = books()
    (conflict,) = conflicts_of(outcome)
    assert (conflict.code, conflict.name, conflict.field) == ("K1", "甲方贸易公司", "region")
    assert (conflict.before, conflict.imported, conflict.now) == ("华东", "华北", "华南")
    assert (conflict.by, conflict.at is not None) == ("名custodian", True)
    assert books() == before
    assert Batch.objects.get(pk=outcome.batch_id).status == Batch.Status.LANDED
    assert not Batch.objects.filter(kind__startswith="undo:").exclude(status=Batch.Status.DEAD).exists()


def test_b10_who_confirms_exactly_what_he_saw_keeps_it_and_gets_the_rest_back(importing, company, cast):
    outcome = importing("customers", CHANGED + "K2,乙方改名,,华中,,,,,\n")
    now = Customer.objects.get(code="K1")
    change_basics(actor=cast["custodian"], customer=now, version=now.version, region="华南")
    seen = token(conflicts_of(outcome))
    now.refresh_from_db()
    change_basics(actor=cast["custodian"], customer=now, version=now.version, phone="057188886666")
    with pytest.raises(UndoConflicts, match="再看一遍"):
        undo(outcome, keep=seen)
    assert Customer.objects.get(code="K2").name == "乙方改名"
    done = undo(outcome, keep=token(conflicts_of(outcome)))
    assert {each.field for each in done.kept} == {"region", "phone"}
    assert Customer.objects.get(code="K1").name == "甲方贸易公司"
    assert (Customer.objects.get(code="K2").name, Customer.objects.get(code="K2").region) == (
        "乙方商贸",
        "华西",
    )
    assert not Customer.objects.filter(code="K3").exists()


def test_an_edit_in_the_very_moment_is_seen_and_nothing_is_undone(importing, company, cast, monkeypatch):
    from kemai.oversight.exchange.actions import undo as action

    outcome = importing("customers", CHANGED)
    real, done = action.prepare, []

    def prepare(undoing: Any) -> None:
        real(undoing)
        if not done:
            done.append(1)
            log(cast, Customer.objects.get(code="K3"))

    monkeypatch.setattr(action, "prepare", prepare)
    monkeypatch.setattr(action, "is_small", lambda batch: False)
    (conflict,) = conflicts_of(outcome)
    assert (conflict.code, done) == ("K3", [1])
    assert Customer.objects.get(code="K1").region == "华北"
    assert trail.verify() == []


def log(cast, customer) -> None:
    from kemai.business.agenda.actions import log_contact

    log_contact(actor=cast["e_east"], customer=customer, on=TODAY, channel="call", note="问了一句")


@pytest.mark.parametrize("what", ["owner", "bank", "credit"])
def test_whoever_else_changed_it_is_a_conflict_as_well(importing, company, cast, what):
    outcome = importing("customers", CHANGED)
    now = Customer.objects.get(code="K1")
    if what == "owner":
        person = Person.objects.get(login="e_east")
        assign_owner(actor=cast["boss"], customer=now, person=person, reason="换回来")
    elif what == "bank":
        set_bank_account(actor=system_actor(TODAY), customer=now, version=now.version, account="1")
    else:
        version = Credit.objects.get(pk=now.pk).version
        change_credit(
            actor=system_actor(TODAY), customer=now, version=version, reason="x", credit_limit_fen=1
        )
    assert len(conflicts_of(outcome)) == 1


def test_a_created_customer_that_somebody_works_with_stays_where_it_is(importing, company, cast):
    outcome = importing("customers", CHANGED)
    made = Customer.objects.get(code="K3")
    log(cast, made)
    (conflict,) = conflicts_of(outcome)
    assert (conflict.code, conflict.verb) == ("K3", "agenda.contact.logged")
    undo(outcome, keep=ANY)
    made.refresh_from_db()
    assert made.batch_id is None
    assert Customer.objects.get(code="K1").name == "甲方商贸"


def test_a_later_import_upon_it_must_be_undone_first_and_then_both_go(importing, company):
    before = books()
    first = importing.sales(
        "S2,1,2026-02-06,K1,P1,1,75", "S5,1,2026-03-05,新店,P1,1,10", create_customers=True
    )
    between = books()
    second = importing.sales("S2,1,2026-02-07,K1,P1,1,80", "S6,1,2026-03-06,新店,P1,1,11")
    found = conflicts_of(first)
    assert {each.later for each in found} == {second.batch_id}
    amounts = {(each.before, each.imported, each.now) for each in found if each.field == "amount_fen"}
    assert amounts == {(5_000, 7_500, 8_000)}
    undo(second)
    assert books() == between
    undo(first)
    assert books() == before


def test_lines_that_were_kept_stay_in_the_chain(importing, company):
    first = importing.sales("S2,1,2026-02-06,K1,P1,1,75", "S7,1,2026-02-06,K1,P1,1,1")
    second = importing.sales("S2,1,2026-02-07,K1,P1,1,80")
    undo(first, keep=ANY)
    lines = SaleLine.objects.landed().order_by("line_key")
    assert list(lines.values_list("line_key", "amount_fen")) == [("S1/1", 10_000), ("S2/1", 8_000)]
    undo(second)
    assert list(lines.all().values_list("line_key", "amount_fen")) == [("S1/1", 10_000), ("S2/1", 7_500)]


def test_a_line_that_goods_came_back_for_is_a_conflict(importing, company, cast):
    outcome = importing.sales("S8,1,2026-03-05,K1,P1,1,40")
    return_sale(actor=cast["boss"], line=SaleLine.objects.get(order_no="S8"), day=TODAY)
    (conflict,) = conflicts_of(outcome)
    assert (conflict.imported, conflict.now, conflict.by) == (4_000, 0, "名boss")


def test_an_estimate_that_was_made_since_is_a_conflict(importing, company, cast):
    outcome = importing("potentials", "客户,需求潜力,预期份额,可能性,产品依据\nK1,5,50%,20%,不好卖\n")
    estimate_potential(actor=system_actor(TODAY), customer=company, mp_fen=999, es_bp=3_000, p_bp=8_000)
    found = {each.field: (each.before, each.imported, each.now) for each in conflicts_of(outcome)}
    assert found["mp_fen"] == (1_000_000, 500, 999)


def test_a_state_that_a_person_moved_since_stays(importing, company, cast):
    from kemai.business.archives.actions import change_state

    outcome = importing.sales("S3,1,2026-03-05,K2,P1,1,10")
    change_state(actor=cast["boss"], customer=Customer.objects.get(code="K2"), to="lost", reason="关门了")
    undo(outcome)
    back = Customer.objects.get(code="K2")
    assert (back.state, back.first_order_on) == ("lost", None)


def test_who_may_undo(importing, company, cast):
    """The duty of the kind, and one's own import or sight of everybody; a refusal changes nothing."""
    outcome = importing("customers", "客户编号,客户名称,地区\nK1,甲方商贸,华北\n", actor=cast["m_east"])
    before = books()
    for login in ("e_east", "m_west"):
        with pytest.raises(Refused):
            undo(outcome, actor=cast[login])
    with pytest.raises(ImportRefused, match="原因"):
        undo(outcome, reason="  ")
    assert books() == before
    undo(outcome, actor=cast["custodian"])
    ledger = importing.sales("S3,1,2026-03-05,K1,P1,1,10", actor=cast["m_east"])
    with pytest.raises(Refused):
        undo(ledger, actor=cast["custodian"])
    undo(ledger, actor=cast["m_east"])


def test_twice_is_refused_and_what_is_no_import_is_not_found(importing, company):
    outcome = importing("customers", CHANGED)
    done = undo(outcome)
    with pytest.raises(ImportRefused, match="已经撤销"):
        undo(outcome)
    with pytest.raises(LookupError):
        undo_import(actor=system_actor(TODAY), batch_id=done.undo_id, reason="撤销的撤销")


def test_every_kind_of_import_can_be_undone():
    assert set(PARTS) == set(KINDS)


def test_the_trail_and_the_outbox_say_what_happened(importing, company, cast):
    outcome = importing("customers", CHANGED)
    done = undo(outcome, actor=cast["boss"], reason="导错了文件")
    seal = Entry.objects.get(verb="exchange.customers.undone")
    assert (seal.subject_id, seal.batch_id, seal.reason, seal.actor_name) == (
        outcome.batch_id, done.undo_id, "导错了文件", "名boss"
    )  # fmt: skip
    restored = Entry.objects.get(verb="archives.customer.restored").values_row.changes
    assert restored["region"] == ["华北", "华东"]
    withdrawn = Entry.objects.get(verb="archives.customer.withdrawn").values_row.changes
    assert withdrawn["name"] == ["丙方商贸", None]
    event = Event.objects.get(name="exchange.batch.undone")
    assert (event.payload["batch_id"], event.payload["kind"]) == (outcome.batch_id, "customers")
    carrier = Batch.objects.get(pk=Batch.objects.get(pk=outcome.batch_id).undone_by)
    assert (carrier.person_name, carrier.source) == ("名boss", "导错了文件")


def test_values_that_were_erased_meanwhile_cannot_come_back_and_say_so(importing, company, cast):
    outcome = importing("customers", CHANGED)
    entry = Entry.objects.get(verb="archives.customer.changed", batch_id=outcome.batch_id)
    trail.erase_values(actor=cast["boss"], entry_ids=[entry.pk], reason="本人要求")
    (conflict,) = conflicts_of(outcome)
    assert conflict.kind == "erased"


def test_a_credit_code_that_another_was_given_since_bars_the_way_back(importing, company):
    from kemai.business.archives.actions import create_customer

    importing("customers", HEADER + "K1,甲方商贸,,,,91330106MA2CFRGP33,,,\n")
    outcome = importing("customers", HEADER + "K1,甲方商贸,,,,91310115MA1H8ABC25,,,\n")
    assert outcome.report.updated == 1, outcome.report.first
    create_customer(actor=system_actor(TODAY), name="新公司", uscc="91330106MA2CFRGP33")
    found = conflicts_of(outcome)
    assert [each.kind for each in found] == ["uscc_taken"]
