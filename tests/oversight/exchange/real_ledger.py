"""Turns the UCI Online Retail ledger (Chen, CC BY 4.0) into the CSV an ERP would export."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pandas as pd

HEADER = ["单号", "行号", "日期", "客户编号", "客户名称", "产品编号", "产品名称", "数量", "金额", "类型"]


def ledger(source: Path) -> pd.DataFrame:
    """Lines with amounts in fen, rounded half up; C invoices are returns; no CustomerID is anonymous."""
    raw = pd.read_parquet(source)
    lines = pd.DataFrame({"单号": raw["InvoiceNo"].astype(str)})
    lines["行号"] = lines.groupby("单号").cumcount() + 1
    lines["日期"] = raw["InvoiceDate"].dt.strftime("%Y-%m-%d")
    code = raw["CustomerID"].astype("Int64").astype("string")
    lines["客户编号"] = code.fillna("")
    lines["客户名称"] = ("Customer " + code).fillna("")
    lines["产品编号"] = raw["StockCode"].astype(str)
    lines["产品名称"] = raw["Description"].astype("string").fillna("").str.strip()
    lines["数量"] = raw["Quantity"]
    lines["fen"] = [_fen(q, p) for q, p in zip(raw["Quantity"], raw["UnitPrice"], strict=True)]
    lines["类型"] = ["退货" if no.startswith("C") else "销售" for no in lines["单号"]]
    return lines


def write_csv(lines: pd.DataFrame, path: Path) -> None:
    """The ledger as text, amounts with two decimals."""
    shown = lines.assign(金额=[f"{Decimal(int(fen)) / 100:.2f}" for fen in lines["fen"]])
    shown[HEADER].to_csv(path, index=False, encoding="utf-8-sig")


def _fen(quantity: int, price: float) -> int:
    exact = Decimal(int(quantity)) * Decimal(str(price)) * 100
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


if __name__ == "__main__":
    import sys

    write_csv(ledger(Path(sys.argv[1])), Path(sys.argv[2]))
