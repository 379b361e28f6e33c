"""Who the company lives on (S1.138, S3.1, S4.38, S4.39, S4.93, S4.94, 3.16): shares, concentration, the Pareto rule.

Amounts are whole fen; printed shares are hundredths of a percent by largest remainder, so that they add to 100.00.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError
from kemai.value.exact import half_up, largest_remainder

if TYPE_CHECKING:
    from ibis.expr.types import Table

RULE = (Fraction(20, 100), Fraction(30, 100))


@dataclass(frozen=True, slots=True)
class Pareto:
    """How concentrated the sales of `n` customers are.

    `hhi` is the sum of squared shares times 10,000; `top20_share` the percent of sales of the best fifth;
    `customers_for_70` and `customers_for_80` how many customers bring 70 % and 80 %, the `_percent` fields the
    percent of customers that is. `verdict` is flatter, inside or steeper than "20-30 % of customers bring 80 %".
    `first_goal` lists the customers up to 80 % of sales, best first; `to_develop` the others. All but the counts
    are None, with `reason` no_positive_total, where nothing was sold.
    """

    n: int
    total_fen: int
    hhi: float | None = None
    top20_share: float | None = None
    customers_for_70: int | None = None
    customers_for_80: int | None = None
    percent_for_70: float | None = None
    percent_for_80: float | None = None
    verdict: str | None = None
    first_goal: tuple[str, ...] = ()
    to_develop: tuple[str, ...] = ()
    to_develop_share: float | None = None
    reason: str | None = None


def pareto(values: Any) -> Pareto:
    """The concentration report for customer_id, value (yuan); nulls are not counted, negative values bring nothing."""
    from kemai.value.tables import customer_values

    table = customer_values(values)
    table = table.filter(table.value_fen.notnull())
    ordered = table.order_by([table.value_fen.desc(), table.history_fen.desc(), table.customer_id.asc()])
    arrow = ordered.select("customer_id", "value_fen").to_pyarrow()
    return pareto_of(arrow["customer_id"].to_pylist(), arrow["value_fen"].to_pylist())


def pareto_of(codes: list[str], fen: list[int]) -> Pareto:
    """The same for customers already in order, best first."""
    n, positive = len(fen), [max(value, 0) for value in fen]
    total = sum(positive)
    if total <= 0:
        return Pareto(n, 0, to_develop=tuple(codes), reason="no_positive_total")
    for_70, for_80 = _needed(positive, total, 70), _needed(positive, total, 80)
    top = max(1, half_up(Fraction(n, 5)))
    return Pareto(
        n=n,
        total_fen=total,
        hhi=sum(value * value for value in positive) * 10_000 / (total * total),
        top20_share=sum(positive[:top]) * 100 / total,
        customers_for_70=for_70,
        customers_for_80=for_80,
        percent_for_70=for_70 * 100 / n,
        percent_for_80=for_80 * 100 / n,
        verdict=_verdict(Fraction(for_80, n)),
        first_goal=tuple(codes[:for_80]),
        to_develop=tuple(codes[for_80:]),
        to_develop_share=sum(positive[for_80:]) * 100 / total,
    )


def concentration(values: Any) -> Table:
    """One row: hhi and top20_share (percent), with n, customers_for_70, customers_for_80, verdict and reason.

    `values` has customer_id and value (yuan). FactError names a column of the wrong shape.
    """
    import pyarrow as pa

    from kemai.value.reading import read

    found = pareto(values)
    numbers = {"hhi": found.hhi, "top20_share": found.top20_share}
    counts = {
        "n": found.n,
        "customers_for_70": found.customers_for_70,
        "customers_for_80": found.customers_for_80,
    }
    texts = {"verdict": found.verdict, "reason": found.reason}
    columns = {name: pa.array([value], pa.float64()) for name, value in numbers.items()}
    columns |= {name: pa.array([value], pa.int64()) for name, value in counts.items()}
    return read(pa.table(columns | {name: pa.array([value], pa.string()) for name, value in texts.items()}))


def composition(values: Any, by: str = "customer_id") -> Table:
    """Customers and sales by a column of `values` (customer, region, type …), with shares that add to 100.00.

    `values` has customer_id, value (yuan) and the column `by`. The result has the column `by`, customers,
    customers_share, value (yuan) and share (percent, two decimals), in no promised order. Negative groups have
    share 0. FactError names a missing column.
    """
    import pyarrow as pa

    from kemai.value.exact import sum_or_zero, to_yuan
    from kemai.value.reading import read
    from kemai.value.tables import customer_values

    table = read(values)
    if by not in table.columns:
        raise FactError(f"缺少列 {by}", code="missing_column", column=by)
    fen = customer_values(table)
    group = by if by == "customer_id" else "group"
    if by != "customer_id":
        fen = fen.inner_join(table.select("customer_id", group=table[by].cast("string")), "customer_id")
    sums = fen.group_by(group).aggregate(customers=fen.count(), fen=sum_or_zero(fen.value_fen))
    arrow = sums.order_by([sums.fen.desc(), sums[group].asc()]).to_pyarrow()
    shares = {
        "customers_share": arrow["customers"].to_pylist(),
        "share": [max(v, 0) for v in arrow["fen"].to_pylist()],
    }
    for name, weights in shares.items():
        arrow = arrow.append_column(name, _percents(largest_remainder(weights)))
    done = read(pa.table({by if name == group else name: arrow[name] for name in arrow.column_names}))
    return done.select(by, "customers", "customers_share", "share", value=to_yuan(done.fen))


def _percents(basis_points: list[int]) -> Any:
    import pyarrow as pa

    return pa.array([Decimal(each) / 100 for each in basis_points], pa.decimal128(5, 2))


def _needed(values: list[int], total: int, percent: int) -> int:
    """How many of the best customers bring so many percent."""
    reached = 0
    for count, value in enumerate(values, start=1):
        reached += value
        if reached * 100 >= total * percent:
            return count
    return len(values)


def _verdict(share: Fraction) -> str:
    low, high = RULE
    if share > high:
        return "flatter"
    return "steeper" if share < low else "inside"
