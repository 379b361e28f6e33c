"""The quick way through plain text: a piece whose lines all have the same number of cells, cut by Arrow.

It gives exactly what the strict reader would, or None: then that one has to look. The tests hold the two together.
"""

import io
import re
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from kemai.oversight.exchange.reading.header import FOOT_BEGINS

_LONG_LINE = 1_000_000  # the expression would take some hundred bytes for each character of such a line
_TOTALS = ("计".encode(), "計".encode(), b"total", b"sum")
_FOOT = f"^\\s*[{FOOT_BEGINS}]"
_TOTAL = "(?i)计|計|total|sum"


def quick_table(text: str, separator: str, longest: int) -> pa.Table | None:
    """The cells of whole lines as columns of text, empty ones null; None where anything is not plain."""
    if text.startswith("\ufeff") or not text.endswith("\n") or "\n\n" in text or text[0] == "\n":
        return None
    is_quoted = '"' in text
    if is_quoted and not _is_well_quoted(text, separator):
        return None
    width = _width(text, separator, is_quoted)
    names, data = [f"c{place}" for place in range(width)], text.encode("utf-8", "surrogatepass")
    try:
        table = pacsv.read_csv(
            io.BytesIO(data),
            pacsv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
            pacsv.ParseOptions(
                delimiter=separator, quote_char='"' if is_quoted else False, ignore_empty_lines=False
            ),
            pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), null_values=[""], strings_can_be_null=True
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != text.count("\n") or any(_longest(column) > longest for column in table.columns):
        return None
    return table


def suspects(table: pa.Table, headings: list[str], named: int) -> list[int]:
    """Places of the rows that may be totals, signatures, blank, or headings again (by their first cell).

    The others are data. `named` is how many columns the header names.
    """
    blanks = [_is_blank(column) for column in table.columns]
    doubtful = pc.is_in(table.column(0).fill_null(""), pa.array(headings, pa.string()))
    doubtful = pc.or_(doubtful, reduce(pc.and_, blanks))
    doubtful = pc.or_(doubtful, _may_be_signed(table, blanks, named))
    for column in table.columns:
        if _may_hold_total(column):
            doubtful = pc.or_(doubtful, pc.match_substring_regex(column, _TOTAL).fill_null(False))
    places: list[int] = pc.indices_nonzero(doubtful).to_pylist()
    return places


def _may_be_signed(table: pa.Table, blanks: list[pa.ChunkedArray], named: int) -> pa.ChunkedArray:
    """Rows mostly empty, one cell of which begins like the foot of a page."""
    filled = reduce(pc.add, (pc.invert(blank).cast(pa.int16()) for blank in blanks))
    sparse = pc.less_equal(pc.multiply(filled, 2), named)
    if not pc.any(sparse).as_py():
        return sparse
    begins = (pc.match_substring_regex(column, _FOOT).fill_null(False) for column in table.columns)
    return pc.and_(sparse, reduce(pc.or_, begins))


def _is_well_quoted(text: str, separator: str) -> bool:
    """True if each line by itself is cells without quotes and cells in quotes, quotes inside doubled."""
    cell = f'(?:[^"{re.escape(separator)}\\n]*|"(?:[^"\\n]|"")*")'
    lines = pc.split_pattern(pa.array([text[:-1]]), "\n")[0].values
    if (pc.max(pc.binary_length(lines)).as_py() or 0) > _LONG_LINE:
        return False
    return bool(pc.all(pc.match_substring_regex(lines, f"^{cell}(?:{re.escape(separator)}{cell})*$")).as_py())


def _width(text: str, separator: str, is_quoted: bool) -> int:
    line = text[: text.index("\n")]
    if is_quoted:
        line = re.sub('"(?:[^"]|"")*"', "", line)
    return line.count(separator) + 1


def _longest(column: pa.ChunkedArray) -> int:
    return pc.max(pc.utf8_length(column)).as_py() or 0


def _is_blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.or_kleene(pc.is_null(column), pc.utf8_is_space(column).fill_null(True))


def _may_hold_total(column: pa.ChunkedArray) -> bool:
    """A look at the bytes of the whole column, many times cheaper than at each cell."""
    texts = (chunk.buffers()[2] for chunk in column.chunks)
    return any(word in text.to_pybytes().lower() for text in texts if text for word in _TOTALS)
