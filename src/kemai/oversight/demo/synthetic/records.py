"""What hangs on the customers and the orders, as frames by the names of the database's columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.models import Ownership, StateChange
from kemai.business.prospects.models import Potential
from kemai.business.trade.models import Product
from kemai.oversight.demo.synthetic import words
from kemai.oversight.demo.synthetic.orders import Orders, price_fen, sale_columns
from kemai.oversight.demo.synthetic.plan import ESTIMATED_SHARE, PRODUCTS, CompanyPlan

_KINDS, _STATUSES = ("sale", "return"), ("delivered", "ordered", "cancelled")


def product_rows() -> list[Product]:
    """The range of goods."""
    return [
        Product(
            code=f"P{n:04d}", name=f"{words.PRODUCT_LINES[n % 8]}{words.GRADES[n % 3]}档 {n:03d} 号（{price_fen(n) / 100:.2f} 元）",
            line=words.PRODUCT_LINES[n % 8], grade=words.GRADES[n % 3],
        )
        for n in range(PRODUCTS)
    ]  # fmt: skip


def hanging_on(customers: pl.DataFrame, plan: CompanyPlan) -> Iterator[tuple[type, pl.DataFrame]]:
    """Spells of ownership, moves of state, the last contact, the next step and estimates."""
    owned = customers.filter(pl.col("owner_id").is_not_null())
    who = (pl.col("id").alias("customer_id"), pl.col("owner_id").alias("person_id"))
    begun = pl.col("first_order_on").fill_null(plan.first_day).alias("starts_on")
    yield Ownership, owned.select(*who, begun, pl.lit("系统").alias("assigned_by"))
    yield StateChange, _moves(customers)
    spoken = owned.filter(pl.col("last_contact_on").is_not_null())
    yield (
        ContactLog,
        spoken.select(*who, pl.col("last_contact_on").alias("on"), pl.lit("问了近况和库存。").alias("note")),
    )
    planned = owned.filter(pl.col("next_step_on").is_not_null())
    yield (
        Task,
        planned.select(
            *who,
            pl.col("next_step").alias("title"),
            pl.col("next_step_on").alias("due_on"),
            pl.lit("contact").alias("kind"),
        ),
    )
    yield Potential, _estimates(customers, plan)


def _moves(customers: pl.DataFrame) -> pl.DataFrame:
    moved = customers.filter(pl.col("state").is_in(["actual", "lost"]))
    actual = pl.col("state") == "actual"
    return moved.select(
        pl.col("id").alias("customer_id"), pl.when(actual).then(pl.lit("potential")).otherwise(pl.lit("actual")).alias("from_state"),
        pl.col("state").alias("to_state"), pl.col("stage").alias("to_stage"), pl.col("state_since").alias("on"),
        pl.when(actual).then(pl.lit("order")).otherwise(pl.lit("一年多没有下单")).alias("reason"),
    )  # fmt: skip


def _estimates(customers: pl.DataFrame, plan: CompanyPlan) -> pl.DataFrame:
    """Prospects have a potential, a share and a chance; a few customers have growth."""
    dice = plan.dice("estimates")
    chosen = customers.filter(
        pl.Series(dice.random(len(customers)) < ESTIMATED_SHARE),
        pl.col("state").is_in(["potential", "target", "actual"]),
    )
    count, buys = len(chosen), pl.col("state") == "actual"
    amount = pl.Series((dice.lognormal(12, 1, count) * 100).astype(np.int64))
    chance = pl.Series(dice.choice([2000, 5000, 8000], count))
    return chosen.select(
        pl.col("id").alias("customer_id"),
        pl.when(~buys).then(amount).alias("mp_fen"), pl.when(~buys).then(pl.Series(dice.integers(1, 6, count) * 1000)).alias("es_bp"),
        chance.alias("p_bp"), pl.when(buys).then(amount // 5).alias("av_fen"), pl.lit("产品对路").alias("reason_product"),
        pl.lit("行业在长").alias("reason_market"), pl.lit("采购愿意谈").alias("reason_relation"),
        pl.lit(plan.today - timedelta(days=30)).alias("estimated_on"), pl.lit("系统").alias("person_name"),
    )  # fmt: skip


def sale_frames(
    plan: CompanyPlan, orders: Orders, products: Sequence[int], batch_id: int
) -> Iterator[pl.DataFrame]:
    """The sale lines in chunks."""
    numbers = np.array(products)
    first = pl.lit(plan.first_day)
    for chunk in sale_columns(plan, orders):
        frame = pl.DataFrame({**chunk, "product_id": numbers[chunk["product"]]})
        day = first + pl.duration(days="day")
        order = pl.format(
            "XS{}-{}", day.dt.strftime("%y%m%d"), (pl.col("order") + 1).cast(pl.String).str.zfill(8)
        )
        frame = frame.with_columns(
            day.cast(pl.Date).alias("day"),
            order.alias("order_no"),
            pl.col("line").cast(pl.String).alias("line_no"),
        )
        yield frame.select(
            pl.concat_str("order_no", pl.lit("/"), "line_no").alias("line_key"), "order_no", "line_no", "day",
            (pl.col("customer") + 1).alias("customer_id"), "product_id", (pl.col("quantity") * 1000).alias("quantity_milli"),
            pl.col("amount").alias("amount_fen"), pl.when("has_cost").then("cost").alias("cost_fen"),
            _worded("is_return", _KINDS, "kind"), _worded("status", _STATUSES, "status"),
            pl.lit(batch_id, pl.Int64).alias("batch_id"),
        )  # fmt: skip


def _worded(column: str, meanings: Sequence[str], name: str) -> pl.Expr:
    return (
        pl.col(column)
        .cast(pl.Int64)
        .replace_strict(dict(enumerate(meanings)), return_dtype=pl.String)
        .alias(name)
    )
