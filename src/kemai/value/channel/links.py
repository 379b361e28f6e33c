"""Supply links and what flowed through them: which part of whose sales went through which dealer, and when.

A link holds from its first to its last day, both counted, for one product line or, where none is written, for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import floor_div, share_of, sum_or_zero
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table

WHOLE = 10_000
# As import sheets write them -> as the library does.
ALIASES = {"dealer": "dealer_id", "customer": "customer_id", "from": "from_on", "to": "to_on"}
TEXTS = {"dealer_id": "text", "customer_id": "text"}
OPTIONAL = {"product_line": "text", "share": "number", "from_on": "day", "to_on": "day"}
BASES = {"customer": "link_customer", "dealer": "dealer_id"}


def read_links(data: Any) -> Table:
    """Rows of dealer_id, link_customer, link_line (empty: all), share_bp (null: unknown), from_on, to_on.

    FactError for an empty dealer or customer, a dealer behind itself and a share outside 0 to 1.
    """
    from kemai.value.reading import read
    from kemai.value.tables import shaped

    source = read(data)
    renamed = {
        new: old for old, new in ALIASES.items() if old in source.columns and new not in source.columns
    }
    rows = shaped(source.rename(renamed), TEXTS, OPTIONAL)
    _refuse(rows, rows.dealer_id.isnull(), "dealer_id", "有没有经销商的行")
    _refuse(rows, rows.customer_id.isnull(), "customer_id", "有没有下级客户的行")
    _refuse(rows, rows.dealer_id == rows.customer_id, "customer_id", "自己供自己")
    _refuse(rows, ~rows.share.between(0, 1), "share", "份额必须在 0 到 1 之间")
    return rows.select(
        "dealer_id", "from_on", "to_on", link_customer=rows.customer_id,
        link_line=rows.product_line.fill_null(""), share_bp=(rows.share * WHOLE).round().cast("int64"),
    )  # fmt: skip


def _refuse(rows: Table, wrong: Any, column: str, what: str) -> None:
    if rows.filter(wrong.fill_null(False)).count().to_pyarrow().as_py():
        raise FactError(f"{column}：{what}", code="bad_link", column=column)


def in_force(links: Table, day: Any) -> Any:
    """Whether a link holds on a day (a date or a column of them)."""
    return (links.from_on.isnull() | (links.from_on <= day)) & (links.to_on.isnull() | (links.to_on >= day))


def sold_by_line(lines: Table, products: Any) -> Table:
    """Sums of customer_id, day, line: the product line of the sale itself, or of its product; empty if unknown."""
    import ibis

    from kemai.value.tables import one_row_each, shaped

    line = lines.product_line
    if products is not None:
        known = one_row_each(shaped(products, {"product_code": "text"}, {"line": "text"}), "product_code")
        lines = lines.left_join(
            known.rename(known_code="product_code"), lines.product_code == known.product_code
        )
        line = ibis.coalesce(lines.product_line, lines.line)
    keyed = lines.select("customer_id", "day", "amount_fen", sold_line=line.fill_null(""))
    return keyed.group_by(["customer_id", "day", "sold_line"]).aggregate(fen=sum_or_zero(keyed.amount_fen))


def through_dealers(sold: Table, links: Table, basis: str) -> Table:
    """Rows of dealer_id, link_customer, through_fen: what each customer took through each dealer.

    With `basis` "customer" a share is the part of the customer's own sales that this dealer supplies; unknown shares
    divide what the known ones leave. With "dealer" it is the part of the dealer's sales that went on to the customer;
    an unknown share is nothing. Shares above the whole are scaled to it.
    """
    owner = BASES[basis]
    joined = sold.inner_join(
        links,
        [
            sold.customer_id == links[owner],
            (links.link_line == "") | (links.link_line == sold.sold_line),
            in_force(links, sold.day),
        ],
    ).drop("customer_id")
    shared = _with_shares(_special_first(joined), owner, is_left_shared=basis == "customer")
    sums = shared.group_by(["dealer_id", "link_customer", "part_bp"]).aggregate(fen=sum_or_zero(shared.fen))
    part = share_of(sums.fen.abs(), sums.part_bp, WHOLE)
    parts = sums.mutate(part=(sums.fen < 0).ifelse(-part, part))
    return parts.group_by(["dealer_id", "link_customer"]).aggregate(through_fen=sum_or_zero(parts.part))


def _special_first(joined: Table) -> Table:
    """A link for the line of the sale takes the place of one for all lines between the same two."""
    import ibis

    same = ibis.window(group_by=["dealer_id", "link_customer", "day", "sold_line"])
    marked = joined.mutate(special=(joined.link_line != "").cast("int64"))
    marked = marked.mutate(most=marked.special.max().over(same), twins=_order(same))
    return marked.filter((marked.special == marked.most) & (marked.twins == 0))


def _order(window: Any) -> Any:
    """Of two links that say the same, one counts."""
    import ibis

    return ibis.row_number().over(
        group_by=window.groupings,
        order_by=[ibis.desc("special"), ibis.desc("share_bp"), ibis.desc("from_on")],
    )


def _with_shares(joined: Table, owner: str, is_left_shared: bool) -> Table:
    import ibis

    together = ibis.window(group_by=[owner, "day", "sold_line"])
    known = joined.mutate(
        known_bp=joined.share_bp.sum().over(together).fill_null(0).cast("int64"),
        unknown=joined.share_bp.isnull().cast("int64").sum().over(together).cast("int64"),
    )
    scaled = (known.known_bp > WHOLE).ifelse(
        floor_div(known.share_bp * WHOLE, ibis.greatest(known.known_bp, 1)), known.share_bp
    )
    left = floor_div(ibis.greatest(WHOLE - known.known_bp, 0), ibis.greatest(known.unknown, 1))
    return known.mutate(part_bp=ibis.coalesce(scaled, left if is_left_shared else 0).cast("int64"))


def move_links(
    links: Any, dealer_id: str, to_dealer_id: str, customers: Iterable[str], on: date | str
) -> Any:
    """The links (a pyarrow table) after some customers of one dealer go to another from the day `on`.

    What was in force ends the day before and begins anew under the other dealer, so that the past stays as it was.
    FactError where the other dealer is one of the customers.
    """
    import pyarrow as pa

    day, chosen = as_date(on, "on"), set(customers)
    if to_dealer_id in chosen:
        raise FactError(f"customers：{to_dealer_id} 自己供自己", code="bad_link", column="customers")
    rows = read_links(links).rename(customer_id="link_customer", product_line="link_line").to_pyarrow()
    moved = []
    for row in rows.to_pylist():
        row["share"] = None if row["share_bp"] is None else row["share_bp"] / WHOLE
        is_held = (row["from_on"] or date.min) <= (row["to_on"] or date.max) and (
            row["to_on"] or date.max
        ) >= day
        if not (row["dealer_id"] == dealer_id and row["customer_id"] in chosen and is_held):
            moved.append(row)
            continue
        started = row["from_on"] or date.min
        if started < day:
            moved.append({**row, "to_on": day - timedelta(days=1)})
        moved.append({**row, "dealer_id": to_dealer_id, "from_on": max(started, day)})
    schema = pa.schema([
        ("dealer_id", pa.string()), ("customer_id", pa.string()), ("product_line", pa.string()),
        ("share", pa.float64()), ("from_on", pa.date32()), ("to_on", pa.date32()),
    ])  # fmt: skip
    return pa.Table.from_pylist([{name: row[name] for name in schema.names} for row in moved], schema)
