"""Expected value (3.3): what a prospect or a customer is expected to bring within one horizon.

Prospect: `EV = MP * ES * P`. Customer: `EV = CB + AV * P`, AV being the increase beyond CB.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import number
from kemai.value.errors import FactError, HorizonError
from kemai.value.exact import half_up_div, share_of

if TYPE_CHECKING:
    from ibis.expr.types import Table

P_STEPS_BP = (2_000, 5_000, 8_000)
NAMED_OFFENDERS = 10


def prospect_expected_value(mp: Decimal, es: Decimal, p: Decimal) -> Decimal:
    """Market potential times expected share times probability; ES and P lie in 0 to 1, MP is not negative.

    FactError names the argument that is out of range or no number.

    >>> prospect_expected_value(Decimal(2_000_000), Decimal("0.30"), Decimal("0.50"))
    Decimal('300000.0000')
    """
    return _amount(mp, "mp") * _fraction(es, "es") * _fraction(p, "p")


def customer_expected_value(cb: Decimal, av: Decimal | None, p: Decimal | None) -> Decimal:
    """Sales of the last 12 months plus the expected increase times its probability.

    Without an estimate of AV and P the value is CB (reason no_growth_estimate in tables).

    >>> customer_expected_value(Decimal(1_200_000), Decimal(500_000), Decimal("0.8"))
    Decimal('1600000.0')
    """
    base = number(cb, "cb")
    if av is None or p is None:
        return base
    return base + _amount(av, "av") * _fraction(p, "p")


def _amount(given: Any, name: str) -> Decimal:
    amount = number(given, name)
    if amount < 0:
        raise FactError(f"{name}：金额不能为负，给的是 {given}", code="negative", column=name)
    return amount


def _fraction(given: Any, name: str) -> Decimal:
    share = number(given, name)
    if not 0 <= share <= 1:
        raise FactError(f"{name}：必须在 0 到 1 之间，给的是 {given}", code="not_a_share", column=name)
    return share


def expected_value_columns(base: Table, horizon_months: int = 12) -> dict[str, Any]:
    """cb_fen, ev_kind (existing, prospect), ev_fen and ev_missing of the engine's base table.

    A customer with a sale line counts as existing; with another horizon than twelve months CB is the run rate.
    """
    import ibis

    existing = base.first_order_on.notnull()
    cb = half_up_div(base.sales_12m_fen * horizon_months, 12) if horizon_months != 12 else base.sales_12m_fen
    estimated = base.av_fen.notnull() & base.p_bp.notnull()
    growth = estimated.ifelse(share_of(base.av_fen, base.p_bp, 10_000), 0)
    possible = base.mp_fen.notnull() & base.es_bp.notnull() & base.p_bp.notnull()
    prospect = share_of(base.mp_fen, base.es_bp * base.p_bp, 100_000_000)
    return {
        "cb_fen": cb,
        "ev_kind": existing.ifelse("existing", "prospect"),
        "ev_fen": existing.ifelse(cb + growth, possible.ifelse(prospect, None)),
        "ev_missing": (~existing & ~possible).ifelse("no_potential", ibis.null("string")),
        "ev_note": (existing & ~estimated).ifelse("no_growth_estimate", ibis.null("string")),
    }


def check_potentials(table: Table) -> None:
    """FactError where an estimate is out of range: a share beyond 0 to 100 %, a negative amount."""
    import ibis

    rules = {
        "es_bp": ~table.es_bp.between(0, 10_000),
        "p_bp": ~table.p_bp.between(0, 10_000),
        "mp_fen": table.mp_fen < 0,
        "av_fen": table.av_fen < 0,
    }
    for column, bad in rules.items():
        wrong = table.filter(ibis.coalesce(bad, False)).order_by("customer_id").limit(NAMED_OFFENDERS)
        if codes := wrong.customer_id.to_pyarrow().to_pylist():
            raise FactError(
                f"{column}：超出允许的范围，客户 {'、'.join(codes)}",
                code="out_of_range",
                column=column,
                customers=codes,
            )


def check_horizons(base: Table, ranked: Any, horizon_months: int) -> None:
    """HorizonError when a ranked customer's estimate is for another horizon (S0.40)."""
    wrong = base.filter(ranked & (base.horizon_months != horizon_months))
    rows: Sequence[dict[str, Any]] = (
        wrong.select("customer_id", "horizon_months")
        .order_by("customer_id")
        .limit(NAMED_OFFENDERS)
        .to_pyarrow()
        .to_pylist()
    )
    if rows:
        offenders = [(row["customer_id"], int(row["horizon_months"])) for row in rows]
        raise HorizonError(horizon_months, offenders, int(wrong.count().to_pyarrow().as_py()))
