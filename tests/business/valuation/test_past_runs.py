"""A past run reopens as it was, from its file, for those customers whom the reader may see (S1.8, S1.130)."""

from __future__ import annotations

import json
from datetime import date

import pytest

from kemai.business.archives.models import Customer
from kemai.business.trade.facts import note_dirty
from kemai.business.trade.models import SaleLine
from kemai.business.valuation import queries, reading
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import Standing
from kemai.business.valuation.runs import past_runs
from kemai.business.valuation.runs.files import run_file
from kemai.doors.cli import rank
from kemai.doors.cli.main import build_parser
from kemai.foundation.access.actor import Refused

pytestmark = pytest.mark.django_db
AS_OF, LATER = date(2026, 6, 30), date(2026, 7, 31)


@pytest.fixture
def past(books):
    """A first run, then three after C10 has bought more than anybody: the first one's rows are gone."""
    first = revalue(actor=books.system, as_of=AS_OF)
    seen = {key: queries.rank_rows(books.system, first, key) for key in ("ev_abc", "sales_abc_value", "rfm")}
    bands = queries.band_totals(books.system, first, "sales_abc_value")
    line = SaleLine.objects.get(customer__name="C10")
    SaleLine.objects.filter(pk=line.pk).update(amount_fen=900_000_00)
    note_dirty([line.day])
    for _ in range(3):
        revalue(actor=books.system, as_of=LATER)
    return first, seen, bands


def test_s1_130_ranking_shares_classes_and_reasons_are_those_of_that_day(past, books):
    first, seen, bands = past
    assert not Standing.objects.filter(run_id=first.pk).exists()
    assert reading.is_past(first)
    for key, rows in seen.items():
        assert past_runs.past_rank_rows(books.system, first, key) == rows
        assert past_runs.past_rank_rows(books.system, first, key, 3, 4) == rows[3:7]
    told = past_runs.past_bands(books.system, first, "sales_abc_value")
    assert told == [{name: band[name] for name in ("key", "count", "value", "share")} for band in bands]
    assert queries.rank_rows(books.system, queries.published_run(), "ev_abc")[0].name == "C10"


def test_s1_8_the_command_tells_the_ranking_of_a_past_run_with_its_reasons(past, capsys):
    first, _seen, _bands = past
    parser, module = build_parser("rank")
    assert module is rank
    assert rank.run(parser.parse_args(["rank", "--run", str(first.pk), "--top", "2", "--json"])) == 0
    told = json.loads(capsys.readouterr().out)
    assert [(row["rank"], row["name"], row["class"]) for row in told] == [(1, "C01", "A"), (2, "C02", "A")]
    assert "48.0 万" in told[0]["why"]


def test_a_rep_sees_his_own_customers_of_a_past_run_and_no_margins(past, books):
    first, _seen, _bands = past
    rows = past_runs.past_rank_rows(books["e1"], first, "sales_abc_value")
    assert {row.name for row in rows} == {f"C{n:02d}" for n in range(1, 11, 2)}
    assert [(row.name, row.rank) for row in rows[:2]] == [("C01", 1), ("C03", 4)]
    assert str(rows[-1].cumulative) == "100.00"
    other = Customer.objects.get(name="C02").pk
    assert past_runs.past_standings(books["e1"], first, [other]) == {}
    with pytest.raises(Refused):
        past_runs.past_rank_rows(books["e1"], first, "profit_abc")
    with pytest.raises(Refused):
        past_runs.past_rank_rows(books["c"], first, "ev_abc")


def test_a_past_run_and_the_last_one_can_be_compared(past, books):
    first, _seen, _bands = past
    counts, movers = queries.compare(books.system, first, queries.published_run(), "sales_abc_value")
    assert counts[("C", "A")] == 1
    assert (movers[0]["name"], movers[0]["old_rank"], movers[0]["new_rank"]) == ("C10", 10, 1)
    mine, own = queries.compare(books["e1"], first, queries.published_run(), "sales_abc_value")
    assert sum(mine.values()) == 5
    assert "C10" not in {row["name"] for row in own}


def test_a_run_without_its_file_says_so(past, books):
    first, _seen, _bands = past
    run_file(first).unlink()
    with pytest.raises(LookupError, match="文件不在了"):
        past_runs.past_rank_rows(books.system, first, "ev_abc")
