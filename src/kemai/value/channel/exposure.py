"""How much of our sales hangs on one dealer, and how much of it could be saved without him (3.13, S0.4, S0.6).

`recoverable = sum of sell-through * keep over the reachable customers`, `at_risk = gross - recoverable`. The part of
gross that no known customer takes is unmapped and wholly at risk.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.arguments import at_least_one, between
from kemai.value.channel.links import BASES, WHOLE, in_force, read_links, sold_by_line, through_dealers
from kemai.value.errors import FactError
from kemai.value.exact import half_up, named, share_of, sum_or_zero, to_yuan
from kemai.value.reading import on_one_backend
from kemai.value.windows import as_date, months_start

if TYPE_CHECKING:
    from ibis.expr.types import Table

LEAST_COMPLETE = 80
CONFIRMED_DAYS = 180
KEEP = Decimal("0.8")
TIES_BP = {"strong": 9_000, "weak": 5_000}
RED_FROM = 30
ABOUT = {
    "region": "text", "completeness": "number", "confirmed_on": "day", "alternatives": "number",
    "direct_supply": "flag", "keep": "number", "tie": "text", "receivable": "money", "stock": "money",
}  # fmt: skip


def exposure(
    links: Any,
    sales: Any,
    as_of: date,
    customers: Any = None,
    products: Any = None,
    *,
    basis: str = "customer",
    months: int = 12,
    keep: Any = KEEP,
    red_from: Any = RED_FROM,
) -> Table:
    """What each dealer of `links` is worth and what would be left without him, over the last `months`.

    `links` has dealer_id, customer_id and optionally product_line, share (0 to 1), from_on, to_on. `sales` as for
    `rfm`: the dealers' own purchases and, with `basis` "customer", the sales of the customers behind them (a share is
    then the part of a customer's line that the dealer supplies); with "dealer" a share is the part of the dealer's
    purchases that goes on to the customer. Product lines come from a column product_line of the sales or from
    `products` (product_code, line). `customers` (customer_id) may tell region, completeness (percent of the archive),
    confirmed_on, alternatives (how many other dealers could supply; one that does already counts), direct_supply, tie
    (strong, weak) or keep (0 to 1), receivable and stock (yuan, of dealers); what isn't told counts against being
    reachable.

    The result has dealer_id, gross, mapped, reachable, recoverable, at_risk, unmapped (yuan), at_risk_share (percent
    of gross), region, region_sales (yuan), region_dependency (percent), region_flag (red above `red_from`),
    receivable, stock and reason of what is null: no_sales, no_positive_sales (all came back), no_region (of the dealer),
    no_region_sales. Sell-through beyond gross is scaled to it.
    FactError names a column of the wrong shape.
    """
    day = as_date(as_of)
    parts = _detail(links, sales, day, customers, products, basis, months, keep)
    return _by_dealer(*parts, between(red_from, "red_from", 0, 100))


def exposure_detail(
    links: Any,
    sales: Any,
    as_of: date,
    customers: Any = None,
    products: Any = None,
    *,
    basis: str = "customer",
    months: int = 12,
    keep: Any = KEEP,
) -> Table:
    """The customers behind each dealer: dealer_id, customer_id, sell_through and recoverable (yuan, not scaled to gross),
    keep (fraction), reachable, moved (now supplied by another dealer: safe) and missing, what keeps a customer from
    being reachable (archive, contact, alternative; joined by commas).

    Arguments as for `exposure`.
    """
    detail, *_ = _detail(links, sales, as_date(as_of), customers, products, basis, months, keep)
    return detail.select(
        "dealer_id", detail.link_customer.name("customer_id"), sell_through=to_yuan(detail.through_fen),
        keep=detail.keep_bp / WHOLE, reachable=detail.is_reachable, moved=detail.is_moved,
        recoverable=to_yuan(detail.saved_fen), missing=detail.missing,
    )  # fmt: skip


def _detail(
    links: Any, sales: Any, day: date, customers: Any, products: Any, basis: str, months: int, keep: Any
) -> tuple[Table, Table, Table, Table]:
    """The customers behind dealers; the sales by line; what is known of customers; what dealers bought for them."""
    from kemai.value.tables import sale_lines

    if basis not in BASES:
        raise FactError(f"basis 只能是 {'、'.join(BASES)}", code="bad_basis", column="basis")
    links, sales, customers, products = on_one_backend(links, sales, customers, products)
    lines = sale_lines(sales, also=("product_code", "product_line"))
    lines = lines.filter(lines.day.between(months_start(day, at_least_one(months, "months")), day))
    ties, about, sold = read_links(links), _about(customers, lines), sold_by_line(lines, products)
    flows = through_dealers(sold, ties, basis)
    pairs = ties.group_by(["dealer_id", "link_customer"]).aggregate(
        is_held=in_force(ties, day).any().fill_null(False)
    )
    now = ties.filter(in_force(ties, day))
    holders = now.group_by(held="link_customer").aggregate(dealers=now.dealer_id.nunique())
    pairs = pairs.left_join(holders, pairs.link_customer == holders.held)
    has_other = pairs.dealers.fill_null(0) > pairs.is_held.cast("int64")
    pairs = pairs.select(
        "dealer_id", "link_customer", has_other=has_other, is_moved=~pairs.is_held & has_other
    )
    found = pairs.left_join(flows, ["dealer_id", "link_customer"]).drop(
        "dealer_id_right", "link_customer_right"
    )
    joined = found.left_join(about, found.link_customer == about.customer_id)
    taken = flows if basis == "customer" else flows.limit(0)
    return _judged(joined, day, between(keep, "keep", 0, 1)), sold, about, taken


def _about(customers: Any, lines: Table) -> Table:
    """What is told of customers; of nobody, on the backend of the lines, where nothing is."""
    from kemai.value.tables import one_row_each, shaped

    if customers is None:
        return shaped(lines.select("customer_id").limit(0), {"customer_id": "text"}, ABOUT)
    rows = one_row_each(shaped(customers, {"customer_id": "text"}, ABOUT), "customer_id")
    for name, high in (("completeness", 100), ("keep", 1)):
        if rows.filter((~rows[name].between(0, high)).fill_null(False)).count().to_pyarrow().as_py():
            raise FactError(f"{name}：必须在 0 到 {high} 之间", code="out_of_range", column=name)
    return rows


def _judged(joined: Table, day: date, keep: Any) -> Table:
    """With is_reachable, missing, keep_bp, through_fen (never negative) and saved_fen."""
    import ibis

    lacks = {
        "archive": ~(joined.completeness >= LEAST_COMPLETE).fill_null(False),
        "contact": ~(joined.confirmed_on >= day - timedelta(days=CONFIRMED_DAYS)).fill_null(False),
        "alternative": ~(
            (joined.alternatives >= 1).fill_null(False)
            | joined.direct_supply.fill_null(False)
            | joined.has_other
        ),
    }
    by_tie = ibis.cases(*((joined.tie == tie, bp) for tie, bp in TIES_BP.items()))
    told = ibis.coalesce((joined.keep * WHOLE).round().cast("int64"), by_tie)
    table = joined.mutate(
        missing=named(lacks),
        is_reachable=~ibis.or_(*lacks.values()) | joined.is_moved,
        keep_bp=joined.is_moved.ifelse(WHOLE, told.fill_null(half_up(Fraction(keep) * WHOLE))).cast("int64"),
        through_fen=ibis.greatest(joined.through_fen.fill_null(0), 0),
    )
    return table.mutate(
        saved_fen=table.is_reachable.ifelse(share_of(table.through_fen, table.keep_bp, WHOLE), 0)
    )


def _by_dealer(detail: Table, sold: Table, about: Table, flows: Table, red_from: Any) -> Table:
    import ibis

    sums = detail.group_by("dealer_id").aggregate(
        through=sum_or_zero(detail.through_fen),
        reached=sum_or_zero(detail.through_fen, where=detail.is_reachable),
        saved=sum_or_zero(detail.saved_fen),
    )
    gross = sold.group_by("customer_id").aggregate(gross=sum_or_zero(sold.fen))
    table = sums.left_join(gross, sums.dealer_id == gross.customer_id).drop("customer_id")
    table = table.left_join(about, table.dealer_id == about.customer_id)
    table = table.mutate(has_sales=table.gross.notnull(), gross=ibis.greatest(table.gross.fill_null(0), 0))
    scale = (table.through > table.gross).ifelse(table.gross / table.through.nullif(0), 1.0)
    table = table.mutate(
        mapped=ibis.least(table.through, table.gross),
        **{name: (table[name] * scale).round().cast("int64") for name in ("reached", "saved")},
    )
    regions = _region_sales(sold, about, flows)
    table = table.left_join(regions, table.region == regions.sold_region)
    dependency = table.gross * 100.0 / (table.region_fen > 0).ifelse(table.region_fen, None)
    money = {
        "gross": table.gross, "mapped": table.mapped, "reachable": table.reached, "recoverable": table.saved,
        "at_risk": table.gross - table.saved, "unmapped": table.gross - table.mapped, "region_sales": table.region_fen,
        "receivable": table.receivable_fen, "stock": table.stock_fen,
    }  # fmt: skip
    return table.select(
        "dealer_id", "region", **{name: to_yuan(fen) for name, fen in money.items()},
        at_risk_share=(table.gross - table.saved) * 100.0 / table.gross.nullif(0), region_dependency=dependency,
        region_flag=(dependency > float(red_from)).ifelse("red", None),
        reason=ibis.cases(
            (~table.has_sales, "no_sales"), (table.gross <= 0, "no_positive_sales"),
            (table.region.isnull(), "no_region"), (dependency.isnull(), "no_region_sales"),
        ),
    )  # fmt: skip


def _region_sales(sold: Table, about: Table, flows: Table) -> Table:
    """Our sales by region: those to its customers, less what they took through dealers, who bought it before."""
    bought = sold.group_by("customer_id").aggregate(fen=sum_or_zero(sold.fen))
    both = bought.union(flows.select(customer_id="link_customer", fen=-flows.through_fen))
    placed = both.inner_join(about.select("customer_id", sold_region="region"), "customer_id")
    placed = placed.filter(placed.sold_region.notnull())
    return placed.group_by("sold_region").aggregate(region_fen=sum_or_zero(placed.fen))
