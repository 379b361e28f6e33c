"""What is special about sale lines: returns and monthly totals."""

import polars as pl

from kemai.oversight.exchange.parsing.problems import problems_frame

_SIGNED = ("quantity_milli", "amount_fen", "cost_fen")
_MONTH_ONLY = r"^\d{4} ?[-/.年] ?\d{1,2}月?(?:份)?$|^\d{6}$"


def finish(table: pl.DataFrame, day_texts: pl.Series | None) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Defaults and signs. `day_texts` are the written days, to tell months from days."""
    problems = [_months_without_kind(table, day_texts)] if day_texts is not None else []
    table = table.with_columns(pl.col("status").fill_null("delivered"))
    table, found = _returns(table)
    return table, problems + found


def _months_without_kind(table: pl.DataFrame, day_texts: pl.Series) -> pl.DataFrame:
    """A month without a day is a monthly total or an error."""
    wrong = day_texts.str.contains(_MONTH_ONLY).fill_null(False) & (
        table["kind"].fill_null("sale") != "monthly"
    )
    return problems_frame(table["row"].filter(wrong), "day", day_texts.filter(wrong), "month_only")


def _returns(table: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """A negative amount is a return; a return with a positive amount is stored negative, with a warning."""
    written = table["kind"].fill_null("sale")
    amount = table["amount_fen"].fill_null(0)
    by_sign = (amount < 0) & (written == "sale")
    by_kind = (amount > 0) & (written == "return")
    odd = (amount > 0) & (written == "sale") & (table["quantity_milli"].fill_null(0) < 0)
    is_return = (written == "return") | by_sign
    table = table.with_columns(
        pl.when(is_return).then(pl.lit("return")).otherwise(written).alias("kind"),
        *(
            pl.when(is_return).then(-pl.col(name).abs()).otherwise(pl.col(name)).alias(name)
            for name in _SIGNED
        ),
    )
    rows, raw = table["row"], _yuan(amount)
    return table, [
        problems_frame(
            rows.filter(by_sign), "amount", raw.filter(by_sign), "negative_is_return", is_warning=True
        ),
        problems_frame(
            rows.filter(by_kind), "amount", raw.filter(by_kind), "return_made_negative", is_warning=True
        ),
        problems_frame(rows.filter(odd), "quantity", raw.filter(odd), "quantity_sign", is_warning=True),
    ]


def _yuan(fen: pl.Series) -> pl.Series:
    return (fen.cast(pl.Decimal(24, 2)) / 100).cast(pl.String)
