"""The quick way for the plain majority of a column, in polars; null where a value is not plain.

Each function takes trimmed text without empties and gives exactly what the parser in `values` would
give, or null. The tests hold the two against each other.
"""

from collections.abc import Callable

import polars as pl

from kemai.oversight.exchange.parsing.values.amounts import FRACTION_PLACES, MONEY_PLACES, QUANTITY_PLACES

Fast = Callable[[pl.Series], pl.Series]

_PLAIN_CODE = r"^[A-Za-z0-9_/#]+(?:[\-_/#][A-Za-z0-9_/#]+)*$"
_SCIENTIFIC = r"^\d[eE]\d+$"
# control and format characters, no-break and ideographic blanks, replacement and private characters
_ODD_TEXT = r"[\p{Cc}\p{Cf}\p{Co}\x{00A0}\x{3000}\x{FFFD}]"
_PLAIN_MOBILE = r"^1[3-9]\d{9}$"


def money(texts: pl.Series) -> pl.Series:
    """Fen."""
    return _scaled(texts, MONEY_PLACES)


def quantity(texts: pl.Series) -> pl.Series:
    """Thousandths."""
    return _scaled(texts, QUANTITY_PLACES)


def fraction(texts: pl.Series) -> pl.Series:
    """Millionths, of plain decimals up to 1."""
    return _where(
        texts, texts.str.contains(r"^(?:0(?:\.\d{1,6})?|1(?:\.0{1,6})?)$"), _decimal(FRACTION_PLACES)
    )


def integer(texts: pl.Series) -> pl.Series:
    """Whole numbers."""
    return _where(
        texts, texts.str.contains(r"^-?\d{1,15}$"), lambda plain: plain.cast(pl.Int64, strict=False)
    )


def code(texts: pl.Series) -> pl.Series:
    """Identifiers of letters, digits and single marks."""
    plain = (
        texts.str.contains(_PLAIN_CODE) & (texts.str.len_bytes() <= 100) & ~texts.str.contains(_SCIENTIFIC)
    )
    return _where(texts, plain, lambda good: good)


def text(texts: pl.Series) -> pl.Series:
    """Texts without anything invisible in them."""
    plain = ~texts.str.contains(_ODD_TEXT) & (texts.str.len_chars() <= 2000)
    return _where(texts, plain, lambda good: good)


def customer(texts: pl.Series) -> pl.Series:
    """Plain codes, and names that are not ASCII and hold no full-width letters."""
    plain = texts.str.contains(_PLAIN_CODE) & ~texts.str.contains(_SCIENTIFIC)
    name = texts.str.contains(r"\p{Han}") & ~texts.str.contains(_ODD_TEXT)
    return _where(texts, (plain | name) & (texts.str.len_chars() <= 100), lambda good: good)


def phone(texts: pl.Series) -> pl.Series:
    """Mobile numbers written plainly."""
    return _where(texts, texts.str.contains(_PLAIN_MOBILE), lambda good: good)


def nothing(texts: pl.Series) -> pl.Series:
    """No quick way: columns with few different values go through the parser once a value."""
    return pl.Series(texts.name, [None], dtype=pl.Null).new_from_index(0, len(texts))


def _scaled(texts: pl.Series, places: int) -> pl.Series:
    return _where(texts, texts.str.contains(rf"^-?\d{{1,15}}(?:\.\d{{1,{places}}})?$"), _decimal(places))


def _decimal(places: int) -> Fast:
    def convert(plain: pl.Series) -> pl.Series:
        exact = plain.cast(pl.Decimal(24, places), strict=False)
        scaled: pl.Series = exact * 10**places
        return scaled.cast(pl.Int64, strict=False)

    return convert


def _where(texts: pl.Series, good: pl.Series, convert: Fast) -> pl.Series:
    return convert(pl.select(pl.when(good).then(texts)).to_series())
