"""What other assumptions would make of the customers: the published run's inputs, worked out anew without storing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import Run
from kemai.business.valuation.runs.parts import part_file
from kemai.business.valuation.worth.assumptions import FEW_AT_START, outlook_of
from kemai.business.valuation.worth.reading import may_see_worth
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope, restrict
from kemai.value.measures.worth import worth

TOP = 10


@dataclass(frozen=True)
class Preview:
    """Sums in fen by kind, as it is and as it would be, and the ten best as they would be with both lifetime values."""

    before: dict[str, int]
    after: dict[str, int]
    top: list[dict[str, Any]]


def preview(actor: Actor, run: Run, values: Mapping[str, Any]) -> Preview | None:
    """What the checked values would make of the customers that the actor sees; None where the run's file is gone."""
    may_see_worth(actor)
    path = part_file(run.pk, "worth")
    if not path.is_file():
        return None
    import polars as pl

    rows = pl.read_parquet(path)
    if customer_scope(actor) is not None:
        seen = pl.DataFrame(
            {"customer_key": list(restrict(Customer.objects.all(), actor).values_list("pk", flat=True))},
            schema={"customer_key": pl.Int64},
        )
        rows = rows.join(seen, on="customer_key", how="semi")
    stays = pl.when(pl.col("level").eq_missing("lost")).then(None).otherwise(_retention(run, values))
    asked = rows.with_columns(retention=stays, customer_id=pl.col("customer_key").cast(pl.String))
    new = pl.DataFrame(pl.from_arrow(worth(asked.to_arrow(), outlook_of(values))))
    both = rows.select("customer_key", old="lifetime_fen").with_columns(new=new["lifetime_fen"])
    best = (
        both.filter(pl.col("new").is_not_null())
        .sort("new", "customer_key", descending=[True, False])
        .head(TOP)
    )
    kinds = ("current", "potential", "lifetime")
    return Preview(_sums(rows, kinds), _sums(new, kinds), _named(best.to_dicts()))


def _retention(run: Run, values: Mapping[str, Any]) -> Any:
    """The fixed share, or by class what the run measured; a class it did not measure takes the fixed one."""
    import polars as pl

    fixed = pl.lit(float(values["retention"]))
    if values["retention_from"] != "class":
        return fixed
    rates = (run.summary.get("parts", {}).get("churn", {}).get("summary") or {}).get("by_class", {})
    known = {
        c: 1 - r["churn"] / 100
        for c, r in rates.items()
        if r["start"] >= FEW_AT_START and r["churn"] is not None
    }
    return (
        pl.col("class").replace_strict(known, default=None, return_dtype=pl.Float64).fill_null(fixed)
        if known
        else fixed
    )


def _sums(rows: Any, kinds: tuple[str, ...]) -> dict[str, int]:
    return {kind: int(rows[f"{kind}_fen"].sum() or 0) for kind in kinds}


def _named(best: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = {pk: (code, short or name) for pk, code, name, short in Customer.objects.filter(pk__in=[b["customer_key"] for b in best]).values_list("pk", "code", "name", "short_name")}  # fmt: skip
    return [
        {"code": people[b["customer_key"]][0], "name": people[b["customer_key"]][1], **b}
        for b in best
        if b["customer_key"] in people
    ]
