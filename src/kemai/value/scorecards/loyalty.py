"""The loyalty index (2.7) of seven criteria, and what it makes of a customer: loyal, switcher or none.

Behaviour (repeat, share of wallet, persistence) is computed, attitude comes from surveys. What isn't known leaves its
weight to the others, as long as at least half of the weight is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import between, whole_number
from kemai.value.errors import FactError, SchemeError
from kemai.value.exact import half_up

if TYPE_CHECKING:
    from ibis.expr.types import Table

LOYALTY_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "repeat": 25, "share_of_wallet": 25, "persistence": 15, "referral": 15, "price_tolerance": 10,
        "fault_tolerance": 5, "rival_attitude": 5,
    }
)  # fmt: skip
LEAST_WEIGHT = 50
LABELS = ("loyal", "switcher", "none")
CUTS = (75, 45)
IN_A_ROW, LEAST_SHARE = 3, 50


@dataclass(frozen=True, slots=True)
class Loyalty:
    """`index` in points with two decimals and `label` (loyal, switcher, none), None with reason too_little_known;
    `known_weight` says how much of 100 it rests on."""

    index: Decimal | None
    label: str | None
    known_weight: int
    reason: str | None = None


def rate_loyalty(scores: Mapping[str, Any], weights: Mapping[str, int] = LOYALTY_WEIGHTS) -> Loyalty:
    """One customer, by the same formula as `loyalty_index`; each score is 0 to 100, None or left out is unknown.

    >>> rate_loyalty({"repeat": 80, "share_of_wallet": 60, "persistence": 100, "referral": 90})
    Loyalty(index=Decimal('79.38'), label='loyal', known_weight=80, reason=None)
    """
    _check(weights)
    if strangers := set(scores) - set(weights):
        raise FactError(f"没有指标 {min(strangers)}", code="unknown_criterion", column=min(strangers))
    known = {name: between(score, name, 0, 100) for name, score in scores.items() if score is not None}
    weight = sum(weights[name] for name in known)
    if weight < LEAST_WEIGHT:
        return Loyalty(None, None, weight, "too_little_known")
    total = sum((Fraction(score) * weights[name] for name, score in known.items()), Fraction(0))
    centi = half_up(total * 100 / weight)
    label = LABELS[sum(centi < cut * 100 for cut in CUTS)]
    return Loyalty(Decimal(centi).scaleb(-2), label, weight)


def loyalty_index(table: Any, weights: Mapping[str, int] = LOYALTY_WEIGHTS) -> Table:
    """The index of every customer.

    `table` has customer_id and any of the criteria (repeat, share_of_wallet, persistence, referral, price_tolerance,
    fault_tolerance, rival_attitude), each 0 to 100 with at most two decimals counting. The result has customer_id,
    index, label (loyal from 75, switcher from 45, none), known_weight and reason: too_little_known below half the
    weight. SchemeError unless weights are whole and add to 100; FactError for a score out of range.
    """
    import ibis

    from kemai.value.tables import one_row_each, shaped

    _check(weights)
    rows = shaped(table, {"customer_id": "text"}, dict.fromkeys(weights, "number"))
    rows = one_row_each(rows, "customer_id")
    odd = {name: (~rows[name].between(0, 100)).fill_null(False).any() for name in weights}
    [found] = rows.aggregate(**odd).to_pyarrow().to_pylist()
    for name in weights:
        if found[name]:
            raise FactError(f"{name}：必须在 0 到 100 之间", code="out_of_range", column=name)
    zero = ibis.literal(0, "int64")
    known = sum((rows[name].notnull().ifelse(weight, 0) for name, weight in weights.items()), zero)
    points = {name: (rows[name] * 100).round().cast("int64").fill_null(0) for name in weights}
    total = sum((points[name] * weight for name, weight in weights.items()), zero)
    rows = rows.mutate(known_weight=known.cast("int64"), total=total.cast("int64"))
    enough = rows.known_weight >= LEAST_WEIGHT
    # Half up on whole numbers: floor((2 * total + weight) / (2 * weight)).
    centi = ((rows.total * 2 + rows.known_weight) / (rows.known_weight * 2).nullif(0)).floor().cast("int64")
    rows = rows.mutate(centi=enough.ifelse(centi, None))
    loyal, switcher = (cut * 100 for cut in CUTS)
    label = ibis.cases(
        (rows.centi >= loyal, LABELS[0]), (rows.centi >= switcher, LABELS[1]), (rows.centi.notnull(), LABELS[2])
    )  # fmt: skip
    return rows.select(
        "customer_id", "known_weight", index=rows.centi / 100, label=label,
        reason=rows.centi.isnull().ifelse("too_little_known", None),
    )  # fmt: skip


def loyalty_type(attitude: Any, behaviour: Any, cut: Any = 60) -> str | None:
    """Dick and Basu: true, latent (attitude high, behaviour low), spurious (the other way) or none; both 0 to 100.
    None where either is unknown.

    >>> loyalty_type(80, 30), loyalty_type(30, 80)
    ('latent', 'spurious')
    """
    if attitude is None or behaviour is None:
        return None
    line = between(cut, "cut", 0, 100)
    thinks = between(attitude, "attitude", 0, 100) >= line
    acts = between(behaviour, "behaviour", 0, 100) >= line
    return {(True, True): "true", (True, False): "latent", (False, True): "spurious", (False, False): "none"}[
        thinks, acts
    ]


def is_loyal(on_cycle: Any, share_of_wallet: Any = None) -> bool:
    """Continuing and directed (S4.8): three purchases in a row within the own cycle, and half of the wallet where it
    is known (percent).

    >>> is_loyal(3, 60), is_loyal(3), is_loyal(3, 40), is_loyal(2, 90)
    (True, True, False, False)
    """
    directed = share_of_wallet is None or between(share_of_wallet, "share_of_wallet", 0, 100) >= LEAST_SHARE
    return whole_number(on_cycle, "on_cycle") >= IN_A_ROW and directed


def _check(weights: Mapping[str, int]) -> None:
    if sum(weights.values()) != 100 or any(
        weight < 0 or weight != int(weight) for weight in weights.values()
    ):
        raise SchemeError("权重必须是整数，合计 100", code="weights_must_add_to_100")
