"""What hangs on one dealer (3.13, S0.4, S0.6)."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kemai import value

WAN = 10_000
AS_OF = date(2026, 6, 30)
RECENT, OLD = AS_OF - timedelta(days=180), AS_OF - timedelta(days=181)
quick = settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def bought(*rows):
    """Lines of (customer, wan, day, product line)."""
    padded = [(*row, *(AS_OF, None)[len(row) - 2 :]) for row in rows]
    return pa.table({
        "customer_id": pa.array([row[0] for row in padded], pa.string()), "order_no": [str(i) for i in range(len(padded))],
        "day": pa.array([row[2] for row in padded], pa.date32()), "amount": pa.array([row[1] * WAN for row in padded], pa.float64()),
        "product_line": pa.array([row[3] for row in padded], pa.string()),
    })  # fmt: skip


def linked(*rows):
    names = ("dealer_id", "customer_id", "product_line", "share", "from_on", "to_on")
    kinds = (pa.string(), pa.string(), pa.string(), pa.float64(), pa.date32(), pa.date32())
    padded = [(*row, *(None,) * (6 - len(row))) for row in rows]
    return pa.table(
        {
            n: pa.array([row[i] for row in padded], k)
            for i, (n, k) in enumerate(zip(names, kinds, strict=True))
        }
    )


def known(codes, **more):
    good = {
        "completeness": 80,
        "confirmed_on": RECENT,
        "alternatives": 1,
        "keep": None,
        "tie": None,
        "region": "东",
    }
    return pa.Table.from_pylist([{"customer_id": code, **good, **more.get(code, {})} for code in codes], pa.schema([
        ("customer_id", pa.string()), ("completeness", pa.float64()), ("confirmed_on", pa.date32()),
        ("alternatives", pa.int64()), ("keep", pa.float64()), ("tie", pa.string()), ("region", pa.string()),
    ]))  # fmt: skip


def by_dealer(*args, **more):
    return {row["dealer_id"]: row for row in value.exposure(*args, **more).to_pyarrow().to_pylist()}


def details(*args, **more):
    found = value.exposure_detail(*args, **more).to_pyarrow().to_pylist()
    return {row["customer_id"]: row for row in found}


def in_wan(row, *names):
    return tuple(float(row[name]) / WAN for name in names)


EXAMPLE = bought(("D", 800), ("J1", 360), ("J2", 200), ("X", 200))


def test_s0_4_the_dealer_of_the_definition():
    row = by_dealer(linked(("D", "J1"), ("D", "J2")), EXAMPLE, AS_OF, known(["D", "J1", "J2", "X"]))["D"]
    assert in_wan(row, "gross", "mapped", "reachable", "recoverable", "at_risk", "unmapped") == (
        800, 560, 560, 448, 352, 240,
    )  # fmt: skip
    assert (row["at_risk_share"], row["region_dependency"], row["region_flag"]) == (44, 80, "red")
    assert in_wan(row, "region_sales") == (1000,)


def test_s0_4_nobody_known_all_at_risk():
    row = by_dealer(linked(("D", "J1"), ("D", "J2")), EXAMPLE, AS_OF)["D"]
    assert in_wan(row, "gross", "mapped", "reachable", "at_risk") == (800, 560, 0, 800)
    assert (row["region_dependency"], row["region_flag"]) == (None, None)


def test_the_same_from_shares_of_what_the_dealer_bought():
    links = linked(("D", "J1", None, 0.45), ("D", "J2", None, 0.25), ("D", "J3"))
    row = by_dealer(
        links, bought(("D", 800), ("X", 200)), AS_OF, known(["D", "J1", "J2", "X"]), basis="dealer"
    )["D"]
    assert in_wan(row, "mapped", "at_risk", "unmapped", "region_sales") == (560, 352, 240, 1000)


@pytest.mark.parametrize(
    ("about", "missing"),
    [
        ({}, ""),
        ({"completeness": 79.9}, "archive"),
        ({"completeness": None}, "archive"),
        ({"confirmed_on": OLD}, "contact"),
        ({"confirmed_on": None}, "contact"),
        ({"alternatives": 0}, "alternative"),
        ({"alternatives": None, "completeness": 0}, "archive,alternative"),
    ],
)
def test_a_customer_is_reachable_by_archive_contact_and_another_way_of_supply(about, missing):
    row = details(linked(("D", "J1")), EXAMPLE, AS_OF, known(["J1"], J1=about))["J1"]
    assert (row["reachable"], row["missing"]) == (not missing, missing)
    assert in_wan(row, "sell_through", "recoverable") == (360, 0 if missing else 288)


def test_a_dealer_who_supplies_already_is_another_way_of_supply():
    about = known(["J1"], J1={"alternatives": 0})
    both, over = linked(("D", "J1"), ("E", "J1")), linked(("D", "J1"), ("E", "J1", None, None, None, OLD))
    missing = [
        {
            (row["dealer_id"], row["missing"])
            for row in value.exposure_detail(links, EXAMPLE, AS_OF, about).to_pyarrow().to_pylist()
        }
        for links in (both, over)
    ]
    assert missing == [{("D", ""), ("E", "")}, {("D", "alternative"), ("E", "")}]


@pytest.mark.parametrize(
    ("about", "kept"),
    [({}, 0.8), ({"tie": "strong"}, 0.9), ({"tie": "weak"}, 0.5), ({"tie": "weak", "keep": 0.7}, 0.7)],
)
def test_the_tie_says_how_much_would_stay(about, kept):
    row = details(linked(("D", "J1")), EXAMPLE, AS_OF, known(["J1"], J1=about))["J1"]
    assert (row["keep"], *in_wan(row, "recoverable")) == (kept, round(360 * kept))


def test_sell_through_beyond_gross_is_scaled_to_it():
    links, sales = linked(("D", "J1"), ("D", "J2")), bought(("D", 400), ("J1", 600), ("J2", 200))
    row = by_dealer(links, sales, AS_OF, known(["J1"]))["D"]
    assert in_wan(row, "mapped", "unmapped", "reachable", "recoverable", "at_risk") == (400, 0, 300, 240, 160)


def test_shares_of_a_customer_go_to_their_dealers_by_line():
    links = linked(("D", "J", "酒", 0.6), ("E", "J", "酒", 0.4), ("E", "J"))
    sales = bought(("D", 900), ("E", 900), ("J", 100, AS_OF, "酒"), ("J", 50, AS_OF, "水"))
    found = by_dealer(links, sales, AS_OF)
    # E's link for all lines carries the water; for the wine its own link counts, not both.
    assert (in_wan(found["D"], "mapped"), in_wan(found["E"], "mapped")) == ((60,), (90,))


def test_unknown_shares_divide_what_the_known_ones_leave():
    links = linked(("D", "J", None, 0.5), ("E", "J"), ("F", "J"))
    found = by_dealer(links, bought(("D", 900), ("E", 900), ("F", 900), ("J", 100)), AS_OF)
    assert [in_wan(found[code], "mapped") for code in "DEF"] == [(50,), (25,), (25,)]


def test_the_line_may_come_from_the_product():
    sales = bought(("D", 100), ("J", 10)).append_column("product_code", pa.array(["p", "p"]))
    products = pa.table({"product_code": ["p", "q"], "line": ["酒", "水"]})
    assert in_wan(by_dealer(linked(("D", "J", "酒")), sales, AS_OF, products=products)["D"], "mapped") == (
        10,
    )
    assert in_wan(by_dealer(linked(("D", "J", "水")), sales, AS_OF, products=products)["D"], "mapped") == (0,)


def test_only_sales_within_the_link_and_the_window_count():
    links = linked(("D", "J", None, None, date(2026, 1, 1), date(2026, 3, 31)))
    days = {date(2025, 12, 31): 1, date(2026, 1, 1): 10, date(2026, 3, 31): 100, date(2026, 4, 1): 1000}
    sales = bought(("D", 9000), ("D", 9, date(2025, 6, 30)), *(("J", wan, day) for day, wan in days.items()))
    assert in_wan(by_dealer(links, sales, AS_OF)["D"], "gross", "mapped") == (9000, 110)


def test_s0_6_twenty_of_twenty_five_customers_go_to_another_dealer():
    codes = [f"J{i:02d}" for i in range(25)]
    links = linked(*(("D", code) for code in codes), ("E", "K"))
    sales = bought(("D", 800, date(2026, 5, 1)), *((code, 10, date(2026, 5, 1)) for code in codes))
    moved = value.move_links(links, "D", "E", codes[:20], date(2026, 7, 1))
    after = date(2026, 7, 1)
    before, now = (by_dealer(some, sales, after)["D"] for some in (links, moved))
    assert in_wan(before, "gross", "at_risk", "mapped") == (800, 800, 250)
    assert in_wan(now, "gross", "at_risk", "mapped") == (800, 600, 250)
    detail = value.exposure_detail(moved, sales, after).to_pyarrow().to_pylist()
    assert sorted(row["customer_id"] for row in detail if row["moved"]) == codes[:20]


def test_s0_6_history_stays_under_the_old_dealer_and_goes_on_under_the_new():
    moved = value.move_links(linked(("D", "J"), ("D", "K")), "D", "E", ["J"], "2026-07-01").to_pylist()
    assert sorted((row["dealer_id"], row["customer_id"], row["from_on"], row["to_on"]) for row in moved if row["customer_id"] == "J") == [
        ("D", "J", None, date(2026, 6, 30)), ("E", "J", date(2026, 7, 1), None),
    ]  # fmt: skip
    sales = bought(("J", 10, date(2026, 6, 30)), ("J", 20, date(2026, 7, 1)), ("D", 99), ("E", 99))
    found = by_dealer(pa.Table.from_pylist(moved), sales, date(2026, 7, 31))
    assert (in_wan(found["D"], "mapped"), in_wan(found["E"], "mapped")) == ((10,), (20,))


def test_what_dealers_bought_for_their_customers_is_not_counted_twice_in_a_region():
    row = by_dealer(linked(("D", "J", None, 0.25)), bought(("D", 100), ("J", 80)), AS_OF, known(["D", "J"]))[
        "D"
    ]
    assert in_wan(row, "region_sales") == (160,)
    assert row["region_dependency"] == 62.5


def test_thirty_percent_is_not_yet_red():
    about = known(["D", "X"])
    for wan, flag in ((30, None), (31, "red")):
        sales = bought(("D", wan), ("X", 100 - wan))
        assert by_dealer(linked(("D", "J")), sales, AS_OF, about)["D"]["region_flag"] == flag


def test_receivables_and_stock_of_the_dealer_stand_beside_it():
    about = pa.table({"customer_id": ["D"], "receivable": [120.5], "stock": [80]})
    row = by_dealer(linked(("D", "J")), EXAMPLE, AS_OF, about)["D"]
    assert (float(row["receivable"]), float(row["stock"])) == (120.5, 80)


def test_a_dealer_without_sales_says_so():
    row = by_dealer(linked(("D", "J")), bought(("J", 5)), AS_OF)["D"]
    assert (row["reason"], row["gross"], row["at_risk_share"]) == ("no_sales", 0, None)


def test_links_may_be_written_as_an_import_sheet_does():
    links = pa.table({"dealer": ["D"], "customer": ["J1"], "from": [date(2020, 1, 1)], "to": [AS_OF]})
    assert in_wan(by_dealer(links, EXAMPLE, AS_OF)["D"], "mapped") == (360,)


@pytest.mark.parametrize(
    ("links", "column"),
    [
        (linked(("D", "J", None, 1.2)), "share"),
        (linked(("D", "D")), "customer_id"),
        (linked((None, "J")), "dealer_id"),
        (linked(("D", None)), "customer_id"),
        (pa.table({"customer_id": ["J"]}), "dealer_id"),
    ],
)
def test_links_that_make_no_sense_are_refused(links, column):
    with pytest.raises(value.FactError) as refused:
        value.exposure(links, EXAMPLE, AS_OF)
    assert refused.value.column == column


def test_other_arguments_that_make_no_sense_are_refused():
    links = linked(("D", "J"))
    with pytest.raises(value.FactError):
        value.exposure(links, EXAMPLE, AS_OF, basis="moon")
    with pytest.raises(value.FactError):
        value.exposure(links, EXAMPLE, AS_OF, known(["J"], J={"keep": 1.5}))
    with pytest.raises(value.FactError):
        value.exposure(links, EXAMPLE, AS_OF, known(["J", "J"]))
    with pytest.raises(value.FactError):
        value.exposure(links, EXAMPLE, AS_OF, months=0)


def test_s0_6_a_customer_is_not_moved_to_itself():
    with pytest.raises(value.FactError) as refused:
        value.move_links(linked(("D", "J")), "D", "J", ["J"], date(2026, 7, 1))
    assert refused.value.column == "customers"


@quick
@given(
    flows=st.lists(
        st.tuples(st.sampled_from("DE"), st.integers(0, 5), st.integers(-20, 100)), min_size=1, max_size=20
    ),
    gross=st.tuples(st.integers(0, 300), st.integers(0, 300)),
    reached=st.sets(st.integers(0, 5)),
)
def test_what_is_at_risk_and_what_is_saved_are_all_there_is(flows, gross, reached):
    links = linked(*{(dealer, f"J{i}") for dealer, i, _ in flows})
    sales = bought(("D", gross[0]), ("E", gross[1]), *((f"J{i}", wan) for _, i, wan in flows))
    for row in by_dealer(links, sales, AS_OF, known([f"J{i}" for i in sorted(reached)])).values():
        assert row["recoverable"] + row["at_risk"] == row["gross"]
        assert row["mapped"] + row["unmapped"] == row["gross"]
        assert 0 <= row["recoverable"] <= row["reachable"] <= row["mapped"] <= row["gross"]


@pytest.mark.parametrize(
    ("wan", "region", "reason"),
    [
        (800, "东", None), (800, None, "no_region"), (0, "东", "no_positive_sales"), (-5, None, "no_positive_sales"),
        (None, "东", "no_sales"),
    ],
)  # fmt: skip
def test_a_dealer_whose_share_or_dependency_is_null_says_why(wan, region, reason):
    """3.13"""
    own = [] if wan is None else [("D", wan)]
    found = value.exposure(
        linked(("D", "x")), bought(("x", 5), *own), AS_OF, known(["x", "D"], D={"region": region})
    )
    [row] = found.to_pyarrow().to_pylist()
    assert row["reason"] == reason
    assert (row["at_risk_share"] is None or row["region_dependency"] is None) == (reason is not None)


def test_tables_of_different_backends_go_together():
    """3.13: links in pandas, sales in a database of one's own."""
    sales, links, people = bought(("D", 800), ("x", 560)), linked(("D", "x")), known(["x", "D"])
    database = ibis.duckdb.connect()
    expected = value.exposure(links, sales, AS_OF, people).to_pyarrow().to_pylist()
    for mixed in (
        (links.to_pandas(), database.create_table("sales", sales), people),
        (database.create_table("links", links), sales, ibis.memtable(people)),
    ):
        found = value.exposure(mixed[0], mixed[1], AS_OF, mixed[2])
        assert found.to_pyarrow().to_pylist() == expected
