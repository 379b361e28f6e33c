"""How far customers have become a series of loyal ones (3.11): by heads, by sales, and together with the A customers.

The literature has no formula for it; this one is ours. Unrated customers are left out and their share is shown.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from kemai.value.exact import sum_or_zero, to_yuan
from kemai.value.reading import on_one_backend
from kemai.value.windows import as_date

if TYPE_CHECKING:
    from ibis.expr.types import Table

LOYAL = ("loyal", "early_adopter")
EARLY_DAYS = 90


def serialization_degree(customers: Any) -> Table:
    """`customers` are the active ones: customer_id, label (loyal, early_adopter, or another; null is unrated), sales
    (yuan), optionally class (A is the union's other half).

    One row: rated, loyal, degree_by_count (loyal / rated), degree_by_sales (their sales / sales of the rated),
    degree_of_a (loyal / rated of class A), loyal_or_a (each once / rated), unrated_share (all in percent),
    sales_loyal, sales_rated (yuan), reason (nobody_rated). Shares without a divisor are null.
    """
    from kemai.value.tables import one_row_each, shaped

    rows = shaped(customers, {"customer_id": "text", "label": "text", "sales": "money"}, {"class": "text"})
    rows = one_row_each(rows, "customer_id")
    loyal, is_a = rows.label.isin(LOYAL).fill_null(False), (rows["class"] == "A").fill_null(False)
    rated = rows.label.notnull()
    sums = rows.aggregate(
        n=rows.count(), rated=rows.count(where=rated), loyal=rows.count(where=loyal), a=rows.count(where=rated & is_a),
        loyal_a=rows.count(where=loyal & is_a), either=rows.count(where=rated & (loyal | is_a)),
        sales=sum_or_zero(rows.sales_fen, where=rated), sales_loyal=sum_or_zero(rows.sales_fen, where=loyal),
    )  # fmt: skip

    def share(part: Any, whole: Any) -> Any:
        return part * 100.0 / (whole > 0).ifelse(whole, None)

    return sums.select(
        "rated", "loyal", degree_by_count=share(sums.loyal, sums.rated), degree_by_sales=share(sums.sales_loyal, sums.sales),
        degree_of_a=share(sums.loyal_a, sums.a), loyal_or_a=share(sums.either, sums.rated),
        unrated_share=share(sums.n - sums.rated, sums.n), sales_loyal=to_yuan(sums.sales_loyal),
        sales_rated=to_yuan(sums.sales), reason=(sums.rated == 0).ifelse("nobody_rated", None),
    )  # fmt: skip


def early_adopters(sales: Any, products: Any, as_of: date, within_days: int = EARLY_DAYS) -> Table:
    """Who ordered a new product within so many days of its launch, up to `as_of`: customer_id, new_products (how many).

    `sales` as for `rfm`, with product_code; `products` has product_code and launched_on. Whether they are loyal, the
    loyalty index says.
    """
    from kemai.value.measures.rfm import is_order_line
    from kemai.value.tables import one_row_each, sale_lines, shaped

    sales, products = on_one_backend(sales, products)
    lines = sale_lines(sales, also=("product_code",))
    lines = lines.filter(is_order_line(lines) & (lines.day <= as_date(as_of)))
    new = one_row_each(shaped(products, {"product_code": "text", "launched_on": "day"}), "product_code")
    bought = lines.inner_join(new.filter(new.launched_on.notnull()), "product_code")
    after = bought.day.delta(bought.launched_on, unit="day")
    early = bought.filter(after.between(0, within_days))
    return early.group_by("customer_id").aggregate(new_products=early.product_code.nunique())
