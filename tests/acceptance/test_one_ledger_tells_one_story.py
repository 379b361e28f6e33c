"""From one ledger at the command line to ranked and explained customers: the rows of the main job, end to end.

The ten customers are those of the definitions (3.1): amounts in 万 48, 30, 9, 12, 6, 4.5, 3, 2, 0.8, 0.5.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kemai.doors.cli.main import run

pytestmark = pytest.mark.django_db

AMOUNTS = {"C01": 480000, "C02": 300000, "C03": 90000, "C04": 120000, "C05": 60000, "C06": 45000, "C07": 30000, "C08": 20000, "C09": 8000, "C10": 5000}  # fmt: skip
DAYS = {"C01": "2026-06-28", "C02": "2026-06-20", "C03": "2026-06-01", "C04": "2026-05-15", "C05": "2026-04-30",
        "C06": "2026-03-31", "C07": "2026-02-10", "C08": "2025-12-31", "C09": "2025-10-01", "C10": "2025-08-01"}  # fmt: skip
ORDERS = {
    "C01": 24,
    "C02": 12,
    "C03": 15,
    "C04": 6,
    "C05": 8,
    "C06": 4,
    "C07": 5,
    "C08": 2,
    "C09": 2,
    "C10": 1,
}


class Terminal:
    """Runs commands in this process and reads the one document on standard output."""

    def __init__(self, folder: Path, capsys: Any) -> None:
        self.folder, self._capsys = folder, capsys
        self.status = 0
        self.said = ""

    def __call__(self, *words: str) -> Any:
        self._capsys.readouterr()
        self.status = run([*words, "--json"])
        captured = self._capsys.readouterr()
        self.said = captured.err
        return json.loads(captured.out) if captured.out else None

    def file(self, name: str, *lines: str) -> str:
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", "utf-8")
        return str(path)

    def classes(self, scheme: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for row in self("rank", "--scheme", scheme):
            found.setdefault(row["class"], []).append(row["name"])
        return found


@pytest.fixture
def kemai(db, tmp_path, settings, capsys) -> Terminal:
    settings.DATA_DIR = tmp_path
    return Terminal(tmp_path, capsys)


@pytest.fixture
def books(kemai):
    """The ledger of the definitions: each customer's amount spread over its orders, the last on its day."""
    lines = ["单号,日期,客户,数量,金额,成本"]
    for who, amount in AMOUNTS.items():
        count = ORDERS[who]
        for n in range(count):
            part = amount // count + (amount % count if n == 0 else 0)
            lines.append(f"{who}-{n},{DAYS[who]},{who},{(n + 1) * 10},{part},{part * 7 // 10}")
    done = kemai("import", "sales", kemai.file("sales.csv", *lines), "--create-customers")
    assert (kemai.status, done["rejected"], done["rows"]) == (0, 0, len(lines) - 1)
    kemai("revalue", "--as-of", "2026-06-30")
    return kemai


def test_a_ledger_alone_creates_its_customers_and_the_second_time_adds_nothing(books):
    """S4.1, B08: the same file again is known."""
    again = books("import", "sales", str(books.folder / "sales.csv"))
    assert (again["created"], again["updated"], again["rejected"]) == (0, 0, 0)
    assert len(books("rank")) == 10


def test_expected_value_classes_two_two_six_of_ten(books):
    """S0.41: ten customers make 2, 2 and 6."""
    found = books.classes("ev_abc")
    assert {k: len(v) for k, v in found.items()} == {"A": 2, "B": 2, "C": 6}


def test_purchase_amount_classes_by_value_share(books):
    """S1.134, S2.11: A 4, B 3, C 3."""
    found = books.classes("sales_abc_value")
    assert found == {
        "A": ["C01", "C02", "C04", "C03"],
        "B": ["C05", "C06", "C07"],
        "C": ["C08", "C09", "C10"],
    }


def test_the_shares_of_a_ranking_add_up_to_one_hundred(books):
    """S1.138, S4.93: shares by largest remainder; the best two of ten carry 67.36 %."""
    rows = books("rank", "--scheme", "sales_abc_value")
    assert sum(int(r["share"].replace(".", "")) for r in rows) == 10_000
    assert rows[1]["cumulative_share"] == "67.36"
    assert rows[-1]["cumulative_share"] == "100.00"


