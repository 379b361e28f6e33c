"""Sharing a target out: a unit's among its people, its units or its customers, a person's among his customers (S1.110)."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.models import Customer
from kemai.business.trade.actions import InvalidTarget, set_targets
from kemai.business.trade.actions.targets import Targets
from kemai.business.trade.facts import sold_sums
from kemai.business.trade.periods import Period
from kemai.business.trade.queries import led_units, staff
from kemai.business.valuation.forecasts.reading import check, forecasts
from kemai.business.valuation.models import Run
from kemai.business.valuation.queries import published_run, standings
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.models import OrgUnit, Person
from kemai.foundation.access.scopes import restrict
from kemai.foundation.traditional import in_script
from kemai.value.windows import months_before

AMONG = ("persons", "units", "customers")
WEIGHTS = ("forecast", "expected")
MOST = 2_000
_SPAN = {1: "next_3_fen", 3: "next_3_fen", 12: "next_12_fen"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be shared. `unit` or `person` is whose target it is; `among` whom it is shared among; `floor` and `cap`
    are percent of the sales of the same period a year before, None for none; `step` is in yuan."""

    period: Period
    amount_fen: int
    among: str
    unit: OrgUnit | None = None
    person: Person | None = None
    weight: str = "forecast"
    floor: Decimal | None = None
    cap: Decimal | None = None
    step: int = 1_000


@dataclass(frozen=True, slots=True)
class Share:
    """One of them: what it is weighed by, what it sold a year before, and its target (fen)."""

    key: int
    label: str
    weight: int
    before: int
    fen: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """The shares, which add up to the wish exactly. `is_equal`: nobody has a forecast, so all got the same. `mark`
    changes when the numbers behind it do."""

    shares: list[Share]
    is_equal: bool

    @property
    def mark(self) -> str:
        """A hash of who gets what."""
        said = ",".join(f"{share.key}:{share.fen}" for share in self.shares)
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def propose(actor: Actor, wish: Wish) -> Proposal:
    """Who would get what. Raises InvalidTarget with a sentence where it can't be done, Refused without the duty."""
    check(actor)
    actor.require("import.targets", _("目标由主管或领导来定。"))
    run = published_run()
    if run is None:
        raise InvalidTarget(_("还没有估值，没有预测可以分。"))
    names = _names(actor, wish)
    weights, before = _weights(actor, run, wish, names), _before(actor, wish, names)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", value.FactWarning)
            fen = _shared(wish, names, weights, before)
    except value.FactError as odd:
        raise InvalidTarget(_sentence(odd)) from odd
    shares = [Share(key, names[key], weights[key], before[key], fen[key]) for key in names]
    shares.sort(key=lambda share: (-share.fen, share.label, share.key))
    return Proposal(shares, not any(weights.values()))


def allocate(*, actor: Actor, wish: Wish, mark: str, reason: str = "") -> int:
    """Saves the proposal that `mark` was shown for, the whole amount as the target of whose it is; gives how many targets
    changed. Raises InvalidTarget where the numbers have moved since."""
    proposal = propose(actor, wish)
    if proposal.mark != mark:
        raise InvalidTarget(_("数据变了，分法跟刚才看到的不一样；请再看一眼。"))
    shares = {share.key: share.fen for share in proposal.shares}
    whole = {wish.unit.pk: wish.amount_fen} if wish.unit else {}
    targets = Targets(
        customers=shares if wish.among == "customers" else {},
        persons={**(shares if wish.among == "persons" else {}), **({wish.person.pk: wish.amount_fen} if wish.person else {})},
        units={**(shares if wish.among == "units" else {}), **whole},
    )  # fmt: skip
    changed: int = set_targets(actor=actor, period=wish.period, targets=targets, reason=reason)
    return changed


