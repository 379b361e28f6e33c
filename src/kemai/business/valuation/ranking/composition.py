"""Who the company lives on: how concentrated the sales are, and how they are spread (S1.138, S3.1, S4.93, S4.94)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.utils.translation import gettext as _

from kemai.business.archives.models import CustomerType, State
from kemai.business.valuation.leading import column
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.curve import Curve, curve_of
from kemai.business.valuation.ranking.labels import class_word
from kemai.business.valuation.runs.summed import STANDINGS, seen_in, summed_by
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import Person
from kemai.value.composition import RULE
from kemai.value.exact import largest_remainder

BY = ("region", "type", "category", "class", "state", "owner")
MOST = 60
SALES = "sales_12m"


@dataclass(frozen=True)
class Group:
    """One line: `key` is what a filter of the customer list takes, "" for those where nothing is filled in."""

    key: str
    label: str
    customers: int
    customers_share: Decimal
    sales_fen: int
    sales_share: Decimal


@dataclass(frozen=True)
class Concentration:
    """Of `n` customers with sales: what the best fifth brings (percent), how many bring 70 % and 80 %, and the HHI."""

    scheme: str
    n: int
    top_share: float
    for_70: int
    for_80: int
    hhi: float
    verdict: str  # flatter, inside or steeper than "20-30 % of the customers bring 80 %"

    def percent(self, customers: int) -> float:
        """So many customers as percent of all."""
        return customers * 100 / self.n


def composition(actor: Actor, run: Run, by: str) -> list[Group]:
    """Customers and sales of 12 months by a field; both shares add to 100.00. Raises LookupError for an unknown field."""
    actor.require("ranking.view", _("你的岗位看不到构成。"))
    if by not in BY:
        raise LookupError(by)
    found = _grouped(actor, run, by)
    found.sort(key=lambda row: (row[0] == "", -row[3], row[1]))
    if len(found) > MOST:
        rest = found[MOST - 1 :]
        found = [*found[: MOST - 1], ("*", _("其余 %(n)s 项") % {"n": len(rest)}, sum(r[2] for r in rest), sum(r[3] for r in rest))]  # fmt: skip
    counts = largest_remainder([row[2] for row in found])
    shares = largest_remainder([max(row[3], 0) for row in found])
    return [
        Group(key, label, n, Decimal(c) / 100, fen, Decimal(s) / 100)
        for (key, label, n, fen), c, s in zip(found, counts, shares, strict=True)
    ]


def concentration(actor: Actor, run: Run) -> Concentration | None:
    """How concentrated the sales are over what the actor sees; None where nothing was sold."""
    key = sales_scheme(run)
    curve = curve_of(actor, run, key) if key else None
    if key is None or curve is None or curve.total <= 0:
        return None
    share = Fraction(curve.for_80, curve.n)
    verdict = "flatter" if share > RULE[1] else "steeper" if share < RULE[0] else "inside"
    return Concentration(
        key, curve.n, curve.top_fifth * 100 / curve.total, curve.for_70, curve.for_80,
        curve.squares * 10_000 / (float(curve.total) * curve.total), verdict,
    )  # fmt: skip


def sales_scheme(run: Run) -> str | None:
    """A scheme of the run that ranks the whole company by sales of 12 months."""
    wanted = ("sales_abc_value", "sales_abc_count", "pyramid", "value_level")
    return next(
        (k for k in wanted if k in run.schemes and run.schemes[k]["definition"]["measure"] == SALES), None
    )


def goal_rank(curve: Curve) -> int:
    """The rank of the last customer of the first goal: those who bring 80 % of the sales (S4.38, S4.39)."""
    if not curve.for_80:
        return 0
    return curve.ranks[curve.for_80 - 1] if len(curve.places) == curve.n else curve.for_80


def _grouped(actor: Actor, run: Run, by: str) -> list[tuple[str, str, int, int]]:
    import polars as pl

    sums = [pl.len().alias("n"), pl.col("sales_12m_fen").sum()]
    if by == "class":
        found = seen_in(actor, run).group_by(column("lead_class")).agg(*sums).collect().rows()
    else:
        found = summed_by(actor, run, STANDINGS, by, sums)
    if by == "owner":
        people = {pk: (login, name) for pk, login, name in Person.objects.values_list("pk", "login", "name")}
        named = [(*people.get(owner, (None, None)), n, fen) for owner, n, fen in found]
        return [(login or "", _label(by, (login, name)), n, fen) for login, name, n, fen in named]
    return [(key or "", _label(by, (key,)), n, fen) for key, n, fen in found]


def _label(by: str, row: tuple[str | None, ...]) -> str:
    key = row[0] or ""
    if not key:
        return {"class": _("不参加排名"), "owner": _("没有负责人")}.get(by, _("未填"))
    if by == "class":
        return class_word(key)
    words = {"type": dict(CustomerType.choices), "state": dict(State.choices)}.get(by, {})
    return str(words.get(key, (row[1] or key) if by == "owner" else key))
