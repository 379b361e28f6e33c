"""What the real ledger should say, worked out with plain pandas and whole fen: nothing of the product is used."""

from __future__ import annotations

from datetime import date

import pandas as pd


def customers(lines: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """A row for each customer that ever ordered up to the date, by code: sales, orders, recency, RFM, classes.

    The window is the year that ends on the date, both for 12 months and for 365 days: the ledger starts with it.
    """
    named = lines[(lines["客户编号"] != "") & (lines["日期"] <= as_of.isoformat())]
    orders = named[(named["类型"] == "销售") & (named["fen"] >= 0)]
    table = pd.DataFrame(
        {
            "sales": named.groupby("客户编号")["fen"].sum(),
            "orders": orders.groupby("客户编号")["单号"].nunique(),
            "last": orders.groupby("客户编号")["日期"].max(),
        }
    ).dropna(subset=["last"])
    table["recency"] = (pd.Timestamp(as_of) - pd.to_datetime(table["last"])).dt.days
    table = table.reset_index(names="code").sort_values(["sales", "code"], ascending=[False, True])
    table["rank"] = range(1, len(table) + 1)
    return _by_value(_by_count(_rfm(table))).set_index("code")


def _by_count(table: pd.DataFrame) -> pd.DataFrame:
    """15 / 20 / 65 of the customers, the borders rounded half up; nothing sold is always C."""
    n = len(table)
    a, ab = (n * 15 * 2 + 100) // 200, (n * 35 * 2 + 100) // 200
    table["by_count"] = ["A" if rank <= a else "B" if rank <= ab else "C" for rank in table["rank"]]
    table.loc[table["sales"] <= 0, "by_count"] = "C"
    return table


def _by_value(table: pd.DataFrame) -> pd.DataFrame:
    """80 / 95 of the positive sales, by what stands before the customer."""
    positive = table["sales"].clip(lower=0)
    before, total = positive.cumsum() - positive, int(positive.sum())
    cut = [before * 100 < total * share for share in (80, 95)]
    table["by_value"] = ["A" if a else "B" if b else "C" for a, b in zip(*cut, strict=True)]
    table.loc[table["sales"] <= 0, "by_value"] = "C"
    return table


def _rfm(table: pd.DataFrame) -> pd.DataFrame:
    """5 to 1 by competition rank among all; orders and money of nobody below one."""
    n = len(table)

    def score(column: str, ascending: bool) -> pd.Series:
        rank = table[column].rank(method="min", ascending=ascending).astype(int)
        return 5 - (rank - 1) * 5 // n

    r, f, m = score("recency", True), score("orders", False), score("sales", False)
    f, m = f.where(table["orders"] > 0, 1), m.where(table["sales"] > 0, 1)
    table["rfm"] = r.astype(str) + f.astype(str) + m.astype(str)
    return table
