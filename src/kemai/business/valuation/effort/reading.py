"""Reads of the part effort: hours against value by class and by person, the neglected, and customers by what remains."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai.business.archives.keys import keys_contacted_since
from kemai.business.archives.models import Customer
from kemai.business.valuation.effort.part import KEY
from kemai.business.valuation.leading import leading_definition, leading_scheme
from kemai.business.valuation.models import EffortRow, Run
from kemai.business.valuation.reading import percent
from kemai.business.valuation.runs.listed import Listed, keys_in_order, with_margin
from kemai.business.valuation.runs.summed import seen_in
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person

if TYPE_CHECKING:
    import polars as pl

SUMMED = ("minutes", "sales_fen", "untimed")


@dataclass(frozen=True)
class Slice:
    """Some customers together: hours (in minutes) and sales (fen) with their shares of all in percent, and the share of
    the hours that went to the fifth who buy most."""

    key: str
    name: str
    customers: int
    minutes: int
    sales_fen: int
    untimed: int
    hours_share: Any
    sales_share: Any
    top_share: Any = None
    is_short: bool = False

    @property
    def gap(self) -> Any:
        """Share of sales less share of hours, in points; None where either is unknown."""
        return None if None in (self.hours_share, self.sales_share) else self.sales_share - self.hours_share


@dataclass(frozen=True)
class Neglect:
    """Ordinary customers: how many, how many without contact for so many days, and how many of those who bought in the
    year before bought nothing since."""

    label: str
    customers: int
    neglected: int
    before: int
    stopped: int

    @property
    def share(self) -> Any:
        """Of the ordinary in percent."""
        return percent(self.neglected, self.customers)

    @property
    def lost_share(self) -> Any:
        """Of those who bought in the year before in percent."""
        return percent(self.stopped, self.before)


def sees_effort(actor: Actor) -> bool:
    """Whether the actor sees ranking, agenda and sales, be it of his own customers."""
    groups = ("agenda", "sales")
    return actor.may("ranking.view") and all(actor.sees(group, actor.person_id) for group in groups)


def may_see_effort(actor: Actor) -> None:
    """Raises Refused for who sees no agenda or no ranking."""
    if not sees_effort(actor):
        raise Refused(_("你的岗位看不到谁花了多少时间。"))


def by_class(actor: Actor, run: Run) -> list[Slice]:
    """A slice a class of the scheme that led, best first; customers without a class last. It counts the customers that
    `neglect` counts: all who ever bought, contacted of late or not, and no prospects."""
    import polars as pl

    may_see_effort(actor)
    bought = _customers(actor, run)
    counted = dict(bought.group_by(f"{leading_scheme()}_class").agg(pl.len()).collect().rows())
    rows = seen_in(actor, run, KEY).join(bought.select("customer_key"), on="customer_key", how="semi")
    sums = rows.group_by("label").agg(*(pl.col(name).sum() for name in SUMMED)).collect()
    spent = {each.pop("label"): each for each in sums.to_dicts()}
    nothing = dict.fromkeys(SUMMED, 0)
    found = {label: {**spent.get(label, nothing), "customers": n} for label, n in counted.items()}
    labels = [*leading_definition(run).classes, None]
    return _slices(
        [(label or "", label or _("没有级别"), found[label]) for label in labels if label in found]
    )


def by_person(actor: Actor, run: Run, target: Any) -> list[Slice]:
    """A slice an owner, the largest sales first; short is who spends less than the target on the top fifth."""
    import polars as pl

    may_see_effort(actor)
    top = pl.col("minutes").filter(pl.col("is_top")).sum().alias("top")
    rows = seen_in(actor, run, KEY).group_by("owner_id")
    found = (
        rows.agg(top, pl.len().alias("customers"), *(pl.col(name).sum() for name in SUMMED))
        .collect()
        .to_dicts()
    )
    names = dict(Person.objects.filter(pk__in=[r["owner_id"] for r in found]).values_list("pk", "name"))
    found.sort(key=lambda each: (-(each["sales_fen"] or 0), each["owner_id"] or 0))
    named = [(str(r["owner_id"] or ""), names.get(r["owner_id"], _("没有负责人")), r) for r in found]
    return _slices(named, target)


def _slices(named: list[tuple[str, str, dict[str, Any]]], target: Any = None) -> list[Slice]:
    minutes = sum(r["minutes"] or 0 for _k, _n, r in named)
    sales = sum(max(r["sales_fen"] or 0, 0) for _k, _n, r in named)
    return [
        Slice(
            key, name, r["customers"], r["minutes"] or 0, r["sales_fen"] or 0, r["untimed"] or 0,
            percent(r["minutes"] or 0, minutes), percent(max(r["sales_fen"] or 0, 0), sales),
            top := percent(r.get("top") or 0, r["minutes"] or 0), target is not None and top is not None and top < target,
        )
        for key, name, r in named
    ]  # fmt: skip


def _customers(actor: Actor, run: Run) -> pl.LazyFrame:
    """Those who ever bought, of whom the actor sees."""
    import polars as pl

    return seen_in(actor, run).filter(pl.col("first_order_on").is_not_null())


def neglect(actor: Actor, run: Run, days: int) -> Neglect:
    """Ordinary customers are those of the last class of the leading scheme, prospects not among them."""
    import polars as pl

    may_see_effort(actor)
    label, grade = leading_definition(run).classes[-1], pl.col(f"{leading_scheme()}_class")
    rows = _customers(actor, run)
    is_known = pl.col("sales_prior_12m_fen") > 0
    before = is_known & (grade.eq(label) | grade.is_null())
    ordinary = rows.filter(grade == label).select("customer_key").collect()
    told = rows.select(before.sum(), (before & (pl.col("sales_12m_fen") == 0)).sum().alias("gone")).collect()
    lately = pl.DataFrame({"customer_key": keys_contacted_since(actor.today - timedelta(days))})
    seen = ordinary.join(lately, on="customer_key", how="semi").height
    [(known, gone)] = told.rows()
    return Neglect(label, ordinary.height, ordinary.height - seen, known or 0, gone or 0)


def by_difference(actor: Actor, run: Run, form: str = "money", owner: str = "") -> Listed[EffortRow]:
    """Customers by contribution minus time, larger first; `form` is money or points. Only those whose margin one sees."""
    import polars as pl

    may_see_effort(actor)
    of_owner = pl.col("owner_id") == int(owner) if owner.isdigit() else pl.lit(True)
    by = [("points_centi" if form == "points" else "net_fen", True)]
    keys = keys_in_order(actor, run, KEY, by, of_owner & with_margin(actor))
    return Listed(EffortRow.objects.filter(run_id=run.pk).select_related("customer", "customer__owner"), keys)


def effort_of(actor: Actor, run: Run, customer: Customer) -> EffortRow | None:
    """The customer's row, for who sees its agenda and its margin."""
    if not (actor.sees("agenda", customer.owner_id) and actor.sees("margin", customer.owner_id)):
        return None
    return EffortRow.objects.filter(run_id=run.pk, customer_id=customer.pk).first()
