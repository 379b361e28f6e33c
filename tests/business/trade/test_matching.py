"""Which invoice a receipt pays: the rule, what the credit role says of it, and imports that come and go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.cast import TODAY, customer_of

from kemai.business.archives.actions import Invalid
from kemai.business.trade.actions import match_receipt, unmatch_receipt
from kemai.business.trade.models import Allocation, Invoice, Receipt
from kemai.business.trade.queries import MatchedBooks, matched_books
from kemai.foundation.access.actor import Refused
from kemai.foundation.trail.models import Entry
from kemai.oversight.exchange.actions import run_import, undo_import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def books(people: Any, tmp_path: Any, settings: Any) -> Any:
    """Two invoices and a red letter; one receipt that names the later one, one that names none. By import."""
    settings.DATA_DIR = tmp_path
    shop = customer_of(people, "e1", "欠款的店")
    day = {n: (TODAY - timedelta(days=n)).isoformat() for n in (90, 60, 50, 40, 30, 10)}
    invoices = [("F1", day[90], day[60], 1000), ("F2", day[50], day[30], 500), ("H1", day[40], day[40], -100)]
    lines = [f"{no},{shop.code},{issued},{due},{yuan}" for no, issued, due, yuan in invoices]
    imported(people, tmp_path, "invoices", ["发票号,客户,开票日期,到期日,金额", *lines])
    receipts = [f"S1,{shop.code},{day[30]},600,F2", f"S2,{shop.code},{day[10]},700,"]
    imported(people, tmp_path, "receipts", ["收款单号,客户,日期,金额,发票号", *receipts])
    return people, shop, tmp_path


def imported(people: Any, folder: Any, kind: str, lines: list[str]) -> Any:
    path = folder / f"{kind}.csv"
    path.write_text("\n".join(lines), "utf8")
    return run_import(ImportRequest(actor=people.system, kind=kind, path=path, file_name=path.name))


def said(found: MatchedBooks) -> dict[str, list[tuple[str, str, int]]]:
    return {i.invoice_no: [(m.source_no, m.how, m.fen // 100) for m in i.matches] for i in found.invoices}


def test_the_named_invoice_first_then_the_oldest_with_the_red_letter_before_later_money(books: Any) -> None:
    people, shop, _folder = books
    found = matched_books(people["f1"], shop)
    assert said(found) == {
        "H1": [], "F2": [("S1", "named", 500)],
        "F1": [("H1", "oldest", 100), ("S1", "oldest", 100), ("S2", "oldest", 700)],
    }  # fmt: skip
    by_no = {i.invoice_no: i for i in found.invoices}
    assert (by_no["F1"].open_fen, by_no["F1"].settled_on, by_no["F1"].days_late) == (10_000, None, 60)
    assert (by_no["F2"].settled_on, by_no["F2"].days_late) == (TODAY - timedelta(days=30), 0)
    assert (found.open_fen, found.unapplied_fen) == (10_000, 0)


def test_what_the_credit_role_says_counts_until_it_is_taken_back(books: Any) -> None:
    people, shop, _folder = books
    before = said(matched_books(people["f1"], shop))
    match_receipt(actor=people["f1"], customer=shop, receipt_no="S2", invoice_no="F2", amount_fen=40_000)
    found = matched_books(people["f1"], shop)
    assert ("S2", "assigned", 400) in said(found)["F2"]
    assert (found.open_fen, found.unapplied_fen) == (10_000, 0)
    unmatch_receipt(actor=people["f1"], customer=shop, receipt_no="S2", invoice_no="F2")
    assert said(matched_books(people["f1"], shop)) == before
    assert [e.verb for e in Entry.objects.filter(verb__startswith="trade.allocation").order_by("pk")] == [
        "trade.allocation.matched", "trade.allocation.unmatched",
    ]  # fmt: skip


def test_never_more_than_a_receipt_holds_or_an_invoice_asks(books: Any) -> None:
    people, shop, _folder = books
    match_receipt(actor=people["f1"], customer=shop, receipt_no="S2", invoice_no="F1", amount_fen=50_000)
    for receipt, invoice, fen, word in (
        ("S2", "F2", 20_001, "200.00"), ("S1", "F1", 50_001, "500.00"), ("S1", "H1", 100, "红字"), ("S1", "F2", 0, "大于 0"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=word):
            match_receipt(
                actor=people["f1"], customer=shop, receipt_no=receipt, invoice_no=invoice, amount_fen=fen
            )
    with pytest.raises(LookupError):
        match_receipt(actor=people["f1"], customer=shop, receipt_no="S9", invoice_no="F1", amount_fen=100)
    assert Allocation.objects.count() == 1


def test_only_the_credit_role_matches_and_others_see_nothing_of_it(books: Any) -> None:
    people, shop, _folder = books
    for login in ("e1", "me", "d", "c", "stranger"):
        with pytest.raises(Refused, match="信用"):
            match_receipt(
                actor=people[login], customer=shop, receipt_no="S2", invoice_no="F1", amount_fen=100
            )
    assert not Allocation.objects.exists()
    assert matched_books(people["e1"], shop) == MatchedBooks()
    assert matched_books(people["d"], shop).invoices


def test_an_import_of_receipts_and_its_undo_leave_what_was_said_in_force_as_far_as_it_goes(
    books: Any,
) -> None:
    people, shop, folder = books
    match_receipt(actor=people["f1"], customer=shop, receipt_no="S2", invoice_no="F1", amount_fen=60_000)
    day = TODAY - timedelta(days=10)
    corrected = imported(
        people, folder, "receipts", ["收款单号,客户,日期,金额,发票号", f"S2,{shop.code},{day},300,"]
    )
    found = matched_books(people["f1"], shop)
    assert ("S2", "assigned", 300) in said(found)["F1"]
    assert Receipt.objects.landed().get(receipt_no="S2").amount_fen == 30_000
    undo_import(actor=people["d"], batch_id=corrected.batch_id, reason="重了")
    assert ("S2", "assigned", 600) in said(matched_books(people["f1"], shop))["F1"]
    assert Invoice.objects.landed().count() == 3
