"""The same expressions on Apache Spark as on DuckDB: row for row, whole numbers, decimals and texts equal, doubles to 1e-9.

One cluster of two workers for the whole file; without Java or pyspark it is skipped, unless nothing may be.
"""

from __future__ import annotations

import math
import os
import shutil
from datetime import date, timedelta
from decimal import Decimal
from importlib.util import find_spec
from random import Random

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kemai import value
from kemai.value import facts
from kemai.value.engine import EngineSettings, condense, revalue
from kemai.value.engine.output import column_types
from kemai.value.errors import EngineError
from kemai.value.schemes import BUILTIN

CAN_RUN = shutil.which("java") is not None and find_spec("pyspark") is not None
MUST_RUN = bool(os.environ.get("KEMAI_NOTHING_SKIPPED"))
needs_spark = pytest.mark.skipif(not CAN_RUN and not MUST_RUN, reason="no Java or no pyspark")
WORKERS = "local-cluster[2,1,1024]"
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
SMALL = {
    "spark.sql.shuffle.partitions": "2", "spark.sql.files.openCostInBytes": "0",
    "spark.sql.codegen.wholeStage": "false", "spark.driver.extraJavaOptions": QUICK_JAVA,
    "spark.executor.extraJavaOptions": QUICK_JAVA,
}  # fmt: skip
AS_OF = date(2026, 6, 22)
CUSTOMERS = [f"K{number:03d}" for number in range(90)]


def ledger(seed: int = 7, count: int = 2_500) -> list[dict]:
    """Two years of lines with returns, strangers, anonymous ones, orders over days, gaps in cost, number and quantity."""
    random = Random(seed)
    return [_line(random, number) for number in range(count)]


def _line(random: Random, number: int) -> dict:
    is_return, day = random.random() < 0.06, AS_OF - timedelta(days=int(random.random() ** 1.5 * 820) - 3)
    amount = random.randrange(0, 5_000_000) * (-1 if is_return else 1)
    who = random.random()
    code = None if who < 0.02 else f"X{number}" if who < 0.03 else random.choice(CUSTOMERS[:-4])
    return {
        "customer_id": code, "order_no": None if random.random() < 0.1 else f"O{number // 3}", "day": day,
        "amount_fen": amount, "cost_fen": None if random.random() < 0.1 else amount * 7 // 10,
        "quantity_milli": None if random.random() < 0.1 else random.randrange(1, 90) * 500,
        "product_code": f"P{number % 9}", "kind": "return" if is_return else "sale",
        "status": random.choice(["delivered"] * 9 + ["ordered", "cancelled"]),
    }  # fmt: skip


