"""What the library refuses, and how it says so.

Every error carries a code and its parameters, so that a door can say the sentence in another language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# What a traceback adds in English, for those who work with tables of their own; doors have sentences of their own.
ENGLISH: Mapping[str, str] = {
    "missing_column": "{column} is missing: rename your columns; the sentence lists what is missing and what is there",
    "wrong_type": "{column} has the wrong type; the sentence ends with what to write in pandas, where that is sure",
    "unreadable": "no table: give one of pandas, Polars, Arrow or Ibis, or the path of a Parquet file",
    "bad_amount": "{column} has rows that are empty, not a number, or above nine trillion",
    "empty": "{column} is empty, or has rows that are",
    "repeated": "{column} stands in more than one row: add up first",
    "not_a_day": "{column} is no day: give a date, or text such as 2026-06-30",
    "column_of_a_query": "{column} is a column of an Ibis table: take the whole table .to_pandas() first, then its columns",
    "other_order": "{column} names the rows of another column in another order: take all columns from one table",
    "unknown_word": "{column} holds a word it does not know; the sentence ends with those that it may hold",
    "bad_value": "{column} has a value that cannot be; the sentence names the row, counted from 0",
    "length": "{column} has another number of rows than the other columns",
    "not_fitted": "the model has no parameters yet: .fit(...) or .from_params(...)",
}


class ValueLibraryError(ValueError):
    """The common parent: a Chinese sentence, a stable `code` and the `params` it was built from."""

    def __init__(self, message: str, *, code: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.params = params


class FactError(ValueLibraryError):
    """A fact table has the wrong shape; `column` names the column that is wrong. A traceback adds a line of English."""

    def __init__(self, message: str, *, code: str, column: str | None = None, **params: Any) -> None:
        super().__init__(message, code=code, column=column, **params)
        self.column = column
        if code in ENGLISH:
            self.add_note(f"English: {ENGLISH[code].format(column=column)}.")


class HorizonError(FactError):
    """Customers ranked together have estimates for different horizons (S0.40); `customers` lists them."""

    def __init__(self, expected: int, offenders: Sequence[tuple[str, int]], total: int) -> None:
        named = "、".join(f"{code}({months} 个月)" for code, months in offenders)
        more = f" 等共 {total} 个" if total > len(offenders) else ""
        super().__init__(
            f"horizon_months：预测期必须一致（{expected} 个月）才能一起排名；不一致的客户：{named}{more}",
            code="horizon_differs",
            column="horizon_months",
            expected=expected,
            total=total,
        )
        self.customers = tuple(code for code, _ in offenders)


class SchemeError(ValueLibraryError):
    """A scheme's definition makes no sense; the sentence says which part and how to mend it."""


class EngineError(ValueLibraryError):
    """The engine asked for cannot be had on this machine; the sentence says what to install or set."""


class FactWarning(UserWarning):
    """A figure was given, but on thin ground: a sentence, a stable `code` and the `params` it was built from."""

    def __init__(self, message: str, *, code: str, **params: Any) -> None:
        super().__init__(message)
        self.code = code
        self.params = params
