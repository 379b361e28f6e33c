"""Which product a line means: by code, or by exact name where the file has no codes; else a new one."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from kemai.business.trade.models import Product
from kemai.foundation.batches.models import unlanded_ids
from kemai.oversight.exchange.planning.customers_named import chunks
from kemai.oversight.exchange.planning.refusals import found

CODE_CHARACTERS = 60


@dataclass
class ProductsNamed:
    """Remembers the products of a file; `new` are those to be created: (code, name)."""

    new: list[tuple[str, str]] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict)

    def resolve(self, table: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Adds `product_ref` (null: none; below zero: new) and warns of each new product once."""
        table = table.with_columns(
            pl.coalesce("product_code", pl.col("product_name").str.slice(0, CODE_CHARACTERS)).alias(
                "_product"
            )
        )
        pairs = table.filter(pl.col("_product").is_not_null()).unique(
            "_product", keep="first", maintain_order=True
        )
        fresh = pairs.filter(~pl.col("_product").is_in(list(self._known)))
        before = len(self.new)
        self._learn(fresh)
        named = pl.DataFrame(
            {"_product": list(self._known), "product_ref": list(self._known.values())},
            schema={"_product": pl.String, "product_ref": pl.Int64},
        )
        created = fresh.filter(pl.col("_product").is_in([code for code, _name in self.new[before:]]))
        warned = found(created, "product_code", "_product", "product_new", is_warning=True)
        return table.join(named, on="_product", how="left", maintain_order="left").drop("_product"), warned

    def _learn(self, fresh: pl.DataFrame) -> None:
        names = dict(fresh.select("_product", "product_name").iter_rows())
        products = Product.objects.exclude(batch_id__in=unlanded_ids())
        for some in chunks(names):
            self._known.update(products.filter(name__in=some).order_by("-pk").values_list("name", "pk"))
            self._known.update(products.filter(code__in=some).values_list("code", "pk"))
        for code, name in names.items():
            if code not in self._known:
                self.new.append((code, (name or code)[:200]))
                self._known[code] = -len(self.new)
