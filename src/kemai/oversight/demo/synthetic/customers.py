"""The customers as columns: names that share their halves, an owner by city, a state that follows the orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from kemai.oversight.demo.synthetic import words
from kemai.oversight.demo.synthetic.orders import Orders
from kemai.oversight.demo.synthetic.people import Rep
from kemai.oversight.demo.synthetic.plan import DAYS, CompanyPlan

CITIES = tuple((city, office) for office, (_region, cities) in words.OFFICES.items() for city in cities)


def customer_frame(plan: CompanyPlan, orders: Orders, reps: Sequence[Rep]) -> pl.DataFrame:
    """One row a customer, by the names of the database's columns."""
    frame = _named(plan).with_columns(_owned(plan, reps)).with_columns(_kinds(plan, orders))
    frame = frame.with_columns(_life(plan, orders)).with_columns(_agenda(plan))
    return frame.drop("city", "trade")


def _named(plan: CompanyPlan) -> pl.DataFrame:
    dice, count = plan.dice("names"), plan.customers
    city = _skewed(dice, [name for name, _office in CITIES], count, 0.6)
    brand = [_skewed(dice, list(letters), count, 0.75) for letters in (words.BRAND_FIRST, words.BRAND_SECOND)]
    third = pl.select(pl.when(pl.Series(dice.random(count) < 0.3)).then(_skewed(dice, list(words.BRAND_THIRD), count, 0.4)).otherwise(pl.lit(""))).to_series()  # fmt: skip
    frame = pl.DataFrame(
        {
            "city": city, "trade": _skewed(dice, list(words.TRADES), count, 0.5), "brand": brand[0] + brand[1] + third,
            "form": _picked(dice, words.LEGAL_FORMS, count, (0.82, 0.12, 0.06)),
            "of_city": pl.Series(np.where(dice.random(count) < 0.3, "市", "")),
        }
    )  # fmt: skip
    frame = _told_apart(frame)
    number = pl.int_range(1, count + 1, dtype=pl.Int64)
    return frame.select(
        number.alias("id"), pl.format("KH-{}", number.cast(pl.String).str.zfill(7)).alias("code"),
        pl.concat_str("city", "of_city", "brand", "trade", "form").alias("name"),
        pl.concat_str("city", "of_city", "brand", "trade").alias("name_key"),
        pl.concat_str("brand", "trade").alias("short_name"), pl.col("city").alias("region"), "city", "trade",
        pl.col("trade").alias("category"), _phones(dice, count).alias("phone"), _people(dice, count).alias("principal"),
    )  # fmt: skip


def _told_apart(frame: pl.DataFrame) -> pl.DataFrame:
    """Firms of one name get one more character in turn."""
    again = pl.int_range(pl.len()).over("city", "of_city", "brand", "trade")
    letters = pl.Series(["", *words.BRAND_THIRD])
    place = pl.when(again < len(letters)).then(again).otherwise(0)
    return frame.with_columns(
        pl.col("brand") + frame.select(place.cast(pl.Int64).alias("p"))["p"].replace_strict(dict(enumerate(letters)), return_dtype=pl.String)
    )  # fmt: skip


def _owned(plan: CompanyPlan, reps: Sequence[Rep]) -> list[pl.Series]:
    """The salespeople of the city's office share its customers; every twentieth has nobody."""
    dice = plan.dice("owners")
    frame = _named_cities(plan)
    owner, unit = np.zeros(plan.customers, np.int64), np.zeros(plan.customers, np.int64)
    for office in words.OFFICES:
        here = np.flatnonzero(frame == office)
        team = [rep for rep in reps if rep.office == office]
        chosen = np.minimum((len(team) * dice.random(len(here)) ** 1.3).astype(np.int64), len(team) - 1)
        owner[here] = np.array([rep.person_id for rep in team])[chosen]
        unit[here] = team[0].unit_id
    nobody = dice.random(plan.customers) < 0.05
    return [
        pl.Series("owner_id", np.where(nobody, -1, owner)).replace(-1, None), pl.Series("unit_id", unit)
    ]  # fmt: skip


