"""What every reading of a run starts from: may the actor, which scheme, ranked among whom, and one ranked row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate
from typing import Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.models import PublishedRun, Run
from kemai.foundation.access.actor import Actor, Refused
from kemai.value.exact import largest_remainder

ADDS_UP = 5_000
MARGIN_SCHEMES = ("profit_abc", "quality")


@dataclass(frozen=True)
class RankRow:
    """One ranked customer as a scheme sees it. Share is None where the value is not an amount; `population` says
    among whom the rank counts ("all" for the whole company)."""

    rank: int
    customer_id: int
    code: str
    name: str
    short_name: str
    owner: str
    value: int | None
    label: str | None
    reason: str | None
    share: Decimal | None = None
    cumulative: Decimal | None = None
    population: str = "all"


def definition(run: Run, key: str) -> Any:
    """The scheme as the run used it. Raises LookupError for an unknown key."""
    if key not in run.schemes:
        raise LookupError(_("没有这个分级方案：%(key)s") % {"key": key})
    return value.SchemeDefinition.from_json(run.schemes[key]["definition"])


def lacks_for_scheme(actor: Actor, key: str, run: Run | None, owner_id: int | None = None) -> str | None:
    """A field right that the actor lacks for a scheme as the run ranked it, such as that of margins or of an input of
    an own measure; None where he has all."""
    groups = ("margin",) if key in MARGIN_SCHEMES else ()
    more = run.schemes.get(key, {}).get("groups", ()) if run is not None else ()
    return next((group for group in (*groups, *more) if not actor.sees(group, owner_id)), None)


def may_see_scheme(actor: Actor, key: str, run: Run | None) -> None:
    """Raises Refused where the scheme, as the run ranked it, would show what the actor may not see."""
    actor.require("ranking.view", _("你的岗位看不到排名。"))
    lacking = lacks_for_scheme(actor, key, run)
    if lacking == "margin":
        raise Refused(_("这个方案用到毛利，你的岗位看不到。"))
    if lacking:
        raise Refused(_("这个方案用到你的岗位看不到的数。"))


def population_of(run: Run) -> str:
    """Among whom the run ranked: all, unit or owner."""
    return str(run.settings.get("population", "all"))


def is_past(run: Run) -> bool:
    """Whether the run's rows have left the database, so that only its file tells."""
    pointer = PublishedRun.objects.filter(pk=1).values_list("run_id", "previous_id").first()
    return run.pk not in (pointer or ())


def percent(part: int, total: int) -> Decimal | None:
    """A share in percent with two decimals; None of nothing."""
    return (Decimal(part) * 100 / total).quantize(Decimal("0.01")) if total > 0 else None


def adding_shares(parts: Sequence[int]) -> list[Decimal | None]:
    """Shares in percent with two decimals that add up to 100.00, by largest remainder; None where nothing is positive."""
    if sum(parts) <= 0:
        return [None] * len(parts)
    return [(Decimal(share) / 100).quantize(Decimal("0.01")) for share in largest_remainder(parts)]


def running_shares(shares: Sequence[Decimal | None]) -> list[Decimal | None]:
    """What the shares of `adding_shares` add up to, row by row, so that a table adds up as it is shown; the last one is
    100.00. None where there are none."""
    if None in shares:
        return list(shares)
    return list(accumulate(share for share in shares if share is not None))