def test_the_rfm_codes_are_those_of_the_definitions(books):
    """S1.130 beside 3.1: 555, 545, 454, 434, 343, 323, 232, 222, 121, 111 from C01 to C10."""
    codes = [
        books("show", row["code"])["measures"]["rfm"]
        for row in sorted(books("rank"), key=lambda r: r["name"])
    ]
    assert codes == ["555", "545", "454", "434", "343", "323", "232", "222", "121", "111"]


def test_value_levels_follow_their_thresholds(books):
    """S2.2: 5, 20 and 50 万."""
    found = books.classes("value_level")
    assert found == {
        "large": ["C01", "C02"],
        "medium": ["C04", "C03", "C05"],
        "small": ["C06", "C07", "C08", "C09", "C10"],
    }


def test_the_pyramid_of_ten_has_one_key_customer(books):
    """S4.52 to S4.55, S4.63: cumulative cuts 1, 5, 20 %, at least one key customer."""
    found = books.classes("pyramid")
    assert {tier: len(names) for tier, names in found.items()} == {"key": 1, "ordinary": 1, "small": 8}
    assert (found["key"], found["ordinary"]) == (["C01"], ["C02"])


def test_profit_ranks_by_profit(books):
    """S4.47: the value is the profit, sales less cost."""
    first = books("rank", "--scheme", "profit_abc", "--top", "1")[0]
    assert (first["name"], first["value"]) == ("C01", "144000.00")


def test_every_row_says_why(books):
    """S2.15: no number without its reason, and all but the best say what would move them up."""
    rows = books("rank")
    assert all(row["why"] for row in rows)
    assert all("再多" in row["why"] for row in rows if row["class"] == "C")


def test_the_measure_of_a_scheme_can_be_the_quantity(books):
    """S2.17: another measure, another ranking."""
    from kemai.business.valuation.actions import save_scheme_version
    from kemai.foundation.access.actor import system_actor
    from kemai.foundation.clock import business_today

    before = [r["name"] for r in books("rank", "--scheme", "sales_abc_count")]
    save_scheme_version(
        actor=system_actor(business_today()), scheme_key="sales_abc_count", cuts=["15", "20", "65"],
        reason="按数量", measure="quantity_12m",
    )  # fmt: skip
    books("revalue", "--as-of", "2026-06-30")
    rows = books("rank", "--scheme", "sales_abc_count")
    assert [r["name"] for r in rows] != before
    assert rows[0]["share"] is None or rows[0]["name"] == "C01"


def test_a_past_run_is_opened_as_it_was(books):
    """S1.8, S1.130: after more sales and another run, the first one still tells its own story."""
    [first_run] = {books("show", books("rank")[0]["code"])["run"]}
    before = books("rank", "--run", str(first_run))
    books("import", "sales", books.file("more.csv", "单号,日期,客户,金额", "X-1,2026-06-29,C10,900000"))
    for day in ("2026-06-30", "2026-07-31", "2026-08-31"):
        books("revalue", "--as-of", day)
    assert books("rank")[0]["name"] == "C10"
    after = books("rank", "--run", str(first_run))
    assert [(r["rank"], r["name"], r["value"], r["class"]) for r in after] == [
        (r["rank"], r["name"], r["value"], r["class"]) for r in before
    ]


def test_three_equal_customers_still_share_one_hundred(kemai):
    """S4.93: 33.34, 33.33 and 33.33, also when the run is opened again from its file."""
    kemai(
        "import",
        "sales",
        kemai.file("s.csv", "单号,日期,客户,金额", *(f"S{n},2026-06-01,{n},100" for n in "甲乙丙")),
        "--create-customers",
    )
    run_id = str(kemai("revalue", "--as-of", "2026-06-30")["run"])
    wanted = ["33.34", "33.33", "33.33"]
    assert [r["share"] for r in kemai("rank")] == wanted
    assert _shares_of_the_page() == wanted
    for day in ("2026-07-01", "2026-07-02"):
        kemai("revalue", "--as-of", day)
    assert [r["share"] for r in kemai("rank", "--run", run_id)] == wanted