def _named_cities(plan: CompanyPlan) -> Any:
    offices = dict(CITIES)
    return np.array(
        [offices[city] for city in _skewed(plan.dice("names"), list(offices), plan.customers, 0.6)]
    )


def _kinds(plan: CompanyPlan, orders: Orders) -> list[pl.Series]:
    dice, size = plan.dice("kinds"), orders.size
    return [
        _picked(dice, ("enterprise", "distributor", "retail", "internal"), plan.customers, (0.849, 0.09, 0.06, 0.001)).alias("type"),
        pl.Series("size", np.where(size > 3, "大", np.where(size > 0.8, "中", "小"))),
    ]  # fmt: skip


def _life(plan: CompanyPlan, orders: Orders) -> list[pl.Series]:
    """States as orders make them; a third of those silent for over a year were given up by a person."""
    dice = plan.dice("states")
    days, first, last = orders.days_of_customers(plan.customers)
    chance = dice.random(plan.customers)
    is_lost = (days > 0) & (last < DAYS - 400) & (chance < 0.35)
    unsold = np.where(chance < 0.7, "potential", np.where(chance < 0.92, "target", "non"))
    state = np.where(days > 0, np.where(is_lost, "lost", "actual"), unsold)
    stage = np.where(days >= 4, "loyal", np.where(days > 1, "repeat", "first_time"))
    since = np.where(is_lost, last + 300, np.where(days > 0, first, -1))
    return [
        pl.Series("state", state),
        pl.Series("stage", np.where(state == "actual", stage, "")),
        pl.Series("state_before_order", np.where(state == "actual", "potential", "")),
        _dates(plan, first, "first_order_on"), _dates(plan, last, "last_order_on"),
        _dates(plan, since, "state_since"), _dates(plan, first, "since"),
    ]  # fmt: skip


def _agenda(plan: CompanyPlan) -> list[pl.Expr | pl.Series]:
    dice, count = plan.dice("agenda"), plan.customers
    has_owner = pl.col("owner_id").is_not_null()
    contacted = np.where(dice.random(count) < 0.3, DAYS - 1 - np.floor(dice.exponential(45, count)), -1)
    planned = np.where(dice.random(count) < 0.15, DAYS - 6 + dice.integers(0, 40, count), -1)
    step = _picked(dice, words.NEXT_STEPS, count)
    return [
        pl.when(has_owner).then(_dates(plan, contacted, "")).alias("last_contact_on"),
        pl.when(has_owner & pl.Series(contacted >= 0)).then(pl.lit("电话")).otherwise(pl.lit("")).alias("last_contact_by"),
        pl.when(has_owner).then(_dates(plan, planned, "")).alias("next_step_on"),
        pl.when(has_owner & pl.Series(planned >= 0)).then(step).otherwise(pl.lit("")).alias("next_step"),
    ]  # fmt: skip


def _dates(plan: CompanyPlan, day: Any, name: str) -> pl.Series:
    """Days counted from the plan's first; below zero is none."""
    start = plan.first_day.toordinal() - 719_163
    numbers = pl.Series(name, np.asarray(day).astype(np.int32) + start)
    return pl.select(
        pl.when(pl.Series(np.asarray(day) >= 0)).then(numbers).cast(pl.Date).alias(name)
    ).to_series()


def _skewed(dice: Any, items: Sequence[str], count: int, power: float) -> pl.Series:
    """Items of which the earlier are commoner."""
    weights = 1 / np.arange(1, len(items) + 1) ** power
    return _picked(dice, items, count, weights / weights.sum())


def _picked(dice: Any, items: Sequence[str], count: int, chances: Any = None) -> pl.Series:
    return pl.Series(items).gather(dice.choice(len(items), count, p=chances))


def _phones(dice: Any, count: int) -> pl.Series:
    tail = pl.Series(dice.integers(0, 10**8, count)).cast(pl.String).str.zfill(8)
    return _picked(dice, words.PHONE_HEADS, count) + tail


def _people(dice: Any, count: int) -> pl.Series:
    given = [_picked(dice, list(words.GIVEN), count) for _ in range(2)]
    return _skewed(dice, list(words.SURNAMES), count, 0.8) + given[0] + given[1]
