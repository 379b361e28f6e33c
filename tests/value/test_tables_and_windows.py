"""Whatever Arrow can read goes in; windows end on the as-of date."""

from __future__ import annotations

import traceback
import warnings
from datetime import date, datetime
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as pads
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai import value
from kemai.value import facts
from kemai.value.exact import to_fen
from kemai.value.reading import read
from kemai.value.windows import as_date, complete_months, days_start, months_start, whole_months_between

COLUMNS = {"customer_id": ["a", "b", "c"], "value": [3.5, 2.0, 1.0]}


@pytest.fixture(
    params=["pyarrow", "pandas", "polars", "lazy", "parquet", "path", "ibis", "memtable", "rows", "columns"]
)
def any_table(request, tmp_path):
    arrow = pa.table(COLUMNS)
    file = tmp_path / "values.parquet"
    pq.write_table(arrow, file)
    made = {
        "pyarrow": lambda: arrow, "pandas": lambda: pd.DataFrame(COLUMNS), "polars": lambda: pl.DataFrame(COLUMNS),
        "lazy": lambda: pl.LazyFrame(COLUMNS), "parquet": lambda: str(file), "path": lambda: file,
        "ibis": lambda: ibis.duckdb.connect().create_table("t", arrow), "memtable": lambda: ibis.memtable(arrow),
        "rows": lambda: arrow.to_pylist(), "columns": lambda: COLUMNS,
    }  # fmt: skip
    return made[request.param]()


def test_any_table_gives_the_same_ranks(any_table):
    found = value.abc(any_table).to_pandas().sort_values("rank")
    assert found["customer_id"].tolist() == ["a", "b", "c"]
    assert [str(each) for each in found["value"]] == ["3.50", "2.00", "1.00"]


SALES = pa.table({
    "customer_id": list("abab"), "order_no": list("1234"), "amount": [5.0, 6.0, 7.0, 8.0],
    "day": [date(2025, 10, 1), date(2025, 11, 1), date(2025, 12, 1), date(2026, 2, 1)],
})  # fmt: skip
LOST = pa.table({"customer_id": ["b"], "lost_on": [date(2026, 6, 1)]})


@pytest.mark.parametrize(
    "made", [pa.Table.to_pandas, pl.from_arrow, lambda t: pl.from_arrow(t).lazy(), ibis.memtable]
)
def test_s1_9_tables_of_any_kind_may_be_held_against_each_other(made):
    found = value.churn_rates(made(SALES), made(LOST), date(2026, 1, 1), date(2026, 6, 30)).to_pyarrow()
    assert found.select(["customers_at_start", "customers_lost"]).to_pylist() == [
        {"customers_at_start": 2, "customers_lost": 1}
    ]


def test_s1_9_a_table_of_another_connection_stays_there():
    own = ibis.duckdb.connect().create_table("sold", pa.concat_tables([SALES, SALES.slice(0, 1)]))
    assert value.state_moves(own, date(2026, 6, 30)).to_pyarrow().num_rows == 0
    assert value.churn(own, date(2026, 6, 30)).to_pyarrow().num_rows == 2


def test_pandas_days_and_text_columns_are_understood():
    days = pd.DataFrame(
        {"customer_id": ["a"], "order_no": ["1"], "day": pd.to_datetime(["2026-06-30"]), "amount": [1.0]}
    )
    assert value.rfm(days, date(2026, 6, 30)).to_pandas()["recency_days"].tolist() == [0]


@pytest.mark.parametrize("no_table", [42, [], {}])
def test_what_is_no_table_is_refused(no_table):
    with pytest.raises(value.FactError):
        value.abc(no_table)


NOBODY = {
    name: []
    for name in ("customer_id", "order_no", "day", "amount", "dealer_id", "av", "pv", "sales", "value")
}


@pytest.mark.parametrize(
    "call",
    [
        lambda nobody: value.rfm(nobody, date(2026, 6, 30)), value.abc, value.pyramid, value.value_classes,
        lambda nobody: value.quality_score(nobody, {"sales": 1}, {"sales": 5}), value.value_potential_matrix,
        lambda nobody: value.stability(nobody, date(2026, 6, 30)), lambda nobody: value.churn(nobody, date(2026, 6, 30)),
        lambda nobody: value.exposure(nobody, nobody, date(2026, 6, 30)),
    ],
)  # fmt: skip
def test_a_table_without_rows_is_a_result_without_rows_whatever_its_columns_are_called(call):
    for nobody in (pd.DataFrame(NOBODY), pd.DataFrame(NOBODY, dtype=float), pa.table(NOBODY)):
        assert call(nobody).to_pyarrow().num_rows == 0


def test_s0_4_a_dealer_is_measured_where_nothing_was_sold_yet():
    ties = {"dealer_id": ["D"], "customer_id": ["c"]}
    [row] = value.exposure(ties, pd.DataFrame(NOBODY), date(2026, 6, 30)).to_pyarrow().to_pylist()
    assert (row["gross"], row["at_risk"], row["reason"]) == (0, 0, "no_sales")


