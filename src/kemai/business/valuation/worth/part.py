"""The part `worth` of a run: the value kinds of every customer, and what the fitted models expect of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kemai.business.valuation.models import WorthRow
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.runs.counted import lines_of
from kemai.business.valuation.runs.parts import Found, Given, Part
from kemai.business.valuation.worth.assumptions import KEY, outlook_of
from kemai.business.valuation.worth.entered import extra_digest, spends
from kemai.business.valuation.worth.fitting import UNIT_DAYS, WEEKS_A_YEAR, Fit, fit
from kemai.business.valuation.worth.inputs import acquisition_by_period, inputs_of
from kemai.business.valuation.worth.summary import groups_of, totals_of
from kemai.value.measures.worth import GROWN, Outlook, worth

if TYPE_CHECKING:
    import polars as pl

GROUPS = 10


def parameters() -> dict[str, Any]:
    """The group `worth`, and what people entered beside the ledger."""
    return {**parameters_of(KEY), "spends": spends(), "extra": extra_digest()}


def work(given: Given) -> Found:
    """Rows of everybody who bought or has an estimate, the highest lifetime value first."""
    import polars as pl

    outlook = outlook_of(given.parameters)
    with given.engine() as engine:
        periods = acquisition_by_period(engine, given)
        known = inputs_of(engine, given, periods)
        lines = lines_of(engine, given, is_valued=True)
        fitted = fit(lines, given.as_of)
    kinds = pl.DataFrame(pl.from_arrow(worth(known, outlook, "customer_key"))).drop("customer_key")
    table = pl.DataFrame(pl.from_arrow(known)).hstack(kinds)
    table = table.join(_histories(fitted), on="customer_key", how="left")
    table = _in_groups(
        _expected(table, fitted, outlook).with_columns(
            retention_cost_fen=pl.lit(outlook.retention_cost_fen, pl.Int64)
        )
    )
    summary = {
        "totals": totals_of(table),
        "groups": groups_of(table),
        "acquisition": periods,
        "model": fitted.told,
    }
    passing = [f"grown_{name}" for name in GROWN if f"grown_{name}" in table.columns]
    return Found(table.drop("place", "is_partly_costed", *passing).to_arrow(), summary)


def _histories(fitted: Fit) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(pl.from_arrow(fitted.people)).select(
        "customer_key", "frequency", "recency", "age", "mean_value"
    )


def _expected(table: pl.DataFrame, fitted: Fit, outlook: Outlook) -> pl.DataFrame:
    """Alive, purchases and spend of a year, and the model's lifetime value; null with a reason where not to be trusted."""
    import numpy as np
    import polars as pl

    from kemai.value.lifetime import lifetime_value

    has = table["frequency"].is_not_null()
    rows = table.filter(has).select("frequency", "recency", "age", "mean_value", "margin")
    x, t_x, age = (rows[name].to_numpy().astype(np.float64) for name in ("frequency", "recency", "age"))
    mean = rows["mean_value"].cast(pl.Float64).fill_null(0).to_numpy()
    nothing = np.full(len(rows), np.nan)
    alive, purchases, spend, model = nothing, nothing, nothing, nothing
    if fitted.trusts_purchases and fitted.purchases is not None:
        alive = fitted.purchases.alive(x, t_x, age)
        purchases = fitted.purchases.expected_purchases(WEEKS_A_YEAR, x, t_x, age)
        if fitted.trusts_spend and fitted.spend is not None:
            mean = mean / fitted.unit
            spend = fitted.spend.expected_spend(x, mean) * fitted.unit
            by_sales = lifetime_value(
                fitted.purchases, fitted.spend, x, t_x, age, mean, margin=1.0, discount=outlook.discount,
                years=outlook.years, unit_days=UNIT_DAYS,
            )  # fmt: skip
            model = by_sales * fitted.unit * rows["margin"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    made = [_among(has, each) for each in (alive, purchases, spend, model)]
    table = table.with_columns(
        alive=_or_null(made[0]),
        purchases_12m=_or_null(made[1]),
        spend_fen=_fen(made[2]),
        model_fen=_fen(made[3]),
    )
    doubted = fitted.told["purchases"]["problem"], fitted.told["spend"]["problem"]
    no_history = pl.when(pl.col("frequency").is_null()).then(pl.lit("no_purchase"))
    return table.with_columns(
        alive_reason=pl.when(pl.col("alive").is_null()).then(no_history.otherwise(pl.lit(doubted[0]))),
        model_reason=pl.when(pl.col("model_fen").is_null()).then(
            no_history.when(pl.lit(bool(doubted[0] or doubted[1]))).then(pl.lit(doubted[0] or doubted[1]))
            .when(pl.col("margin").is_null()).then(pl.lit("no_cost")).otherwise(pl.lit("no_mean"))
        ),
    )  # fmt: skip


def _among(has: pl.Series, values: Any) -> Any:
    """The values of some rows among all, nan elsewhere."""
    import numpy as np

    found = np.full(len(has), np.nan)
    found[has.to_numpy()] = values
    return found


def _or_null(values: Any) -> pl.Series:
    import polars as pl

    return pl.Series(values, dtype=pl.Float64).fill_nan(None)


def _fen(yuan: Any) -> pl.Series:
    import polars as pl

    return (pl.Series(yuan, dtype=pl.Float64).fill_nan(None) * 100).round().cast(pl.Int64)


def _in_groups(table: pl.DataFrame) -> pl.DataFrame:
    """The highest lifetime value first, in ten groups of equal size; who has none is in no group."""
    import polars as pl

    table = table.sort("lifetime_fen", "place", descending=[True, False], nulls_last=True)
    count = len(table) - table["lifetime_fen"].null_count()
    place = pl.int_range(pl.len())
    group = pl.when(place < count).then(place * GROUPS // max(count, 1) + 1)
    return table.with_columns(worth_group=group.cast(pl.Int16))


def part() -> Part:
    """As the run knows it."""
    return Part(KEY, lambda: WorthRow, work, parameters)
