"""Who would change class once a checked sales file has landed: the plan against the facts, nothing stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import polars as pl
from django.db.models import QuerySet

from kemai import value
from kemai.business.archives.models import Customer, State
from kemai.business.trade.models import SaleLine
from kemai.business.valuation.ranking.trial import Lines, Move, Trial, TrialTooLarge, try_lines
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.customers_named import chunks
from kemai.oversight.exchange.queries import plan_path

if TYPE_CHECKING:
    import pyarrow as pa

KEPT_MOVES = 100
LARGEST_PLAN = 1_000_000
_NEW = "~new~"  # sorts behind every code and is none
_FACTS = ("amount_fen", "cost_fen", "quantity_milli", "kind", "status")


def effects_of(item: Import, actor: Actor, told: Callable[[int, int], None]) -> dict[str, Any]:
    """Counts and the largest moves among the customers the actor may see, as JSON for the page."""
    plan = pl.read_parquet(plan_path(item)) if plan_path(item).exists() else None
    if plan is None or not len(plan):
        return {"state": "done", "moves": [], "moved": 0, "values_changed": 0}
    if len(plan) > LARGEST_PLAN:
        raise TrialTooLarge
    trial = try_lines(_lines(plan), as_of=actor.today, told=told)
    return _told(trial, item, actor)


def keep_plan(item: Import, plan: Any) -> None:
    """Keeps the planned lines beside the upload, for the trial that follows the check."""
    path = plan_path(item)
    path.unlink(missing_ok=True)
    if item.kind == "sales" and plan.rows.rows:
        path.write_bytes(plan.rows.path.read_bytes())


def _lines(plan: pl.DataFrame) -> Lines:
    known = plan.filter(pl.col("customer_ref") > 0)["customer_ref"].unique().to_list()
    codes: dict[int, str] = {}
    not_actual: list[str] = []
    for some in chunks(known):
        for pk, code, state in Customer.objects.filter(pk__in=some).values_list("pk", "code", "state"):
            codes[pk] = code
            if state != State.ACTUAL:
                not_actual.append(code)
    lowest = int(plan["customer_ref"].min() or 0)  # type: ignore[arg-type]
    newcomers = tuple(new_code(number) for number in range(1, max(-lowest, 0) + 1))
    codes |= {-number: code for number, code in enumerate(newcomers, start=1)}
    orders = plan.filter(pl.col("kind") != "return")["customer_ref"].unique()
    ordering = {codes[ref] for ref in orders.drop_nulls() if ref in codes}
    return Lines(
        _facts(plan, codes), _replaced(plan), newcomers, tuple(code for code in not_actual if code in ordering)
    )  # fmt: skip


def new_code(number: int) -> str:
    """What stands for the customer that would be created as the file's n-th."""
    return f"{_NEW}{number:09d}"


def _facts(plan: pl.DataFrame, codes: dict[int, str]) -> pa.Table:
    refs = plan["customer_ref"]
    named = pl.Series("customer_id", [codes.get(ref) if ref else None for ref in refs], pl.String)
    frame = plan.select(
        named, pl.col("order_no").fill_null(""), "day", *_FACTS, pl.lit(None, pl.String).alias("product_code")
    )
    schema: Any = value.facts.SALES.arrow_schema()
    return frame.select([each.name for each in schema]).to_arrow().cast(schema)


def _replaced(plan: pl.DataFrame) -> pa.Table:
    """The lines of the ledger that the plan puts new versions in place of, as the facts hold them."""
    import pyarrow as pa

    schema: Any = value.facts.SALES.arrow_schema()
    fields = ("customer__code", "order_no", "day", "amount_fen", "cost_fen", "quantity_milli", "product__code",
              "kind", "status")  # fmt: skip
    ids = plan["old_id"].drop_nulls().to_list()
    rows: list[tuple[Any, ...]] = []
    for some in chunks(ids):
        rows += SaleLine.objects.filter(pk__in=some).values_list(*fields)
    columns = list(zip(*rows, strict=True)) or [()] * len(fields)
    return pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)


def _told(trial: Trial, item: Import, actor: Actor) -> dict[str, Any]:
    codes = [move.code for move in trial.moves if not move.code.startswith(_NEW)]
    names: dict[str, str] = {}
    for some in chunks(codes):
        names.update(_visible(actor).filter(code__in=some).values_list("code", "name"))
    seen = [move for move in trial.moves if move.code in names]
    fresh = [move for move in trial.moves if move.code.startswith(_NEW)]
    return {
        "state": "done", "values_changed": trial.values_changed, "moved": len(seen), "fresh": _by_class(fresh),
        "up": sum(_is_up(move, trial.classes) for move in seen),
        "moves": [
            {"code": m.code, "name": names[m.code], "before": m.before, "after": m.after, "fen": m.after_fen}
            for m in seen[:KEPT_MOVES]
        ],
    }  # fmt: skip


def _visible(actor: Actor) -> QuerySet[Customer]:
    return restrict(Customer.objects.all(), actor)


def _by_class(moves: list[Move]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for move in moves:
        counts[move.after] = counts.get(move.after, 0) + 1
    return dict(sorted(counts.items()))


def _is_up(move: Move, classes: tuple[str, ...]) -> bool:
    """An earlier class is a better one; no class is the last."""
    order = {name: place for place, name in enumerate(classes)}
    return order.get(move.after, len(order)) < order.get(move.before, len(order))
