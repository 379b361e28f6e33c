"""A hostile or honest file in, one clean table of text out, and the web process untouched.

How the planning and landing side uses it::

    from kemai.oversight.exchange.reading import ReadRefused, SheetUnclear, read_file

    try:
        with read_file(path, kind="sales", progress=show, cancelled=asked_to_stop) as table:
            table.header            # ("出库单号", "出库日期", …), as written in the file
            table.header_row        # 3: row number of the header in the file
            table.rows              # data rows, without titles, totals, blank rows
            table.notes             # what was skipped or is hidden: show it in the preview
            for batch in table.batches():   # pyarrow.RecordBatch of about 16 MiB
                ...
    except SheetUnclear as unclear:  # ask: unclear.sheets, then read_file(…, sheet=name)
        ...
    except ReadRefused as refusal:   # refusal.code, refusal.problem, refusal.mend: sentences
        ...

A batch has `row` (int64, the row number as in the file), `cells` (int16, filled cells of the row)
and, for the column at place i, `c{i}` (text or null). Tables from xlsx also have `k{i}` (uint8, see
`CellKind`): what the cell was, so that numbers in identifier columns, `#N/A`, formulas without a
value and merged cells can be refused instead of guessed at.

Next door, `parsing/` turns such a table into typed rows:

- `parsing.columns.guess_mapping(table.header, table.head(200), kind, head_kinds=…)` → `Mapping`
- `parsing.convert.Converter(kind, mapping, options).convert(batch)` → `Converted(table, problems)`
"""

from kemai.oversight.exchange.reading.cells import CellKind
from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.reader import Progress, read_file
from kemai.oversight.exchange.reading.refusals import ReadCancelled, ReadRefused, SheetUnclear
from kemai.oversight.exchange.reading.table import Notes, RawTable

__all__ = [
    "CellKind",
    "Notes",
    "Progress",
    "RawTable",
    "ReadCancelled",
    "ReadLimits",
    "ReadRefused",
    "SheetUnclear",
    "read_file",
]
