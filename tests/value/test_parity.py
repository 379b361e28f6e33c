"""A real ledger (UCI Online Retail, CC BY 4.0) against an independent calculation in plain pandas."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kemai import value
from kemai.value import facts
from kemai.value.engine import EngineSettings, revalue
from kemai.value.schemes import BUILTIN

LEDGER = Path(__file__).parents[3] / "shared" / "data" / "uci_online_retail_2010_2011.parquet"
AS_OF = date(2011, 11, 30)
pytestmark = pytest.mark.skipif(not LEDGER.exists(), reason="the Online Retail ledger is not here")


@pytest.fixture(scope="module")
def lines():
    """One row a line: customer, order, day, whole pence. Rounded half up by decimals, not by the library."""
    raw = pq.read_table(LEDGER).to_pandas()
    pence = [
        int((Decimal(str(p)) * q * 100).quantize(Decimal(1), "ROUND_HALF_UP"))
        for p, q in zip(raw["UnitPrice"], raw["Quantity"], strict=True)
    ]
    code = pd.to_numeric(raw["CustomerID"]).astype("Int64").astype("string")
    frame = pd.DataFrame(
        {
            "code": code,
            "order": raw["InvoiceNo"].astype(str),
            "day": pd.to_datetime(raw["InvoiceDate"]).dt.date,
            "pence": pence,
        }
    )
    return frame[frame["day"] <= AS_OF]


@pytest.fixture(scope="module")
def expected(lines):
    known = lines[lines["code"].notna()]
    sale = known[(known["pence"] >= 0) & ~known["order"].str.startswith("C")]
    year = known[known["day"] >= date(2010, 12, 1)]
    table = pd.DataFrame(
        {
            "last": sale.groupby("code")["day"].max(),
            "f": sale[sale["day"] >= date(2010, 12, 1)].groupby("code")["order"].nunique(),
        }
    )
    table["m"] = year.groupby("code")["pence"].sum()
    table["r"] = [(AS_OF - day).days for day in table["last"]]
    return table.fillna({"f": 0, "m": 0})


@pytest.fixture(scope="module")
def wide(lines, tmp_path_factory):
    folder = tmp_path_factory.mktemp("uci")
    returned = lines["order"].str.startswith("C") | (lines["pence"] < 0)
    rows = pa.table({
        "customer_id": pa.array(lines["code"].astype(object).where(lines["code"].notna(), None), pa.string()),
        "order_no": pa.array(lines["order"], pa.string()), "day": pa.array(lines["day"], pa.date32()),
        "amount_fen": pa.array(lines["pence"], pa.int64()), "cost_fen": pa.nulls(len(lines), pa.int64()),
        "quantity_milli": pa.nulls(len(lines), pa.int64()), "product_code": pa.nulls(len(lines), pa.string()),
        "kind": pa.array(["return" if r else "sale" for r in returned]), "status": pa.array(["delivered"] * len(lines)),
    })  # fmt: skip
    pq.write_table(rows, folder / "sales.parquet")
    codes = sorted(lines["code"].dropna().unique())
    people = pa.table(
        {
            name: pa.array(codes, pa.string())
            if name == "customer_id"
            else pa.array(range(len(codes)), pa.int64())
            if name == "customer_key"
            else pa.nulls(len(codes), kind)
            for name, kind in zip(
                facts.CUSTOMERS.arrow_schema().names, facts.CUSTOMERS.arrow_schema().types, strict=True
            )
        }
    )
    result = revalue(
        [folder / "sales.parquet"],
        people,
        None,
        as_of=AS_OF,
        schemes=BUILTIN,
        settings=EngineSettings(),
        to=folder / "out.parquet",
    )
    return result.path and pq.read_table(result.path).to_pandas().set_index("customer_id"), result


def test_totals_and_counts_agree(lines, expected, wide):
    table, result = wide
    ranked = table[table["first_order_on"].notna()]
    assert set(ranked.index) == set(expected.index)
    assert result.facts["anonymous_lines"] == int(lines["code"].isna().sum())
    assert result.facts["sales_12m_fen"] == int(lines[lines["day"] >= date(2010, 12, 1)]["pence"].sum())
    assert (ranked["sales_12m_fen"].astype(int) == expected["m"].astype(int).reindex(ranked.index)).all()
    assert (ranked["recency_days"].astype(int) == expected["r"].reindex(ranked.index)).all()
    assert (ranked["orders_12m"].astype(int) == expected["f"].astype(int).reindex(ranked.index)).all()


def test_rfm_agrees(expected, wide):
    table, _ = wide
    n = len(expected)
    r = 5 - ((expected["r"].rank(method="min") - 1) * 5 // n)
    f = (5 - ((expected["f"].rank(method="min", ascending=False) - 1) * 5 // n)).where(expected["f"] > 0, 1)
    m = (5 - ((expected["m"].rank(method="min", ascending=False) - 1) * 5 // n)).where(expected["m"] > 0, 1)
    codes = r.astype(int).astype(str) + f.astype(int).astype(str) + m.astype(int).astype(str)
    assert (table["rfm_code"].reindex(codes.index) == codes).all()


def test_classes_agree(expected, wide):
    table, _ = wide
    everything = (
        expected.reset_index()
        .sort_values(["m", "code"], ascending=[False, True], kind="stable")
        .reset_index(drop=True)
    )
    n, positive = len(everything), everything["m"].clip(lower=0)
    before, rank = positive.cumsum() - positive, everything.index + 1
    alive = everything["m"] > 0
    cuts = [int(n * share / 100 + 0.5) for share in (15, 35)]
    by_count = (
        pd.Series("C", index=everything.index)
        .mask(alive & (rank <= cuts[1]), "B")
        .mask(alive & (rank <= cuts[0]), "A")
    )
    by_value = (
        pd.Series("C", index=everything.index)
        .mask(alive & (before < 0.95 * positive.sum()), "B")
        .mask(alive & (before < 0.8 * positive.sum()), "A")
    )
    for scheme, labels in (("sales_abc_count", by_count), ("sales_abc_value", by_value)):
        found = table.loc[everything["code"], f"{scheme}_class"].to_numpy()
        assert (found == labels.to_numpy()).all()


def test_the_library_alone_gives_the_same_codes(lines, wide):
    table, _ = wide
    known = lines[lines["code"].notna()]
    sales = pa.table(
        {
            "customer_id": pa.array(known["code"].astype(object), pa.string()),
            "order_no": pa.array(known["order"], pa.string()),
            "day": pa.array(known["day"], pa.date32()),
            "amount": pa.array([Decimal(p) / 100 for p in known["pence"]], pa.decimal128(18, 2)),
            "kind": pa.array(["return" if o.startswith("C") else "sale" for o in known["order"]]),
        }
    )
    found = value.rfm(sales, AS_OF).to_pandas().set_index("customer_id")
    assert (found["code"].dropna() == table["rfm_code"].reindex(found.index)[found["code"].notna()]).all()
