"""RFM and ABC of a ledger by one way of working, in a process of its own; prints seconds, processor seconds and memory.

Run by whatever interpreter has the library: `python _rfm_peers.py polars FOLDER 2026-11-22 RESULT.parquet`. Every way reads
the same files and writes the same table: customer_id, recency_days, frequency, monetary, r, f, m, class.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

WINDOW = 365
CUTS = (80, 95)


def bare(paths: list[str], as_of: date, to: str) -> None:
    """The least: every value of the columns that all others read, looked at once."""
    import duckdb

    duckdb.execute("SET threads = 2")
    duckdb.execute(
        "SELECT max(customer_id), max(order_no), max(day), sum(amount), max(kind) FROM read_parquet($paths)",
        {"paths": paths},
    ).fetchall()


def kemai(paths: list[str], as_of: date, to: str) -> None:
    """As an analyst would write it."""
    import ibis

    from kemai import value

    sales = ibis.duckdb.connect(threads=2).read_parquet(paths)
    scores = value.rfm(sales, as_of).cache()
    classes = value.abc(scores.select("customer_id", value=scores.monetary), by="value")
    table = scores.left_join(classes.select("customer_id", "class"), "customer_id").drop("customer_id_right")
    table.mutate(monetary=table.monetary.cast("int64")).drop("code", "segment", "reason").to_parquet(to)


SQL = """
COPY (
WITH lines AS (
  SELECT customer_id, order_no, day, amount, kind <> 'return' AND amount >= 0 AS is_order, day >= $start AS inside
  FROM read_parquet($paths) WHERE day <= $until),
base AS (
  SELECT customer_id, max(day) FILTER (is_order) AS last, count(DISTINCT order_no) FILTER (is_order AND inside) AS orders,
    coalesce(sum(amount) FILTER (inside), 0)::BIGINT AS money
  FROM lines GROUP BY customer_id),
known AS (
  SELECT *, $until - last AS recency, count(*) OVER () AS n, rank() OVER (ORDER BY last DESC) - 1 AS by_r,
    rank() OVER (ORDER BY orders DESC) - 1 AS by_f, rank() OVER (ORDER BY money DESC) - 1 AS by_m,
    coalesce(sum(greatest(money, 0)) OVER (ORDER BY money DESC, customer_id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS before,
    sum(greatest(money, 0)) OVER () AS total
  FROM base WHERE last IS NOT NULL)
SELECT base.customer_id, recency AS recency_days, known.orders AS frequency, known.money AS monetary, 5 - by_r * 5 // n AS r,
  CASE WHEN known.orders <= 0 THEN 1 ELSE 5 - by_f * 5 // n END AS f,
  CASE WHEN known.money <= 0 THEN 1 ELSE 5 - by_m * 5 // n END AS m,
  CASE WHEN known.last IS NULL THEN NULL WHEN before * 100 < total * 80 AND known.money > 0 THEN 'A'
    WHEN before * 100 < total * 95 AND known.money > 0 THEN 'B' ELSE 'C' END AS class
FROM base LEFT JOIN known USING (customer_id)) TO '{to}' (FORMAT parquet)
"""


def duckdb_sql(paths: list[str], as_of: date, to: str) -> None:
    """The same by hand in SQL."""
    import duckdb

    duckdb.execute("SET threads = 2")
    given = {"paths": paths, "until": as_of, "start": as_of - timedelta(days=WINDOW - 1)}
    duckdb.execute(SQL.format(to=to), given)


def polars(paths: list[str], as_of: date, to: str) -> None:
    """The same in Polars, lazily."""
    import polars as pl

    is_order = (pl.col("kind") != "return") & (pl.col("amount") >= 0)
    inside = pl.col("day") >= as_of - timedelta(days=WINDOW - 1)
    base = (
        pl.scan_parquet(paths)
        .filter(pl.col("day") <= as_of)
        .group_by("customer_id")
        .agg(
            last=pl.col("day").filter(is_order).max(),
            frequency=pl.col("order_no").filter(is_order & inside).n_unique(),
            monetary=pl.col("amount").filter(inside).sum(),
        )
        .collect()
    )
    known = base.filter(pl.col("last").is_not_null()).sort(
        ["monetary", "customer_id"], descending=[True, False]
    )
    n = len(known)

    def score(column: str) -> Any:
        return 5 - (pl.col(column).rank("min", descending=True).cast(pl.Int64) - 1) * 5 // n

    gain = pl.col("monetary").clip(lower_bound=0)
    before, total = (gain.cum_sum() - gain) * 100, gain.sum()
    known = known.with_columns(
        recency_days=(pl.lit(as_of) - pl.col("last")).dt.total_days(), r=score("last"),
        f=pl.when(pl.col("frequency") <= 0).then(1).otherwise(score("frequency")),
        m=pl.when(pl.col("monetary") <= 0).then(1).otherwise(score("monetary")),
        **{"class": pl.when((before < total * CUTS[0]) & (gain > 0)).then(pl.lit("A"))
        .when((before < total * CUTS[1]) & (gain > 0)).then(pl.lit("B")).otherwise(pl.lit("C"))},
    ).drop("last")  # fmt: skip
    base.select("customer_id").join(known, on="customer_id", how="left").write_parquet(to)


def pandas(paths: list[str], as_of: date, to: str) -> None:
    """The same in pandas on Arrow columns, read by the columns it needs."""
    import pandas as pd

    columns = ["customer_id", "order_no", "day", "amount", "kind"]
    lines = pd.concat(
        [pd.read_parquet(path, columns=columns, dtype_backend="pyarrow") for path in paths], ignore_index=True
    )
    lines = lines[lines["day"] <= as_of]
    orders = lines[(lines["kind"] != "return") & (lines["amount"] >= 0)]
    start = as_of - timedelta(days=WINDOW - 1)
    recent = orders[orders["day"] >= start]
    base = pd.DataFrame(index=pd.Index(lines["customer_id"].unique(), name="customer_id"))
    base["last"] = orders.groupby("customer_id")["day"].max()
    counted = recent[["customer_id", "order_no"]].drop_duplicates().groupby("customer_id").size()
    money = lines[lines["day"] >= start].groupby("customer_id")["amount"].sum()
    base["frequency"] = counted.reindex(base.index, fill_value=0)
    base["monetary"] = money.reindex(base.index, fill_value=0)
    known = base[base["last"].notna()].reset_index()
    known["frequency"], known["monetary"] = (
        known["frequency"].astype("int64"),
        known["monetary"].astype("int64"),
    )
    last = pd.to_datetime(known.pop("last"))
    known["recency_days"] = (pd.Timestamp(as_of) - last).dt.days.astype("int64")
    known = known.sort_values(["monetary", "customer_id"], ascending=[False, True], ignore_index=True)
    for name, column, rising in (("r", "recency_days", True), ("f", "frequency", False), ("m", "monetary", False)):  # fmt: skip
        rank = known[column].rank(method="min", ascending=rising).astype("int64") - 1
        known[name] = 5 - rank * 5 // len(known)
    known.loc[known["frequency"] <= 0, "f"] = 1
    known.loc[known["monetary"] <= 0, "m"] = 1
    gain = known["monetary"].clip(lower=0)
    before, total = (gain.cumsum() - gain) * 100, int(gain.sum())
    known["class"] = "C"
    known.loc[(before < total * CUTS[1]) & (gain > 0), "class"] = "B"
    known.loc[(before < total * CUTS[0]) & (gain > 0), "class"] = "A"
    base.reset_index()[["customer_id"]].merge(known, on="customer_id", how="left").to_parquet(to)


WAYS = {"bare": bare, "kemai": kemai, "sql": duckdb_sql, "polars": polars, "pandas": pandas}


def main(name: str, folder: str, as_of: str, to: str) -> None:
    """One way, once; libraries are loaded before the clock starts."""
    for library in {"kemai": ["ibis", "duckdb", "kemai.value.measures.rfm"], "sql": ["duckdb"], "bare": ["duckdb"]}.get(name, [name]):  # fmt: skip
        __import__(library)
    paths = [str(path) for path in sorted(Path(folder).glob("*.parquet"))]
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    WAYS[name](paths, date.fromisoformat(as_of), to)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        json.dumps({"wall": time.perf_counter() - wall, "cpu": cpu, "mib": after.ru_maxrss / 1024}),
        flush=True,
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