def test_the_first_order_makes_a_customer_and_its_full_return_takes_it_back(kemai):
    """S2.1, S4.4, S4.6: enquiry only is potential; ordered is first-time; returned in full is potential again."""
    kemai("import", "customers", kemai.file("c.csv", "客户编号,客户名称,状态", "K1,甲公司,potential"))
    assert kemai("show", "K1")["state"] == "potential"
    kemai(
        "import",
        "sales",
        kemai.file("s.csv", "单号,行号,日期,客户,金额", "S1,1,2026-06-01,K1,100", "S1,2,2026-06-01,K1,50"),
    )
    shown = kemai("show", "K1")
    assert (shown["state"], shown["stage"]) == ("actual", "first_time")
    kemai(
        "import",
        "sales",
        kemai.file("r.csv", "单号,行号,日期,客户,金额,类型", "S1,3,2026-06-09,K1,150,return"),
    )
    assert kemai("show", "K1")["state"] == "potential"


def test_a_second_day_makes_a_repeat_buyer(kemai):
    """S4.7: two lines of one order are one purchase; a second order on a later day is the second."""
    kemai(
        "import",
        "sales",
        kemai.file("s.csv", "单号,日期,客户,金额", "S1,2026-06-01,甲,100", "S1,2026-06-01,甲,50"),
        "--create-customers",
    )
    [code] = {r["code"] for r in _ranked(kemai)}
    assert kemai("show", code)["stage"] == "first_time"
    kemai("import", "sales", kemai.file("t.csv", "单号,日期,客户,金额", "S2,2026-06-02,甲,10"))
    assert kemai("show", code)["stage"] == "repeat"


def test_a_cancelled_order_never_made_a_customer(kemai):
    """S2.1: cancelled before delivery, back to potential."""
    kemai("import", "customers", kemai.file("c.csv", "客户编号,客户名称,状态", "K1,甲公司,target"))
    kemai(
        "import",
        "sales",
        kemai.file("s.csv", "单号,行号,日期,客户,金额,状态", "S1,1,2026-06-01,K1,100,ordered"),
    )
    assert kemai("show", "K1")["state"] == "actual"
    kemai(
        "import",
        "sales",
        kemai.file("s2.csv", "单号,行号,日期,客户,金额,状态", "S1,1,2026-06-01,K1,100,cancelled"),
    )
    assert kemai("show", "K1")["state"] == "target"


def test_estimates_rank_prospects_beside_customers_over_one_horizon(kemai):
    """S0.36, S0.39, S0.40, S4.81: 200万 × 30 % × 50 % = 30万, 120万 + 50万 × 80 % = 160万; 24 months beside 12 is refused."""
    kemai(
        "import",
        "customers",
        kemai.file("c.csv", "客户编号,客户名称,状态", "P1,潜客,potential", "K1,老客,actual"),
    )
    kemai("import", "sales", kemai.file("s.csv", "单号,日期,客户,金额", "S1,2026-06-01,K1,1200000"))
    kemai(
        "import",
        "potentials",
        kemai.file(
            "p.csv", "客户,需求潜力,预期份额,可能性,预期增量", "P1,2000000,30%,50%,", "K1,,,80%,500000"
        ),
    )
    kemai("revalue", "--as-of", "2026-06-30")
    assert [(r["code"], r["value"]) for r in kemai("rank")] == [("K1", "1600000.00"), ("P1", "300000.00")]
    kemai(
        "import",
        "potentials",
        kemai.file("q.csv", "客户,需求潜力,预期份额,可能性,预测期", "P1,2000000,30%,50%,24"),
    )
    assert kemai("revalue", "--as-of", "2026-06-30") is None
    assert kemai.status == 1
    assert "24" in kemai.said
    assert [(r["code"], r["value"]) for r in kemai("rank")] == [("K1", "1600000.00"), ("P1", "300000.00")]


def _shares_of_the_page() -> list[str]:
    from kemai.business.valuation import queries
    from kemai.business.valuation.ranking.curve import curve_of
    from kemai.business.valuation.ranking.places import places_after
    from kemai.foundation.access.actor import system_actor
    from kemai.foundation.clock import business_today

    actor, found = system_actor(business_today()), queries.published_run()
    return [str(row.share) for row in places_after(actor, found, "ev_abc", curve_of(actor, found, "ev_abc"))]


def _ranked(kemai: Terminal) -> list[dict[str, Any]]:
    kemai("revalue", "--as-of", "2026-06-30")
    return kemai("rank")
