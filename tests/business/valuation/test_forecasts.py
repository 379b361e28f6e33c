"""The parts forecast and stock of a run: what is stored, who sees it, and that everybody's sums add up."""

from __future__ import annotations

from datetime import date

import pyarrow.parquet as pq
import pytest

from kemai.business.archives.models import Customer
from kemai.business.trade.models import StockCount
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.forecasts import reading as forecasts
from kemai.business.valuation.forecasts.words import development_sentence, method_word, stability_word
from kemai.business.valuation.models import Forecast
from kemai.business.valuation.queries import published_run, standing_of
from kemai.business.valuation.runs.parts import part_file, part_summary
from kemai.business.valuation.stock import reading as stocks
from kemai.foundation.access.actor import Refused
from kemai.foundation.batches.models import Batch

pytestmark = [pytest.mark.django_db, pytest.mark.parts("forecast", "stock")]
WAN = 1_000_000


def customer(name):
    return Customer.objects.get(name=name)


def test_s3_6_the_run_keeps_each_customers_forecast_with_its_band_and_method(steady):
    """S3.6: month 13 of the series of 3.9 is 11.64万 — here November, the first incomplete month."""
    found = forecasts.forecast_of(steady["e1"], customer("甲"))
    assert found is not None
    assert (found.months[0], round(found.mean[0] / WAN, 2)) == ("2026-11", 11.64)
    assert (found.row.method, found.row.months) == ("trend", 12)
    assert found.row.next_3_fen == sum(found.mean[:3])
    assert found.row.low_12_fen < found.row.next_12_fen < found.row.high_12_fen
    assert all(low < mean < high for low, mean, high in zip(found.low, found.mean, found.high, strict=True))
    assert method_word(found.row.method) == "趋势"


def test_a_forecast_is_hidden_with_the_sales_and_with_the_customer(steady):
    assert forecasts.forecast_of(steady["c"], customer("甲")) is None
    assert forecasts.forecast_of(steady["w1"], customer("甲")) is None
    with pytest.raises(Refused):
        forecasts.roll_up(steady["c"], published_run(), "owner")
    with pytest.raises(Refused):
        forecasts.ahead_of_all(steady["stranger"], published_run())


def test_s1_113_the_sum_of_the_managers_is_the_company_to_the_fen(steady):
    """S1.113: sum of managers equals company total."""
    run = published_run()
    whole = forecasts.ahead_of_all(steady["d"], run)
    for by in ("owner", "unit", "region"):
        sums = forecasts.roll_up(steady["d"], run, by)
        assert sum(each.next_12 for each in sums) == sum(whole.mean) == whole.spans[12][0]
        assert sum(each.next_3 for each in sums) == whole.spans[3][0]
    mine = sum(forecasts.ahead_of_all(steady[login], run).spans[6][0] for login in ("me", "mw"))
    assert mine == whole.spans[6][0]


def test_who_sees_a_part_gets_its_own_history_and_a_band_no_narrower_in_proportion(steady):
    run = published_run()
    whole, east = (forecasts.ahead_of_all(steady[login], run) for login in ("d", "me"))
    assert [fen for _m, fen in east.history][-1] == 11 * 30_000 * 100
    assert [fen for _m, fen in whole.history][-1] == 11 * 35_000 * 100
    assert [month for month, _fen in east.history] == [month for month, _fen in whole.history]
    spread = [(each.spans[12][2] - each.spans[12][0]) / each.spans[12][0] for each in (whole, east)]
    assert spread[1] >= spread[0] - 1e-6


def test_s1_113_a_group_has_a_band_no_narrower_in_proportion_than_the_company(steady):
    """S1.113: sums by person, unit and region say how sure they are; customers rise and fall together."""
    run = published_run()
    whole = forecasts.ahead_of_all(steady["d"], run)
    for by in ("owner", "unit", "region"):
        for each in forecasts.roll_up(steady["d"], run, by):
            for span, mean in zip(forecasts.SPANS, (each.next_3, each.next_6, each.next_12), strict=True):
                low, high = each.bands[span]
                total, _low, top = whole.spans[span]
                assert low < mean < high
                assert (high - mean) / mean >= (top - total) / total - 1e-6
                assert low == max(2 * mean - high, 0)
    [row] = Forecast.objects.filter(run_id=run.pk, customer=customer("甲"))
    alone = next(each for each in forecasts.roll_up(steady["d"], run, "owner") if each.customers == 1)
    other = Forecast.objects.get(run_id=run.pk, customer__owner_id=alone.key)
    assert alone.bands[12][1] >= other.high_12_fen
    Forecast.objects.filter(pk=row.pk).update(method=None, **dict.fromkeys(_figures(row), None))
    owners = {each.key: each for each in forecasts.roll_up(steady["d"], run, "owner")}
    assert all(bool(each.bands) == (each.known > 0) for each in owners.values())


