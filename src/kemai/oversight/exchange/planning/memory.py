"""What the texts of a file were found to mean, in columns: Python objects would take ten times the memory."""

from __future__ import annotations

import polars as pl

_PAIR = ("_code", "_name")
_SCHEMA = {
    "hash": pl.UInt64,
    "_code": pl.String,
    "_name": pl.String,
    "customer_ref": pl.Int64,
    "is_wrong": pl.Boolean,
}


class Memory:
    """Pairs of a code and a name with the customer they mean, or that they mean none."""

    def __init__(self) -> None:
        self._known = pl.DataFrame(schema=_SCHEMA)

    def recall(self, pairs: pl.DataFrame) -> pl.DataFrame:
        """The pairs with `customer_ref` and `is_wrong`; both null where a pair is new."""
        near = self._known.filter(pl.col("hash").is_in(pairs.hash_rows().unique().implode()))
        return pairs.join(near.drop("hash"), on=_PAIR, how="left")

    def add(self, meanings: pl.DataFrame) -> None:
        """Keeps new pairs with their meaning."""
        hashes = meanings.select(_PAIR).hash_rows().alias("hash")
        self._known.extend(meanings.with_columns(hashes).select(_SCHEMA.keys()))
