"""Reads of the published forecasts: one customer's, the company's, and sums by person, unit or region (S3.6, S1.113)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.trade.by_key import BY
from kemai.business.valuation.forecasts.part import AHEAD, KEY, SHOWN
from kemai.business.valuation.models import Forecast, Run
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.parts import part_file, part_summary
from kemai.business.valuation.runs.summed import seen_in, summed_by
from kemai.business.valuation.runs.within_sight import gathered
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import customer_scope, restrict
from kemai.value.windows import complete_months

if TYPE_CHECKING:
    import polars as pl

SPANS = (3, 6, 12)
MONTHS = tuple(f"month_{n}_fen" for n in range(1, AHEAD + 1))
LOWS, HIGHS = (tuple(f"{side}_{name}" for name in MONTHS) for side in ("low", "high"))
HISTORY = tuple(f"history_month_{n}_fen" for n in range(1, SHOWN + 1))


@dataclass(frozen=True, slots=True)
class Outlook:
    """One customer's forecast as the run found it; `months`, `low` and `high` of the coming months are empty where the
    run's file is gone. `row.reason` says why there is none."""

    run: Run
    row: Forecast
    months: tuple[str, ...]
    mean: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """All customers that the actor sees: fen by month, what was and what is ahead, and the sums with their bands."""

    history: tuple[tuple[str, int], ...]
    months: tuple[str, ...]
    mean: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    spans: Mapping[int, tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class GroupSum:
    """Customers of one key together, in fen: the next 3, 6 and 12 months, and the last twelve complete ones. `bands` has
    low and high of each span; none where nobody has a forecast."""

    key: Any
    customers: int
    known: int
    next_3: int
    next_6: int
    next_12: int
    last_12: int
    bands: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def check(actor: Actor) -> None:
    """Refused for who may not see sales or valuations."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    if not actor.sees("sales", actor.person_id):
        raise Refused(_("你的岗位看不到销售。"))


def forecasts(actor: Actor, run: Run) -> QuerySet[Forecast]:
    """The run's rows of customers the actor may see."""
    return gathered(Forecast.objects.filter(run_id=run.pk), actor)


def forecast_of(actor: Actor, customer: Customer) -> Outlook | None:
    """The customer's forecast in the published run; None where sales are hidden, nothing was ever sold, or no run has it."""
    run = published_run()
    if run is None or not actor.sees("sales", customer.owner_id):
        return None
    seen = restrict(Customer.objects.filter(pk=customer.pk), actor)
    row = Forecast.objects.filter(run_id=run.pk, customer_id__in=seen.values("pk")).first()
    if row is None:
        return None
    mean = tuple(getattr(row, name) for name in MONTHS) if row.method else ()
    low, high = _bands(run, customer.pk) if row.method else ((), ())
    return Outlook(run, row, months_ahead(run) if mean else (), mean, low, high)


def months_ahead(run: Run) -> tuple[str, ...]:
    """The months that the run's forecasts are of, "2026-11" first."""
    found = part_summary(run, KEY)
    return tuple(found["months"]) if found else ()


def ahead_of_all(actor: Actor, run: Run) -> Ahead | None:
    """The sum of all customers that the actor sees; None for a run without forecasts.

    Who sees everybody gets the run's own band. Of fewer the band is that of independent customers, but never narrower,
    in proportion, than the company's: what befalls the market befalls them too.
    """
    check(actor)
    said = part_summary(run, KEY)
    if said is None:
        return None
    if customer_scope(actor) is None:
        bands: dict[int, Any] = {span: tuple(said["spans"][str(span)]) for span in SPANS}
        history = tuple((month, fen) for month, fen in said["history"])
        mean, low, high = (tuple(said[name]) for name in ("mean", "low", "high"))
        return Ahead(history, tuple(said["months"]), mean, low, high, bands)
    mean, history, widths = _of_file(run, actor)
    share = [
        (high - each) / each if each else 0 for each, high in zip(said["mean"], said["high"], strict=True)
    ]
    width = [max(w, s * m) for w, s, m in zip(widths, share, mean, strict=True)]
    low = tuple(max(round(m - w), 0) for m, w in zip(mean, width, strict=True))
    high = tuple(round(m + w) for m, w in zip(mean, width, strict=True))
    spans = {
        span: (sum(mean[:span]), *_span_band(sum(mean[:span]), widths[:span], said["spans"][str(span)]))
        for span in SPANS
    }
    return Ahead(history, tuple(said["months"]), mean, low, high, spans)


def roll_up(actor: Actor, run: Run, by: str) -> list[GroupSum]:
    """Sums by "unit", "owner" or "region", the largest first; they add up to the total to the fen. The bands do not: part of
    a company rises and falls with it, and its band is never narrower, in proportion, than the company's.

    Raises Gone where the run's file is no more.
    """
    import polars as pl

    check(actor)
    names = ("next_3_fen", "next_6_fen", "next_12_fen", "sales_now_fen")
    squares = [
        ((pl.col(f"high_{span}_fen") - pl.col(f"next_{span}_fen")).cast(pl.Float64) ** 2)
        .sum()
        .alias(f"w{span}")
        for span in SPANS
    ]
    found = summed_by(
        actor,
        run,
        KEY,
        by,
        [pl.len().alias("n"), pl.col("next_12_fen").count().alias("known"), *map(_sum, names), *squares],
    )
    company = (part_summary(run, KEY) or {}).get("spans", {})
    return sorted(
        (_group_sum(row, company) for row in found), key=lambda each: (-each.next_12, str(each.key))
    )


def _sum(name: str) -> pl.Expr:
    import polars as pl

    return pl.col(name).sum()


def _group_sum(row: tuple[Any, ...], company: Mapping[str, Sequence[int]]) -> GroupSum:
    key, customers, known, *rest = row
    (next_3, next_6, next_12, last_12), squares = rest[:4], rest[4:]
    bands = {
        span: _span_band(mean, [square**0.5], company.get(str(span), (0, 0, 0)))
        for span, mean, square in zip(SPANS, (next_3, next_6, next_12), squares, strict=True)
    }
    return GroupSum(key, customers, known, next_3, next_6, next_12, last_12, bands if known else {})


def month_sums(
    actor: Actor, run: Run, by: str, months: Sequence[str], among: dict[str, Any] | None = None
) -> dict[Any, int]:
    """The forecast of some months ahead by key ("customer", or as in `roll_up`); months that lie outside give nothing."""
    ahead = months_ahead(run)
    names = [MONTHS[ahead.index(month)] for month in months if month in ahead]
    if not names:
        return {}
    if among or by == "customer":
        rows = forecasts(actor, run).filter(**(among or {})).order_by().values_list(BY[by])
        sums = rows.annotate(**{f"s_{name}": Sum(name, default=0) for name in names})
        return {row[0]: sum(row[1:]) for row in sums}
    return {key: sum(fen) for key, *fen in summed_by(actor, run, KEY, by, [*map(_sum, names)])}


def _bands(run: Run, customer_id: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    import pyarrow.parquet as pq

    path = _file_with(run, {*LOWS, *HIGHS})
    if path is None:
        return (), ()
    found = pq.read_table(path, columns=[*LOWS, *HIGHS], filters=[("customer_key", "=", customer_id)])
    if not found.num_rows:
        return (), ()
    [row] = found.to_pylist()
    return tuple(row[name] for name in LOWS), tuple(row[name] for name in HIGHS)


def _of_file(run: Run, actor: Actor) -> tuple[tuple[int, ...], tuple[tuple[str, int], ...], list[float]]:
    """The months ahead of the customers that the actor sees, their monthly history and the width of their monthly bands as
    if they were independent."""
    import polars as pl

    if _file_with(run, {*HISTORY, *HIGHS}) is None:
        sums = forecasts(actor, run).aggregate(**{name: Sum(name, default=0) for name in MONTHS})
        return tuple(sums[name] for name in MONTHS), (), [0.0] * AHEAD
    widths = [
        ((pl.col(high) - pl.col(mean)).cast(pl.Float64) ** 2).sum().sqrt().alias(high)
        for high, mean in zip(HIGHS, MONTHS, strict=True)
    ]
    [row] = seen_in(actor, run, KEY).select(*map(_sum, (*MONTHS, *HISTORY)), *widths).collect().to_dicts()
    edges = complete_months(run.as_of, SHOWN)
    history = tuple((f"{day:%Y-%m}", int(row[name])) for name, day in zip(HISTORY, edges[:-1], strict=True))
    return tuple(int(row[name]) for name in MONTHS), history, [float(row[name]) for name in HIGHS]


def _file_with(run: Run, columns: set[str]) -> Path | None:
    """The part's file; None where it is gone, or was written before it had these columns."""
    import pyarrow.parquet as pq

    path = part_file(run.pk, KEY)
    return path if path.exists() and columns <= {*pq.read_schema(path).names} else None


def _span_band(mean: int, widths: Sequence[float], company: Sequence[int]) -> tuple[int, int]:
    """Independent months add their squares; the company's own proportion is the least."""
    total, _low, high = company
    width = max(sum(w * w for w in widths) ** 0.5, (high - total) / total * mean if total else 0)
    return max(round(mean - width), 0), round(mean + width)