@pytest.mark.parametrize(
    ("as_of", "months", "start"),
    [
        (date(2026, 6, 30), 12, date(2025, 7, 1)), (date(2024, 2, 29), 12, date(2023, 3, 1)),
        (date(2025, 2, 28), 12, date(2024, 2, 29)), (date(2026, 6, 30), 24, date(2024, 7, 1)),
    ],
)  # fmt: skip
def test_a_window_of_months_starts_the_day_after_the_same_date(as_of, months, start):
    assert months_start(as_of, months) == start


def test_a_window_of_days_counts_both_ends():
    assert days_start(date(2026, 6, 30), 365) == date(2025, 7, 1)


def test_a_month_is_complete_on_its_last_day():
    assert complete_months(date(2026, 6, 30), 1) == (date(2026, 6, 1), date(2026, 7, 1))
    assert complete_months(date(2026, 6, 29), 1) == (date(2026, 5, 1), date(2026, 6, 1))
    assert complete_months(date(2026, 1, 15), 2)[0] == date(2025, 11, 1)


def test_tenure_counts_completed_months():
    assert whole_months_between(date(2023, 6, 30), date(2026, 6, 30)) == 36
    assert whole_months_between(date(2023, 6, 30), date(2026, 6, 29)) == 35


@pytest.mark.parametrize("day", [None, "june", 20260630, "2026-02-30", pd.NaT, np.datetime64("NaT")])
def test_s3_5_what_is_no_day_is_refused_by_name(day):
    with pytest.raises(value.FactError) as refused:
        value.stability(SALES, day)
    assert refused.value.column == "as_of"


def test_dates_come_as_dates_datetimes_or_text():
    assert as_date(datetime(2026, 6, 30, 9)) == as_date("2026-06-30") == date(2026, 6, 30)
    assert (
        as_date(np.datetime64("2026-06-30T09", "ns"))
        == as_date(pd.Timestamp("2026-06-30 09:00"))
        == date(2026, 6, 30)
    )


@given(st.lists(st.integers(-facts.LARGEST_FEN, facts.LARGEST_FEN), min_size=1, max_size=50))
def test_every_decimal_of_two_places_becomes_its_fen_exactly(fen):
    table = read(pa.table({"amount": pa.array([Decimal(n).scaleb(-2) for n in fen], pa.decimal128(18, 2))}))
    assert table.select(fen=to_fen(table.amount)).to_pyarrow()["fen"].to_pylist() == fen


