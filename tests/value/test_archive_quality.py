"""Archive quality (3.15): completeness, accuracy, freshness and their index."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kemai import value
from kemai.value.measures.archive import COLUMNS, rate_archive

EXAMPLE = {
    "customer_id": "K0", "mandatory_filled": 10, "mandatory_fields": 10, "optional_filled": 2, "optional_fields": 5,
    "checks_right": 19, "checks": 20, "fresh_fields": 15, "dated_fields": 20,
}  # fmt: skip


def rated(rows_of, **changes):
    return rows_of(value.archive_quality(pa.Table.from_pylist([EXAMPLE | changes])))["K0"]


def test_s4_77_88_and_95_and_75_make_88_2(rows_of):
    found = rated(rows_of)
    assert (found["completeness"], found["accuracy"], found["freshness"]) == (88.0, 95.0, 75.0)
    assert (found["index"], found["band"], found["reason"]) == (88.2, "yellow", None)


def test_without_a_check_accuracy_is_nothing_rather_than_100_and_the_rest_weighs_67_to_33(rows_of):
    found = rated(rows_of, checks=0, checks_right=0)
    assert found["accuracy"] is None
    assert found["index"] == round(0.67 * 88 + 0.33 * 75, 2)


def test_s1_104_a_stale_phone_lowers_freshness_and_a_wrong_post_code_accuracy(rows_of):
    before = rated(rows_of)
    assert rated(rows_of, fresh_fields=14)["freshness"] < before["freshness"]
    assert rated(rows_of, checks=21)["accuracy"] < before["accuracy"]


def test_a_field_that_does_not_apply_leaves_completeness_unchanged_s4_69(rows_of):
    full = {"mandatory_filled": 4, "mandatory_fields": 4, "optional_filled": 3}
    assert rated(rows_of, optional_fields=3, **full)["completeness"] == 100.0
    assert rated(rows_of, optional_fields=4, **full)["completeness"] < 100.0


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mandatory_filled": 0, "mandatory_fields": 0, "optional_filled": 0, "optional_fields": 0}, "no_fields"),
        ({"fresh_fields": 0, "dated_fields": 0}, "no_dated_fields"),
    ],
)  # fmt: skip
def test_what_cannot_be_rated_has_no_index_and_says_why(rows_of, changes, reason):
    found = rated(rows_of, **changes)
    assert (found["index"], found["band"], found["reason"]) == (None, None, reason)


@pytest.mark.parametrize(
    "changes", [{"checks_right": 21}, {"mandatory_filled": -1}, {"dated_fields": None}, {"checks": 20.5}]
)
def test_counts_that_cannot_be_are_refused_with_the_customer(changes):
    with pytest.raises(value.FactError, match="K0"):
        value.archive_quality(pa.Table.from_pylist([EXAMPLE | changes]))


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([{"customer_id": "K0"}], "mandatory_filled"), ([EXAMPLE | {"checks": "x"}], "checks"),
        ([EXAMPLE, EXAMPLE], "customer_id"), ([EXAMPLE | {"customer_id": None}], "customer_id"),
    ],
)  # fmt: skip
def test_a_column_that_is_missing_of_another_type_or_repeats_a_customer_is_named(rows, column):
    with pytest.raises(value.FactError) as refused:
        value.archive_quality(pa.Table.from_pylist(rows))
    assert refused.value.column == column


def test_all_missing_columns_are_listed_at_once():
    with pytest.raises(value.FactError, match="checks"):
        value.archive_quality(pa.table({"customer_id": ["K0"]}))


counts = st.integers(1, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@settings(max_examples=40, deadline=None)
@given(counts, counts, counts, counts)
def test_the_index_is_the_weighted_mean_of_what_is_shown_and_lies_between_0_and_100(rows_of, m, o, c, d):
    made = EXAMPLE | dict(zip(list(EXAMPLE)[1:], [*m, *o, *c, *d], strict=True))
    found = rows_of(value.archive_quality(pa.Table.from_pylist([made])))["K0"]
    shown = [Decimal(str(found[name])) for name in ("completeness", "accuracy", "freshness")]
    mean = (shown[0] * 4 + shown[1] * 4 + shown[2] * 2) / 10
    assert Decimal(str(found["index"])) == mean.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert 0 <= found["index"] <= 100
    share = Decimal(2 * m[0] + o[0]) / Decimal(2 * m[1] + o[1]) * 100
    assert shown[0] == share.quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=4, max_size=4), min_size=1, max_size=20))  # fmt: skip
def test_one_archive_is_rated_as_the_table_of_all_is(archives):
    rows = [dict(zip(COLUMNS, (n for part, more in pairs for n in (part, part + more)), strict=True)) for pairs in archives]  # fmt: skip
    table = pa.table({"customer_id": [str(n) for n in range(len(rows))], **{k: [r[k] for r in rows] for k in COLUMNS}})  # fmt: skip
    found = {int(r["customer_id"]): r for r in value.archive_quality(table).to_pyarrow().to_pylist()}
    for n, counts in enumerate(rows):
        one = rate_archive(counts)
        for name in ("completeness", "accuracy", "freshness", "index"):
            mine, theirs = getattr(one, name), found[n][name]
            assert (None if mine is None else float(mine)) == (
                None if theirs is None else pytest.approx(theirs)
            )
        assert (one.band, one.reason) == (found[n]["band"], found[n]["reason"])
