"""A year of a real wholesaler through the commands, held against plain pandas: counts, months, RFM, classes."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from tests.oversight.exchange import plain_pandas
from tests.oversight.exchange.real_ledger import ledger, write_csv

from kemai.business.archives.models import Customer
from kemai.business.trade.models import SaleLine
from kemai.business.valuation.models import Standing

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


def test_the_real_ledger_arrives_whole_is_ranked_right_and_twice_adds_nothing(tmp_path, capsys, settings):
    settings.DATA_DIR = tmp_path / "data"
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
        (month, size, yuan(fen)) for month, size, fen in by_month.itertuples()
    ]
    assert SaleLine.objects.landed().count() == len(lines)
    assert sum(SaleLine.objects.landed().values_list("amount_fen", flat=True)) == lines["fen"].sum()
    assert Customer.objects.count() == named["客户编号"].nunique()
    told_by_ranking(capsys, lines)
    _status, again = run(capsys, "sales", str(tmp_path / "ledger.csv"), "--create-customers", "--json")
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, len(lines))
    assert again["already_imported"] == told["batch"]


AS_OF = date(2011, 11, 30)


def told_by_ranking(capsys, lines) -> None:
    """`kemai revalue --as-of` and `kemai rank --json`, then every standing, against the independent calculation."""
    expected = plain_pandas.customers(lines, AS_OF)
    told = command(capsys, "revalue", "--as-of", AS_OF.isoformat())
    assert told["as_of"] == AS_OF.isoformat()
    assert told["facts"] == len(lines)
    for scheme, column in (("sales_abc_count", "by_count"), ("sales_abc_value", "by_value")):
        ranked = [row for row in command(capsys, "rank", "--scheme", scheme) if row["rank"]]
        assert [row["code"] for row in ranked] == list(expected.index)
        assert [row["class"] for row in ranked] == list(expected[column])
        assert [row["value"] for row in ranked] == [yuan(fen) for fen in expected["sales"]]
    rows = Standing.objects.filter(customer__code__in=list(expected.index)).values_list(
        "customer__code", "recency_days", "rfm_orders", "rfm_sales_fen", "rfm_code"
    )
    found = {code: tuple(rest) for code, *rest in rows}
    columns = expected[["recency", "orders", "sales", "rfm"]].itertuples()
    assert found == {code: (int(r), int(f), int(m), rfm) for code, r, f, m, rfm in columns}
    never = Standing.objects.exclude(customer__code__in=list(expected.index))
    assert set(never.values_list("rfm_code", "sales_abc_count_class")) <= {
        (None, None),
        ("", ""),
        (None, ""),
        ("", None),
    }


def command(capsys, name: str, *words: str):
    """A command's JSON."""
    import argparse
    from importlib import import_module

    module = import_module(f"kemai.doors.cli.{name}")
    parser = argparse.ArgumentParser()
    module.add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    assert module.run(parser.parse_args([*words, "--json"])) == 0
    return json.loads(capsys.readouterr().out)


def yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"
