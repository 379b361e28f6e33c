"""ABC and the pyramid for any list of values (3.2, 2.2): the engine's own ranking and cutting, without a run."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from kemai.value.errors import SchemeError
from kemai.value.exact import to_yuan
from kemai.value.schemes.builtin import TIERS
from kemai.value.schemes.classes import Cut, class_columns, cut, join_lines
from kemai.value.schemes.definition import SchemeDefinition, letters
from kemai.value.schemes.ranking import rank_columns, totals

if TYPE_CHECKING:
    from ibis.expr.types import Table

Number = int | float | Decimal


def abc(
    values: Any,
    shares: Sequence[Number] = (15, 20, 65),
    cuts: Sequence[Number] = (80, 95),
    by: str = "count",
    min_one_a: bool = False,
) -> Table:
    """Class customers A, B, C by share of customers (`by="count"`) or of value (`by="value"`).

    `values` has customer_id and value (yuan), optionally history (yuan) to decide ties. `shares` add to 100
    (SchemeError otherwise); `cuts` are cumulative percents, rising (80, not 0.8). The result has customer_id, value, rank, share and
    cumulative_share (percent of the positive total), class and reason: no_value where value is null (not
    ranked), no_positive_total where nothing can be cut.
    """
    if by not in ("count", "value"):
        raise SchemeError(f"by 只能是 count 或 value，给的是 {by}", code="bad_by")
    numbers, classes = (shares, len(shares)) if by == "count" else (cuts, len(cuts) + 1)
    scheme = SchemeDefinition("abc", f"{by}_share", "value", letters(classes), tuple(numbers), min_one_a)  # type: ignore[arg-type]
    if by == "value" and scheme.cuts and max(scheme.cuts) <= 1:
        raise SchemeError(f"cuts 是百分数：八成写 80，不写 0.8，给的是 {cuts}", code="bad_cuts")
    table, done = classed(values, scheme)
    total = float(done.totals["all"].total) if done.totals else 0.0
    positive = (table.value_fen > 0).ifelse(table.value_fen, 0)

    def percent(fen: Any) -> Any:
        known = table["rank"].notnull() & (total > 0)
        return known.ifelse(fen * 100.0 / (total or 1.0), None)

    return table.select(
        "customer_id", value=to_yuan(table.value_fen), rank=table["rank"], share=percent(positive),
        cumulative_share=percent(table.before + positive), **{"class": table.abc_class}, reason=table.abc_reason,
    )  # fmt: skip


def pyramid(values: Any, shares: Sequence[Number] = (1, 4, 15, 80), min_one_key: bool = True) -> Table:
    """Put customers into the four tiers of the pyramid: key, major, ordinary, small.

    `values` and the errors as for `abc`. The result has customer_id, value, rank, tier and reason.
    """
    scheme = SchemeDefinition("pyramid", "count_share", "value", TIERS, tuple(shares), min_one_key)  # type: ignore[arg-type]
    table, _ = classed(values, scheme)
    return table.select(
        "customer_id", value=to_yuan(table.value_fen), rank=table["rank"], tier=table.pyramid_class,
        reason=table.pyramid_reason,
    )  # fmt: skip


CUTTING = {"count": "count_share", "value": "value_share", "threshold": "thresholds"}


def classify(
    values: Any, classes: Sequence[str], cuts: Sequence[Number], by: str = "count", min_one_top: bool = False
) -> Table:
    """Put customers into `classes` of your own, best first, by one of three ways to cut their ranking.

    `by="count"`: `cuts` are percents of the customers, one a class, adding to 100. `by="value"`: cumulative percents of
    the total, one fewer than classes, rising. `by="threshold"`: the lowest value of each class but the last, falling.
    `values` as for `abc`; `min_one_top` gives the best class a customer where rounding gives none. The result has
    customer_id, value, rank, class and reason (as for `abc`). SchemeError says what is wrong with the cuts.

    >>> hours = {"customer_id": ["a", "b", "c"], "value": [120, 30, 4]}
    >>> rows = classify(hours, ("heavy", "usual", "light"), (100, 10), by="threshold").to_pyarrow().to_pylist()
    >>> sorted((row["customer_id"], row["class"]) for row in rows)
    [('a', 'heavy'), ('b', 'usual'), ('c', 'light')]
    """
    if by not in CUTTING:
        raise SchemeError(f"by 只能是 {'、'.join(CUTTING)}，给的是 {by}", code="bad_by")
    scheme = SchemeDefinition("own", CUTTING[by], "value", tuple(classes), tuple(cuts), min_one_top)  # type: ignore[arg-type]
    table, _ = classed(values, scheme)
    return table.select(
        "customer_id", value=to_yuan(table.value_fen), rank=table["rank"], **{"class": table.own_class},
        reason=table.own_reason,
    )  # fmt: skip


def classed(values: Any, scheme: SchemeDefinition) -> tuple[Table, Cut]:
    """The values ranked and classed by the scheme: customer_id, value_fen, history_fen, rank, before, <key>_class,
    <key>_reason; and the lines that were used."""
    from kemai.value.tables import customer_values

    return classed_table(customer_values(values), scheme)


def classed_table(table: Table, scheme: SchemeDefinition) -> tuple[Table, Cut]:
    """The same for a table that has customer_id, value_fen and history_fen already, and perhaps `held`: whom a gate holds
    down in the last class."""
    import ibis

    table = table.mutate(population=ibis.literal("all"))
    done = cut(scheme, totals(table, {"value": "value_fen"})["value"])
    ranked = table.mutate(
        **rank_columns(None, table.value_fen, table.history_fen, table.customer_id, "value")
    )
    ranked = join_lines(ranked.rename(rank="value__rank", before="value__before"), [done])
    missing = ranked.value_fen.isnull().ifelse("no_value", ibis.null("string"))
    held = ranked.held if "held" in ranked.columns else None
    labels = class_columns(ranked, scheme, ranked.value_fen, ranked["rank"], ranked.before, missing, held)
    kept = ("customer_id", "value_fen", "history_fen", "rank", "before")
    return ranked.mutate(**labels).select(*kept, *labels), done
