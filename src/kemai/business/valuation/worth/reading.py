"""What customers are worth, as far as the actor sees it: one row, the ten groups, the best, and the model behind."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.models import AcquisitionSpend, Run, WorthRow
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.runs.listed import Listed, keys_in_order
from kemai.business.valuation.runs.parts import part_summary
from kemai.business.valuation.runs.summed import seen_in
from kemai.business.valuation.worth.assumptions import KEY, grows_history
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import customer_scope, restrict
from kemai.foundation.prepared import prepared

if TYPE_CHECKING:
    import polars as pl


def worth_of(actor: Actor, customer: Customer) -> WorthRow | None:
    """The customer's row of the published run; None where there is none or values are hidden. What rests on margin must not
    be shown to who does not see margins of its owner."""
    run = published_run()
    if run is None or not actor.sees("value", customer.owner_id):
        return None
    return next(iter(_worth(actor, run_id=run.pk, customer_id=customer.pk)), None)


@prepared
def _worth(actor: Actor, *, run_id: int, customer_id: int) -> QuerySet[WorthRow]:
    seen = restrict(Customer.objects.filter(pk=customer_id), actor)
    return WorthRow.objects.filter(run_id=run_id, customer_id__in=seen.values("pk")).order_by("pk")[:1]


def may_see_worth(actor: Actor) -> None:
    """Raises Refused for who does not see values and margins of everybody within his sight."""
    actor.require("ranking.view", _("你的岗位看不到估值。"))
    if not actor.sees("margin"):
        raise Refused(_("客户价值用到毛利，你的岗位看不到。"))


def worth_rows(actor: Actor, run: Run) -> Listed[WorthRow]:
    """Rows of the customers that the actor sees, with them, the highest lifetime value first. Raises Refused."""
    import polars as pl

    may_see_worth(actor)
    keys = keys_in_order(actor, run, KEY, [("lifetime_fen", True)], pl.col("lifetime_fen").is_not_null())
    return Listed(WorthRow.objects.filter(run_id=run.pk).select_related("customer"), keys)


def history_rate(run: Run | None) -> Decimal | None:
    """The rate of a year by which the run brought the past to its day; None where it took the past as it was."""
    told = run.summary.get("parts", {}).get("worth", {}).get("parameters", {}) if run is not None else {}
    return Decimal(told["discount"]) if grows_history(told) else None


def worth_groups(actor: Actor, run: Run) -> list[dict[str, Any]]:
    """The ten groups with their means; of the whole company from the run's summary, else over what the actor sees."""
    may_see_worth(actor)
    import polars as pl

    told = part_summary(run, KEY)
    if told is None:
        return []
    if customer_scope(actor) is None:
        return list(told["groups"])
    means = {
        "alive": "alive",
        "current": "current_fen",
        "potential": "potential_fen",
        "lifetime": "lifetime_fen",
        "sales": "revenue_fen",
    }
    found = _with_lifetime(actor, run).group_by("worth_group").agg(
        pl.len().alias("customers"), pl.col("lifetime_fen").sum().alias("total_fen"),
        *(pl.col(column).mean().alias(name) for name, column in means.items()),
    )  # fmt: skip
    return [_group(row) for row in found.sort("worth_group").collect().iter_rows(named=True)]


def _with_lifetime(actor: Actor, run: Run) -> pl.LazyFrame:
    import polars as pl

    return seen_in(actor, run, KEY).filter(pl.col("lifetime_fen").is_not_null())


def _group(row: dict[str, Any]) -> dict[str, Any]:
    """As the summary has it; what is only known of the whole company is missing."""
    return {
        "worth_group": row["worth_group"], "customers": row["customers"], "total_fen": row["total_fen"], "alive": row["alive"],
        "lifetime_fen": row["lifetime"], "current_fen": row["current"], "potential_fen": row["potential"], "sales_12m_fen": row["sales"],
        "orders_12m": None, "days_since": None, "warned": None,
    }  # fmt: skip


def worth_totals(actor: Actor, run: Run) -> dict[str, dict[str, int]]:
    """{kind: {"fen", "count"}} of what the actor sees."""
    may_see_worth(actor)
    told = part_summary(run, KEY)
    if told is None:
        return {}
    if customer_scope(actor) is None:
        return dict(told["totals"])
    kinds = ("historical", "current", "potential", "lifetime", "model")
    columns = _with_lifetime(actor, run).select(f"{kind}_fen" for kind in kinds).collect()
    return {
        kind: {"fen": int(column.sum()), "count": column.count()}
        for kind, column in zip(kinds, columns, strict=True)
    }


def worth_told(actor: Actor, run: Run, name: str) -> Any:
    """`model` or `acquisition` as the run found it over the whole company; None for who sees a part of it."""
    may_see_worth(actor)
    told = part_summary(run, KEY)
    return told[name] if told is not None and customer_scope(actor) is None else None


def acquisition_spends(actor: Actor, limit: int = 60) -> list[AcquisitionSpend]:
    """What was entered, newest period first."""
    may_see_worth(actor)
    return list(AcquisitionSpend.objects.all()[:limit])


def spend_by_id(actor: Actor, pk: int) -> AcquisitionSpend:
    """One entry. Raises LookupError."""
    may_see_worth(actor)
    found = AcquisitionSpend.objects.filter(pk=pk).first()
    if found is None:
        raise LookupError(pk)
    return found
