"""The key of a sale line that the seller did not number: a hash of what it says.

It is taken over what the row means, customer and product by id, so that the same line is known again
whether the file names the customer by code or by name, and in our own exports.
"""

from __future__ import annotations

import hashlib

import polars as pl

CONTENT = ("day", "customer_ref", "product_ref", "quantity_milli", "amount_fen", "cost_fen", "kind", "status")
PREFIX = "#"


def content_keys(rows: pl.DataFrame) -> pl.Series:
    """128-bit hex for each row; rows that mean the same have the same."""
    parts = [pl.col(name).cast(pl.String).fill_null("") for name in ("order_no", "line_no", *CONTENT)]
    texts = rows.select(pl.concat_str(parts, separator="\x1f").alias("text"))["text"]
    return pl.Series(
        "content_key", [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in texts]
    )


def settled_keys(rows: pl.DataFrame, before: pl.Series) -> pl.Series:
    """Line keys once created customers and products have ids: `before` says which rows named new ones.

    The number of the occurrence behind the slash stays.
    """
    moved = rows.filter(before & pl.Series(rows["line_key"].str.starts_with(PREFIX)))
    if not len(moved):
        return rows["line_key"]
    keys = PREFIX + content_keys(moved) + "/" + moved["line_key"].str.split("/").list.last()
    renewed = pl.DataFrame({"row": moved["row"], "renewed": keys})
    joined = rows.select("row", "line_key").join(renewed, on="row", how="left", maintain_order="left")
    return joined.select(pl.coalesce("renewed", "line_key").alias("line_key"))["line_key"]
