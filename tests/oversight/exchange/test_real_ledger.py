"""A year of a real wholesaler through the command, held against plain pandas."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.oversight.exchange.real_ledger import ledger, write_csv

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine

SOURCE = Path(__file__).resolve().parents[4] / "shared/data/uci_online_retail_2010_2011.parquet"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.skipif(not SOURCE.exists(), reason="the shared ledger is not here"),
]


def run(capsys, *words: str) -> tuple[int, dict]:
    import argparse

    from kemai.doors.cli import import_

    parser = argparse.ArgumentParser()
    import_.add_arguments(parser)
    status = import_.run(parser.parse_args([*words]) if "--json" not in words else _with_json(parser, words))
    return status, json.loads(capsys.readouterr().out)


def _with_json(parser, words):
    parser.add_argument("--json", action="store_true")
    return parser.parse_args([*words])


def test_the_real_ledger_arrives_whole_and_twice_adds_nothing(tmp_path, capsys):
    lines = ledger(SOURCE)
    write_csv(lines, tmp_path / "ledger.csv")
    status, told = run(capsys, "sales", str(tmp_path / "ledger.csv"), "--create-customers", "--json")
    named = lines[lines["客户编号"] != ""]
    assert status == 0
    assert (told["rows"], told["created"], told["rejected"]) == (len(lines), len(lines), 0)
    assert (told["anonymous"], told["new_customers"]) == (
        len(lines) - len(named),
        named["客户编号"].nunique(),
    )
    assert told["new_products"] == lines["产品编号"].nunique()
    by_month = lines.groupby(lines["日期"].str[:7])["fen"].agg(["size", "sum"])
    assert [(m["month"], m["rows"], m["amount"]) for m in told["months"]] == [
        (month, size, f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}")
        for month, size, fen in by_month.itertuples()
    ]
    assert SaleLine.objects.landed().count() == len(lines)
    assert sum(SaleLine.objects.landed().values_list("amount_fen", flat=True)) == lines["fen"].sum()
    assert Customer.objects.count() == named["客户编号"].nunique()
    _status, again = run(capsys, "sales", str(tmp_path / "ledger.csv"), "--create-customers", "--json")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, len(lines))
    assert again["already_imported"] == told["batch"]
