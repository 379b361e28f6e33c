"""What a published run found of a measure that a scheme did not rank by: for trying the scheme with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.valuation.gates import gates_of
from kemai.business.valuation.models import Run
from kemai.business.valuation.own.part import KEY
from kemai.business.valuation.own.reading import own_measure
from kemai.business.valuation.runs.files import run_file
from kemai.business.valuation.runs.parts import part_file
from kemai.value.schemes.definition import OWN

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa


def values_of(run: Run, scheme: Any) -> pl.DataFrame:
    """customer_id, new_value_fen (in whole units), history_fen and new_held (whom a gate holds down) of all who would be
    ranked by the scheme's measure.

    Raises SchemeError where the run did not work it out.
    """
    import polars as pl

    same = next(
        (key for key, each in run.schemes.items() if each["definition"]["measure"] == scheme.measure), None
    )
    if same:
        found = pl.read_parquet(
            run_file(run), columns=["customer_id", "sales_all_fen", f"{same}_value", f"{same}_rank"]
        )
        spec, ranked = scheme.measure_spec, found.filter(pl.col(f"{same}_rank").is_not_null())
        return _named(ranked, f"{same}_value", held=spec.tells_more and bool(gates_of(run)))
    if scheme.is_own:
        return _named(_own_values(run, scheme.measure), "value")
    column = scheme.measure_spec.column
    found = pl.read_parquet(run_file(run), columns=[*dict.fromkeys(("customer_id", column, "sales_all_fen"))])
    found = found.filter(~pl.col("customer_id").is_in(_left_out(run)))
    return _named(found, column, held=scheme.measure_spec.tells_more and bool(gates_of(run)))


def beside(ranked: pa.Table, found: pl.DataFrame) -> pa.Table:
    """The values that a scheme ranked by (customer_id, value_fen, history_fen) with those of another measure beside them."""
    import polars as pl

    old = pl.DataFrame(pl.from_arrow(ranked))
    both = old.join(found, on="customer_id", how="full", coalesce=True, maintain_order="left_right")
    history = pl.coalesce("history_fen", "history_fen_right")
    values = both.select("customer_id", "value_fen", "held", "new_value_fen", "new_held", history_fen=history)
    return values.to_arrow()


def _named(found: pl.DataFrame, column: str, *, held: bool = False) -> pl.DataFrame:
    """Where gates `held` somebody down, no reason was kept for a scheme by another measure: those at 0."""
    import polars as pl

    named = found.select(
        "customer_id", pl.col(column).cast(pl.Int64).alias("new_value_fen"), history_fen="sales_all_fen",
        new_held=(pl.col(column) == 0) & held,
    )  # fmt: skip
    return named.filter(pl.col("new_value_fen").is_not_null())


def _own_values(run: Run, measure: str) -> pl.DataFrame:
    """customer_id, value and sales_all_fen, from the narrow rows of the part."""
    import polars as pl

    own, path = own_measure(measure.removeprefix(OWN)), part_file(run.pk, KEY)
    rows = pl.read_parquet(path) if own and path.is_file() else pl.DataFrame()
    if own and len(rows):
        rows = rows.filter(pl.col("measure_id") == own.pk)
    if not len(rows):
        raise value.SchemeError(_("上次估值还没有算这个指标，重算以后才能试。"), code="not_worked_out")
    people = pl.read_parquet(run_file(run), columns=["customer_key", "customer_id", "sales_all_fen"])
    found = people.join(rows.select("customer_key", "value"), on="customer_key", maintain_order="left")
    return found.filter(~pl.col("customer_id").is_in(_left_out(run)))


def _left_out(run: Run) -> list[str]:
    """The codes of those who take no part in any ranking, such as our own departments."""
    types = run.settings.get("exclude_types", ())
    return list(Customer.objects.filter(type__in=types).values_list("code", flat=True))
