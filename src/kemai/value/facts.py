"""The contract of each fact table: which columns, of which type and unit, and which of them may be empty.

In the product, facts arrive as Parquet with whole fen; the library's own functions also take decimals and
floats in yuan and turn them into this form first (`tables.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kemai.value.errors import FactError

if TYPE_CHECKING:
    from ibis.expr.types import Table

# Beyond nine trillion yuan a sum of squares or a product of shares would leave exact 64-bit integers.
LARGEST_FEN = 900_000_000_000_000

TYPES: Mapping[str, tuple[str, ...]] = {
    "text": ("string",),
    "date": ("date",),
    "integer": ("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32"),
    "flag": ("boolean",),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract: `kind` is text, date, integer or flag; `unit` is for people. An `optional` one may be
    left out, which is as if nothing was known of anybody."""

    name: str
    kind: str
    unit: str = ""
    nullable: bool = False
    meaning: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class FactTable:
    """A named set of columns that a source publishes and the engine reads."""

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names in their order."""
        return tuple(column.name for column in self.columns)

    def check(self, table: Table) -> Table:
        """The table reduced to the contract's columns in their order; FactError names a bad column."""
        import ibis

        schema = table.schema()
        absent = [each.name for each in self.columns if each.optional and each.name not in schema]
        for column in self.columns:
            if column.name in absent:
                continue
            if column.name not in schema:
                raise FactError(
                    f"{self.name} 缺少列 {column.name}（{column.meaning}）",
                    code="missing_column",
                    column=column.name,
                )
            found = str(schema[column.name]).lstrip("!")
            if not found.startswith(TYPES[column.kind]) and found != "null":
                raise FactError(
                    f"{self.name} 的列 {column.name} 应为 {column.kind}，实际是 {found}",
                    code="wrong_type",
                    column=column.name,
                )
        return table.mutate(**{name: ibis.null("string") for name in absent}).select(*self.names)

    def arrow_schema(self) -> Any:
        """The same contract as a pyarrow schema, for those who write the Parquet files; without what is optional."""
        import pyarrow as pa

        kinds = {"text": pa.string(), "date": pa.date32(), "integer": pa.int64(), "flag": pa.bool_()}
        return pa.schema(
            [pa.field(c.name, kinds[c.kind], nullable=c.nullable) for c in self.columns if not c.optional]
        )


SALES = FactTable(
    "sales",
    (
        Column("customer_id", "text", nullable=True, meaning="客户编号；空为匿名销售"),
        Column("order_no", "text", nullable=True, meaning="单号"),
        Column("day", "date", meaning="交货或开票日期"),
        Column("amount_fen", "integer", "fen", meaning="金额，退货为负"),
        Column("cost_fen", "integer", "fen", nullable=True, meaning="成本"),
        Column("quantity_milli", "integer", "1/1000", nullable=True, meaning="数量的千分之一"),
        Column("product_code", "text", nullable=True, meaning="产品编号"),
        Column("kind", "text", meaning="sale、return 或 monthly"),
        Column("status", "text", meaning="ordered、delivered 或 cancelled"),
    ),
)

# What a run adds up: a line each, or condensed into one row for an order on a day (see `engine.order_days`).
ORDER_DAYS = FactTable(
    "order_days",
    (
        Column("customer_id", "text", nullable=True, meaning="客户编号；空为匿名销售"),
        Column("order_no", "text", nullable=True, meaning="单号"),
        Column("day", "date", meaning="交货或开票日期"),
        Column("status", "text", meaning="ordered、delivered 或 cancelled"),
        Column("is_order", "flag", meaning="是买，不是退"),
        Column("lines", "integer", meaning="行数"),
        Column("amount_fen", "integer", "fen", meaning="金额，退货为负"),
        Column("margin_fen", "integer", "fen", nullable=True, meaning="有成本的行的毛利"),
        Column("margin_lines", "integer", meaning="有成本的行数"),
        Column("moved_milli", "integer", "1/1000", nullable=True, meaning="数量的千分之一，退货为负"),
    ),
)

CUSTOMERS = FactTable(
    "customers",
    (
        Column("customer_id", "text", meaning="客户编号"),
        Column("customer_key", "integer", meaning="数据库里的键"),
        Column("state", "text", nullable=True, meaning="客户状态"),
        Column("type", "text", nullable=True, meaning="retail、enterprise、distributor 或 internal"),
        Column("unit_id", "integer", nullable=True, meaning="所属单位"),
        Column("owner_id", "integer", nullable=True, meaning="业务员"),
        Column("since", "date", nullable=True, meaning="开始合作日期"),
        Column("credit_grade", "text", nullable=True, meaning="信用等级 AAA 到 D", optional=True),
    ),
)

POTENTIALS = FactTable(
    "potentials",
    (
        Column("customer_id", "text", meaning="客户编号"),
        Column("mp_fen", "integer", "fen", nullable=True, meaning="需求潜力"),
        Column("es_bp", "integer", "1/10000", nullable=True, meaning="预期份额"),
        Column("p_bp", "integer", "1/10000", nullable=True, meaning="可能性"),
        Column("av_fen", "integer", "fen", nullable=True, meaning="预期增量"),
        Column("horizon_months", "integer", "months", nullable=True, meaning="预测期"),
    ),
)

PRODUCTS = FactTable(
    "products",
    (
        Column("product_code", "text", meaning="产品编号"),
        Column("line", "text", nullable=True, meaning="产品线"),
        Column("grade", "text", nullable=True, meaning="档次"),
        Column("launched_on", "date", nullable=True, meaning="上市日期"),
    ),
)

FACT_TABLES: Mapping[str, FactTable] = {t.name: t for t in (SALES, CUSTOMERS, POTENTIALS, PRODUCTS)}