def _names(actor: Actor, wish: Wish) -> dict[int, str]:
    """Whom it is shared among, within the actor's rights, in the order of their keys."""
    if wish.unit and not led_units(actor).filter(pk=wish.unit.pk).exists():
        raise LookupError(wish.unit.pk)
    if wish.person and not staff(actor).filter(pk=wish.person.pk).exists():
        raise LookupError(wish.person.pk)
    rows: Any
    if wish.among == "units":
        rows = led_units(actor).filter(parent=wish.unit).values_list("pk", "name")
    elif wish.among == "persons":
        owners = _customers(actor, wish).values("owner_id")
        rows = staff(actor).filter(pk__in=owners).values_list("pk", "name")
    else:
        rows = _customers(actor, wish).order_by("code").values_list("pk", "name")
    found = dict(rows[: MOST + 1])
    if not found:
        raise InvalidTarget(_("下面没有可以分的。"))
    if len(found) > MOST:
        raise InvalidTarget(_("一次最多分给 %(n)s 个；请按人一个一个分。") % {"n": MOST})
    return dict(sorted(found.items()))


def _customers(actor: Actor, wish: Wish) -> Any:
    """The customers that bring the target: those that buy."""
    seen = restrict(Customer.objects.all(), actor)
    if wish.person:
        return seen.filter(owner=wish.person, state="actual")
    if wish.unit is None:
        return seen.filter(state="actual")
    below = Q(unit__in=OrgUnit.objects.filter(path__startswith=wish.unit.path))
    if wish.unit.parent_id is None:
        below |= Q(unit=None)  # what belongs to no unit is the company's
    return seen.filter(below, state="actual")


def _path(wish: Wish) -> str:
    return {"persons": "customer__owner_id", "units": "customer__unit__path", "customers": "customer_id"}[
        wish.among
    ]


def _weights(actor: Actor, run: Run, wish: Wish, names: Mapping[int, str]) -> dict[int, int]:
    """The forecast (of three months for a quarter or a month, twelve for a year) or the expected value; never below 0."""
    if wish.weight == "expected":
        rows, column = standings(actor, run), "ev_fen"
    else:
        rows, column = forecasts(actor, run), _SPAN[wish.period.months]  # type: ignore[assignment]
    mine = rows.filter(customer_id__in=_customers(actor, wish).values("pk")).order_by()
    sums = dict(mine.values_list(_path(wish)).annotate(s=Sum(column, default=0)))
    return {key: max(fen, 0) for key, fen in _by_key(wish, sums, names).items()}


def _before(actor: Actor, wish: Wish, names: Mapping[int, str]) -> dict[int, int]:
    start, end = months_before(wish.period.start, 12), months_before(wish.period.end, 12)
    by = {"persons": "owner", "units": "unit", "customers": "customer"}[wish.among]
    among = {"customer__in": _customers(actor, wish).values("pk")}
    sums = sold_sums(actor, start, end, by, among)
    if wish.among == "units":
        paths = dict(OrgUnit.objects.values_list("pk", "path"))
        sums = {paths.get(key, ""): fen for key, fen in sums.items()}
    return _by_key(wish, sums, names)


def _by_key(wish: Wish, sums: Mapping[Any, int], names: Mapping[int, str]) -> dict[int, int]:
    """Sums by id; those of a unit are of all below it."""
    if wish.among != "units":
        return {key: sums.get(key, 0) for key in names}
    return {key: sum(fen for path, fen in sums.items() if f"/{key}/" in (path or "")) for key in names}


def _shared(
    wish: Wish, names: Mapping[int, str], weights: Mapping[int, int], before: Mapping[int, int]
) -> dict[int, int]:
    def bound(percent: Decimal | None) -> dict[str, Decimal] | None:
        if percent is None:
            return None
        return {
            _key(key): (Decimal(max(before[key], 0)) * percent / 10_000).quantize(Decimal("0.01"))
            for key in names
        }

    shared = value.allocate_target(
        Decimal(wish.amount_fen) / 100, {_key(key): weights[key] for key in names}, bound(wish.floor), bound(wish.cap), wish.step
    )  # fmt: skip
    return {key: int(shared[_key(key)] * 100) for key in names}


def _key(key: int) -> str:
    """Keys in the order of their numbers."""
    return f"{key:020d}"


def _sentence(odd: value.FactError) -> str:
    known = {
        "floors_too_high": _("下限加起来已超过要分的总数：把总数加大，或把下限调低。"),
        "caps_too_low": _("上限加起来还不到要分的总数：把总数减小，或把上限调高。"),
        "cap_below_floor": _("上限比下限还低。"),
        "empty": _("下面没有可以分的。"),
    }
    return known.get(odd.code, in_script(str(odd)))