@pytest.fixture(scope="module")
def spark():
    """A cluster of two workers on this machine, as Ibis knows it."""
    from kemai.value.engine.spark import OnSpark, spark_session

    with spark_session(WORKERS, SMALL) as session:
        yield OnSpark(session)


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    """Files of the ledger, the customers and the estimates."""
    folder = tmp_path_factory.mktemp("company")
    rows, files = ledger(), []
    for name, part in (("old", rows[: len(rows) // 2]), ("new", rows[len(rows) // 2 :])):
        files.append(folder / f"{name}.parquet")
        pq.write_table(pa.Table.from_pylist(part, schema=facts.SALES.arrow_schema()), files[-1])
    people = [
        {
            "customer_id": code, "customer_key": number, "state": "lost" if number % 31 == 5 else "actual",
            "type": "internal" if number % 29 == 7 else "enterprise", "unit_id": number % 3 or None,
            "owner_id": number % 5, "since": date(2020, 1, 15) if number % 4 else None,
        }
        for number, code in enumerate(CUSTOMERS)
    ]  # fmt: skip
    estimates = [
        {
            "customer_id": code, "mp_fen": 90_000_000, "es_bp": 2_500, "p_bp": 5_000, "av_fen": 1_000_000,
            "horizon_months": 12,
        }
        for code in CUSTOMERS[::6]
    ]  # fmt: skip
    return {
        "folder": folder, "files": files,
        "people": pa.Table.from_pylist(people, schema=facts.CUSTOMERS.arrow_schema()),
        "estimates": pa.Table.from_pylist(estimates, schema=facts.POTENTIALS.arrow_schema()),
    }  # fmt: skip


def run(company, to, **more):
    settings = more.pop("settings", EngineSettings())
    return revalue(
        company["files"], company["people"], company["estimates"], as_of=AS_OF, schemes=BUILTIN, settings=settings,
        to=company["folder"] / to, **more,
    )  # fmt: skip


@needs_spark
def test_issue_4_every_column_of_a_run_is_the_same_on_spark(spark, company):
    """Issue 4, 3 (at scale): integers, decimals and texts equal, row for row; here even the bytes of the file are."""
    here, there = run(company, "duckdb.parquet"), run(company, "spark.parquet", engine="spark")
    ours, theirs = (pq.read_table(each.path) for each in (here, there))
    assert ours.column_names == list(column_types(BUILTIN.values())) == theirs.column_names
    assert [name for name in ours.column_names if not ours[name].equals(theirs[name])] == []
    assert all(
        ours[name].null_count < len(ours) for name in ("r", "stability_cv", "ev_fen", "profit_12m_fen")
    )
    assert (here.sha256, here.facts, here.schemes) == (there.sha256, there.facts, there.schemes)
    assert all(here.facts[name] for name in ("anonymous_lines", "unknown_customers", "lines_left_out"))


@needs_spark
def test_issue_4_condensed_months_are_the_same_on_spark(spark, company):
    """Issue 4, 3 (at scale): what a nightly run reads, among units."""
    days = [path.with_name(f"{path.stem}.days") for path in company["files"]]
    condense(zip(company["files"], days, strict=True))
    among = EngineSettings(population="unit", statuses=("delivered", "ordered"))
    here = run(company, "here.parquet", settings=among)
    there = run(company, "there.parquet", settings=among, engine="spark", order_days=days)
    assert (here.sha256, here.facts) == (there.sha256, there.facts)


def _sales(lines: list[dict]) -> pa.Table:
    rows = [
        {
            "customer_id": each["customer_id"], "order_no": each["order_no"], "day": each["day"],
            "amount": Decimal(each["amount_fen"]) / 100, "kind": each["kind"], "status": each["status"],
            "product_line": each["product_code"],
        }
        for each in lines
    ]  # fmt: skip
    schema = pa.schema([
        ("customer_id", pa.string()), ("order_no", pa.string()), ("day", pa.date32()), ("amount", pa.decimal128(18, 2)),
        ("kind", pa.string()), ("status", pa.string()), ("product_line", pa.string()),
    ])  # fmt: skip
    return pa.Table.from_pylist(rows, schema=schema)


def _values(seed: int) -> pa.Table:
    random = Random(seed)
    amounts = [None if random.random() < 0.05 else random.randrange(-20, 400) for _ in range(200)]
    return pa.table({
        "customer_id": [f"V{number:03d}" for number in range(200)],
        "value": pa.array([None if each is None else Decimal(each) for each in amounts], pa.decimal128(18, 2)),
        "history": pa.array([random.randrange(5) for _ in range(200)], pa.int64()),
    })  # fmt: skip


def _links() -> pa.Table:
    random = Random(3)
    rows = [
        {"dealer_id": CUSTOMERS[number % 8], "customer_id": CUSTOMERS[8 + number], "share": random.choice([0.4, 0.6, 1.0])}
        for number in range(40)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def _invoices() -> pa.Table:
    random = Random(4)
    rows = [
        {
            "invoice_no": f"I{number:03d}", "customer_id": random.choice(CUSTOMERS[:20]),
            "issued_on": AS_OF - timedelta(days=random.randrange(-5, 500)),
            "amount": Decimal(random.randrange(-500, 90_000)) / 100,
        }
        for number in range(150)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


def _receipts() -> pa.Table:
    random = Random(5)
    rows = [
        {
            "receipt_no": f"R{number:03d}", "customer_id": random.choice(CUSTOMERS[:20]),
            "received_on": AS_OF - timedelta(days=random.randrange(-5, 400)),
            "amount": Decimal(random.randrange(100, 60_000)) / 100,
        }
        for number in range(90)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows)


INPUTS = {
    "sales": lambda: _sales(ledger()), "values": lambda: _values(1), "links": _links, "invoices": _invoices,
    "receipts": _receipts,
}  # fmt: skip
MEASURES = {
    "rfm": lambda t: value.rfm(t("sales"), AS_OF),
    "abc by count": lambda t: value.abc(t("values")),
    "abc by value": lambda t: value.abc(t("values"), by="value"),
    "pyramid": lambda t: value.pyramid(t("values")),
    "stability": lambda t: value.stability(t("sales"), AS_OF),
    "concentration": lambda t: value.concentration(t("values")),
    "churn": lambda t: value.churn(t("sales"), AS_OF),
    "states": lambda t: value.states_at(t("sales"), value.quarter_ends(AS_OF, 4)),
    "concentrations": lambda t: value.concentrations(t("sales"), value.quarter_ends(AS_OF, 6)),
    "cohorts": lambda t: value.cohorts(t("sales"), AS_OF),
    "lifetime.summary": lambda t: value.lifetime.summary(t("sales"), AS_OF),
    "exposure": lambda t: value.exposure(t("links"), t("sales"), AS_OF),
    "ageing": lambda t: value.ageing(t("invoices"), t("receipts"), AS_OF),
}


@pytest.fixture(scope="module")
def on_spark(spark, tmp_path_factory):
    """A table of the inputs by its name, on Spark."""
    folder = tmp_path_factory.mktemp("inputs")
    tables = {}
    for name, made in INPUTS.items():
        pq.write_table(made(), folder / f"{name}.parquet")
        tables[name] = spark.read([str(folder / f"{name}.parquet")])
    return tables.__getitem__


@needs_spark
@pytest.mark.parametrize("name", MEASURES)
def test_issue_4_a_measure_is_the_same_on_a_table_of_spark(spark, on_spark, name):
    """Issue 4, 3 (at scale): every row and column of the library's own measures."""
    here = MEASURES[name](lambda table: INPUTS[table]())
    there = MEASURES[name](on_spark)
    is_there = ibis.get_backend(there).name == "pyspark"  # concentration ends in one row, made here
    ours, theirs = _rows(here.to_pyarrow()), _rows(spark.fetch(there) if is_there else there.to_pyarrow())
    assert (is_there, len(ours) > 5) == ((name != "concentration"),) * 2
    assert [row for row in zip(ours, theirs, strict=True) if not _equal(*row)] == []


def _rows(table: pa.Table) -> list[dict]:
    return sorted(table.to_pylist(), key=lambda row: [str(each) for each in row.values()][:2])


def _equal(one: dict, other: dict) -> bool:
    return one.keys() == other.keys() and all(_same(one[name], other[name]) for name in one)


def _same(one, other) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def test_an_engine_that_is_not_there_says_what_to_do(company, monkeypatch):
    with pytest.raises(EngineError, match="可选 duckdb、spark"):
        run(company, "x.parquet", engine="hadoop")
    spark = pytest.importorskip("kemai.value.engine.spark")
    with pytest.raises(EngineError, match="KEMAI_ENGINE_URL 不认识 http://cluster"):
        spark._check_master("http://cluster")
    with pytest.raises(EngineError, match="没有应答"):
        spark._check_master("spark://127.0.0.1:1")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(EngineError, match="装 Java 17"):
        spark._check_java()
    assert not (company["folder"] / "x.parquet").exists()


def test_without_pyspark_the_engine_says_how_to_install_it(company, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "pyspark.sql", None)
    with pytest.raises(EngineError, match=r"kemai\[spark\]"):
        run(company, "y.parquet", engine="spark")


def test_ibis_knows_no_other_engine_here():
    """The library's own tables are of DuckDB, wherever a ledger is added up."""
    assert ibis.get_backend(value.rfm(INPUTS["sales"](), AS_OF)).name == "duckdb"
