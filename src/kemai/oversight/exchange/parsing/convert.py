"""A batch of raw text in, typed rows and a list of problems out: quick for the plain majority.

::

    converter = Converter("sales", mapping, ConvertOptions(today=today, is_1904=table.notes.is_1904))
    for batch in table.batches():
        converted = converter.convert(batch)
        converted.table      # polars: row, then one typed column for every field of the kind
        converted.problems   # polars: see `problems`; refused rows are not in `table`

Columns are named by `Field.output`: money `amount_fen`, quantity `quantity_milli` (thousandths),
fraction `es_ppm` (millionths), dates `pl.Date`, the rest by its key. Kinds with customers have
`customer` (code, else what stands in the customer column, else name), `customer_code` and
`customer_name`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
import pyarrow as pa

from kemai.oversight.exchange.parsing import sales
from kemai.oversight.exchange.parsing.column import ColumnConverter, Rules, output_type
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import Mapping
from kemai.oversight.exchange.parsing.problems import no_problems, problems_frame

_CUSTOMER_ORDER = ("customer_code", "customer", "customer_name")


@dataclass(frozen=True)
class ConvertOptions:
    """Choices of the person and facts of the file.

    `fill_down` names fields whose empty cells take the value above, merged or not; `date_order`
    ("dmy" or "mdy") lets 03/04/2026 be read; `round_money` rounds half up to fen, with a warning.
    """

    today: date
    is_1904: bool = False
    fill_down: tuple[str, ...] = ()
    date_order: str | None = None
    round_money: bool = False


@dataclass(frozen=True)
class Converted:
    """`table`: the good rows; `problems`: refusals and warnings; `rows`: how many came in."""

    table: pl.DataFrame
    problems: pl.DataFrame
    rows: int

    @property
    def refused(self) -> int:
        """How many rows were refused."""
        return self.rows - len(self.table)


class Converter:
    """Converts the batches of one file in order; remembers odd values and the last filled cells."""

    def __init__(self, kind: str, mapping: Mapping, options: ConvertOptions) -> None:
        self._kind = KINDS[kind]
        self._mapping = mapping
        rules = Rules(
            options.today, options.is_1904, options.date_order, options.round_money, self._allows_months()
        )
        self._columns = {
            key: ColumnConverter(self._kind.field(key), place, rules, key in options.fill_down)
            for key, place in mapping.fields.items()
        }

    def convert(self, batch: pa.RecordBatch | pa.Table) -> Converted:
        """Convert one batch as `RawTable.batches()` gives it."""
        raw = pl.DataFrame(pl.from_arrow(batch))
        problems = [_ragged(raw, len(self._mapping.header))] if f"k{0}" not in raw.columns else []
        columns: dict[str, pl.Series] = {}
        for one in self._kind.fields:
            values, found = self._converted(raw, one.key)
            columns[one.output] = values.alias(one.output)
            problems += found
        table = pl.DataFrame({"row": raw["row"], **columns})
        table, found = self._finished(raw, table)
        return _without_refused(table, [*problems, *found], len(raw))

    def _allows_months(self) -> bool:
        return self._kind.key == "sales"

    def _converted(self, raw: pl.DataFrame, key: str) -> tuple[pl.Series, list[pl.DataFrame]]:
        column = self._columns.get(key)
        if column is None:
            empty = pl.Series(key, [None], dtype=output_type(self._kind.field(key)))
            return empty.new_from_index(0, len(raw)), []
        return column.convert(raw)

    def _finished(self, raw: pl.DataFrame, table: pl.DataFrame) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
        problems: list[pl.DataFrame] = []
        if self._kind.one_of:
            present = [pl.col(key) for key in _CUSTOMER_ORDER]
            table = table.with_columns(pl.coalesce(present).alias("customer"))
            if not self._kind.may_be_anonymous:
                others = [key for key in self._kind.one_of[0] if key not in _CUSTOMER_ORDER]
                empty = pl.all_horizontal(pl.col(key).is_null() for key in ("customer", *others))
                nobody = table.filter(empty)["row"]
                code = "missing_whose" if others else "missing_customer"
                problems.append(problems_frame(nobody, "customer", _blanks(nobody), code))
        if self._kind.key == "sales":
            day = self._columns.get("day")
            table, found = sales.finish(table, day.texts(raw) if day else None)
            problems += found
        return table, problems


def convert_batch(
    batch: pa.RecordBatch | pa.Table, mapping: Mapping, kind: str, options: ConvertOptions
) -> Converted:
    """One batch by itself; use `Converter` for a whole file."""
    return Converter(kind, mapping, options).convert(batch)


def _without_refused(table: pl.DataFrame, found: Sequence[pl.DataFrame], rows: int) -> Converted:
    problems = pl.concat([no_problems(), *(frame for frame in found if len(frame))])
    refused = problems.filter(~pl.col("is_warning"))["row"].unique()
    if len(refused):
        table = table.filter(~pl.col("row").is_in(refused.implode()))
        # a cell that could not be read is told once; what follows from it is not
        problems = problems.filter(~pl.col("is_warning") | ~pl.col("row").is_in(refused.implode()))
        problems = _without_echoes(problems)
    return Converted(table, problems.sort("row", maintain_order=True), rows)


def _without_echoes(problems: pl.DataFrame) -> pl.DataFrame:
    """No "customer missing" for a row whose customer cell was itself refused."""
    is_echo = pl.col("code").is_in(["missing_customer", "missing_whose"])
    told = problems.filter(pl.col("field").is_in(list(_CUSTOMER_ORDER)) & ~is_echo)
    if not len(told):
        return problems
    echo = is_echo & pl.col("row").is_in(told["row"].unique().implode())
    return problems.filter(~echo)


def _ragged(raw: pl.DataFrame, width: int) -> pl.DataFrame:
    rows = raw.filter(pl.col("cells") > width)["row"]
    return problems_frame(rows, "", _blanks(rows), "ragged")


def _blanks(rows: pl.Series) -> pl.Series:
    return pl.Series("raw", [""] * len(rows), dtype=pl.String)