def _figures(row):
    return [f.name for f in row._meta.fields if f.name.endswith(("_3_fen", "_6_fen", "_12_fen")) and f.null]


def test_a_file_of_an_older_version_gives_the_numbers_without_history_and_bands(steady):
    run = published_run()
    path = part_file(run.pk, "forecast")
    whole, mine = forecasts.ahead_of_all(steady["me"], run), forecasts.roll_up(steady["me"], run, "owner")
    rows = pq.read_table(path)
    older = [
        name for name in rows.column_names if not name.startswith(("history_", "low_month", "high_month"))
    ]
    assert len(older) == rows.num_columns - 24 - 12 - 12
    kept = path.read_bytes()
    pq.write_table(rows.select(older), path)
    found = forecasts.forecast_of(steady["e1"], customer("甲"))
    assert (found.low, found.high) == ((), ())
    assert found.mean
    again = forecasts.ahead_of_all(steady["me"], run)
    assert (again.mean, again.history) == (whole.mean, ())
    assert forecasts.roll_up(steady["me"], run, "owner") == mine
    path.write_bytes(kept)


def test_without_the_file_of_the_run_the_band_is_missing_but_the_numbers_stand(steady):
    run = published_run()
    part_file(run.pk, "forecast").unlink()
    found = forecasts.forecast_of(steady["e1"], customer("甲"))
    assert (found.low, found.high, len(found.mean)) == ((), (), 12)
    assert forecasts.ahead_of_all(steady["me"], run).history == ()


def test_the_same_inputs_give_the_same_file(steady):
    first = published_run()
    revalue(actor=steady.system, as_of=first.as_of)
    again = published_run()
    assert again.pk != first.pk
    sums = [run.summary["parts"]["forecast"]["sha256"] for run in (first, again)]
    assert sums[0] == sums[1]
    assert part_summary(again, "forecast")["methods"] == {"trend": 3}


def test_s1_167_s3_5_a_steady_customer_is_called_a_stable_source_of_orders(steady):
    """S3.5: mean 11, CV 0.0982 -> stable; streak 12, active 12/12. S1.167: 'stable source of orders'."""
    row = standing_of(steady["d"], customer("甲"))
    assert (round(row.stability_cv, 4), row.streak, row.active_ratio, row.stability_label) == (
        0.0982,
        12,
        1.0,
        "stable",
    )
    assert stability_word(row.stability_label) == "稳定的订单来源"
    assert stability_word("unstable") == "不稳定"


def test_s3_25_the_sentence_says_steadier_and_how_much_more():
    """S3.25: CV 0.20 -> 0.12; sales 400 -> 440万 -> 'more stable, +10%'."""
    row = Forecast(
        months=24, cv_before=0.20, cv_now=0.12, sales_before_fen=400 * WAN, sales_now_fen=440 * WAN
    )
    assert development_sentence(row) == "更稳了，+10%"
    row = Forecast(
        months=24, cv_before=0.12, cv_now=0.30, sales_before_fen=400 * WAN, sales_now_fen=300 * WAN
    )
    assert development_sentence(row) == "没以前稳，−25%"
    assert development_sentence(Forecast(months=12, cv_now=0.1, sales_now_fen=5)) == ""


def test_two_years_are_compared_only_where_there_are_two(steady):
    row = forecasts.forecast_of(steady["e1"], customer("甲")).row
    assert (round(row.cv_now, 4), row.cv_before, row.sales_before_fen) == (0.0982, None, None)
    assert row.sales_now_fen == 132 * WAN


def count(name, on, pieces):
    batch = Batch.objects.create(kind="stock", status=Batch.Status.LANDED)
    StockCount.objects.create(
        customer=customer(name), counted_on=on, product=None, quantity_milli=pieces * 1000, batch_id=batch.pk
    )


def test_s1_109_s1_113_counts_of_all_customers_add_up_by_manager(steady):
    """S1.109: opening + deliveries - closing over the days; S1.113: managers add up to the company."""
    for name, opening, closing in (("甲", 100, 80), ("乙", 50, 20), ("丙", 10, 90)):
        count(name, date(2026, 9, 1), opening)
        count(name, date(2026, 10, 1), closing)
    revalue(actor=steady.system, as_of=date(2026, 11, 22))
    run = published_run()
    sums = stocks.stock_sums(steady["d"], run, "owner")
    by_owner = {each.key: each for each in sums}
    mine = by_owner[steady.persons["e1"].pk]
    assert (mine.closing, mine.sold_out) == (80, 31)  # bought 11 on the 15th of September, 100 + 11 - 80
    assert mine.cover_days == round(80 / (mine.sold_out / 30), 1)
    together = stocks.together(sums)
    assert together.closing == 190
    assert together.odd == 1  # 丙 cannot hold more than it had and got
    regions = [stocks.together(stocks.stock_sums(steady[login], run, "owner")) for login in ("me", "mw")]
    assert sum(each.closing for each in regions) == together.closing
    assert sum(each.order for each in regions) == together.order