FRAME = SALES.to_pandas().assign(day=lambda sold: pd.to_datetime(sold.day))
BAD_FRAMES = {
    "other names": (FRAME.rename(columns={"customer_id": "mid", "day": "d"}), "缺少列 customer_id、day；表里有 mid"),
    "whole numbers": (FRAME.assign(customer_id=range(4)), r'customer_id.*应为文本：.astype\("string"\)'),
    "floats": (FRAME.assign(customer_id=[1.0, 2.0, np.nan, 4.0]), r'customer_id.*.astype\("Int64"\)'),
    "text of days": (FRAME.assign(day=FRAME.day.astype(str)), r"day.*应为日期：pandas.to_datetime"),
    "numbers of days": (FRAME.assign(day=20260630), r"day.*astype\(str\)"),
    "days of a zone": (FRAME.assign(day=FRAME.day.dt.tz_localize("UTC")), r"day.*tz_localize\(None\)"),
    "text of amounts": (FRAME.assign(amount="5"), r"amount.*pandas.to_numeric"),
    "no amount": (FRAME.assign(amount=[1.0, None, 2.0, None]), "amount：有 2 行为空"),
    "endless": (FRAME.assign(amount=[1.0, np.inf, 2.0, 1e300]), "amount：有 2 行不是数或过大"),
    "no day": (FRAME.assign(day=FRAME.day.where(FRAME.index > 0)), "day：有 1 行没有日期"),
    "one column": (FRAME.amount, "reset_index"),
    "nothing": (None, "给的是 NoneType，要 pandas"),
    "no file": ("no such.parquet", "没有这个文件"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_s3_5_what_is_wrong_with_a_table_is_said_with_what_mends_it(name):
    frame, sentence = BAD_FRAMES[name]
    with pytest.raises(value.FactError, match=sentence):
        value.rfm(frame, date(2026, 6, 30))


def test_a_traceback_says_in_english_too_what_is_wrong_with_a_table():
    with pytest.raises(value.FactError) as refused:
        value.abc(pd.DataFrame({"customer_id": [1], "value": [1]}))
    told = "".join(traceback.format_exception_only(refused.value))
    assert "English: customer_id has the wrong type" in told
    assert "English" not in str(refused.value)


def test_a_file_that_is_no_parquet_says_how_to_read_it(tmp_path):
    file = tmp_path / "sales.csv"
    FRAME.to_csv(file)
    with pytest.raises(value.FactError, match="read_csv"):
        value.rfm(file, date(2026, 6, 30))


def own(heard):
    return [each.message for each in heard if isinstance(each.message, value.FactWarning)]


def test_lines_of_nobody_are_left_out_but_never_in_silence():
    some = FRAME.assign(customer_id=["a", None, "a", None])
    with pytest.warns(value.FactWarning, match="有 2 行没有客户") as heard:
        found = value.rfm(some, date(2026, 6, 30)).to_pandas()
    [said] = own(heard)
    assert (found.customer_id.tolist(), said.code, said.params) == (["a"], "no_customer", {"rows": 2})


@pytest.mark.parametrize("name", ["nan", "<NA>", "None", ""])
def test_a_customer_called_like_a_missing_one_is_pointed_at(name):
    with pytest.warns(value.FactWarning, match="1 行的客户叫") as heard:
        value.rfm(FRAME.assign(customer_id=["a", name, "a", "b"]), date(2026, 6, 30))
    assert [said.code for said in own(heard)] == ["nameless_customer"]
    with pytest.warns(value.FactWarning):
        value.abc({"customer_id": ["a", name], "value": [1, 2]})


def test_good_tables_are_read_without_a_word():
    with warnings.catch_warnings():
        warnings.simplefilter("error", value.FactWarning)
        value.rfm(FRAME, date(2026, 6, 30))
        value.abc(COLUMNS)


@pytest.mark.parametrize(
    "made",
    [
        lambda sold: sold.assign(order_no=range(4)), lambda sold: sold.assign(day=sold.day.astype("datetime64[s]")),
        lambda sold: sold.assign(day=sold.day.dt.date), lambda sold: sold.assign(customer_id=sold.customer_id.astype("category")),
        lambda sold: sold.convert_dtypes(), lambda sold: sold.convert_dtypes(dtype_backend="pyarrow"),
        lambda sold: sold.assign(amount=[Decimal("5"), Decimal("6"), Decimal("7"), Decimal("8")]),
        lambda sold: sold.set_index("customer_id"), lambda sold: sold.iloc[::-1],
        lambda sold: pads.dataset(pa.Table.from_pandas(sold)),
    ],
)  # fmt: skip
def test_every_habit_of_pandas_gives_the_same_scores(made):
    def scored(sold):
        return (
            value.stability(sold, date(2026, 6, 30)).to_pandas().sort_values("customer_id", ignore_index=True)
        )

    pd.testing.assert_frame_equal(scored(made(FRAME)), scored(SALES))


def test_days_before_1970_and_leap_days_count_like_any_other():
    old = FRAME.assign(day=pd.to_datetime(["1968-02-29", "1968-03-01", "1969-12-31", "1970-01-01"]))
    found = value.lifetime.summary(old, date(1970, 1, 2), unit_days=1).to_pandas().set_index("customer_id")
    assert found.loc["a", ["recency", "age"]].tolist() == [671, 673]
    assert found.loc["b", ["recency", "age"]].tolist() == [671, 672]


@pytest.mark.parametrize("backend", ["sqlite", "polars"])
def test_tables_of_backends_without_windows_are_brought_over(backend):
    connection = getattr(ibis, backend).connect()
    table = connection.create_table("sold", SALES)
    found = (
        value.stability(table, date(2026, 6, 30)).to_pandas().sort_values("customer_id", ignore_index=True)
    )
    same = value.stability(SALES, date(2026, 6, 30)).to_pandas().sort_values("customer_id", ignore_index=True)
    pd.testing.assert_frame_equal(found, same)
    assert value.rfm(table, date(2026, 6, 30)).to_pyarrow().num_rows == 2


@pytest.mark.parametrize(
    ("call", "column"),
    [
        (lambda: value.state_moves(SALES, date(2026, 6, 30), quarters=0), "quarters"),
        (lambda: value.lifetime.summary(SALES, date(2026, 6, 30), unit_days="W"), "unit_days"),
        (lambda: value.lifetime.summary(SALES, date(2026, 6, 30), unit_days=0), "unit_days"),
    ],
)
def test_arguments_that_are_no_length_are_refused_by_name(call, column):
    with pytest.raises(value.FactError) as refused:
        call()
    assert refused.value.column == column


@pytest.mark.parametrize("kind", [pa.float16(), pa.uint8(), pa.decimal128(38, 2), pa.decimal256(50, 2)])
def test_every_kind_of_number_that_arrow_has_is_read(kind):
    values = pa.array([Decimal(3), Decimal(2), None]).cast(pa.float64()).cast(kind)
    rows = value.abc(pa.table({"customer_id": ["a", "b", "c"], "value": values})).to_pyarrow().to_pylist()
    assert {row["customer_id"]: row["value"] for row in rows} == {"a": 3, "b": 2, "c": None}


@pytest.mark.parametrize("amount", [-(2**63), 2**63 - 1, 9 * 10**12 + 1, -9 * 10**12 - 1])
def test_a_whole_number_that_is_too_large_is_refused_by_its_column(amount):
    with pytest.raises(value.FactError) as refused:
        value.abc(pa.table({"customer_id": ["a"], "value": pa.array([amount], pa.int64())}))
    assert refused.value.column == "value"
