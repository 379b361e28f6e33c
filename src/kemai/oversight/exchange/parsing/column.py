"""One column of a batch: trimmed, filled down if asked, converted, its odd values judged one by one."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from kemai.oversight.exchange.parsing import fast, values
from kemai.oversight.exchange.parsing.fields import Field
from kemai.oversight.exchange.parsing.problems import RAW_CHARACTERS, no_problems, problems_frame
from kemai.oversight.exchange.parsing.values import ValueRefused
from kemai.oversight.exchange.reading.cells import CellKind

_REMEMBERED = 200_000
_FAST: dict[str, fast.Fast] = {
    "money": fast.money, "quantity": fast.quantity, "fraction": fast.fraction, "integer": fast.integer,
    "code": fast.code, "customer": fast.customer, "text": fast.text, "lines": fast.text, "phone": fast.phone,
}  # fmt: skip
_TYPES: dict[str, Any] = {
    "date": pl.Date, "money": pl.Int64, "quantity": pl.Int64, "fraction": pl.Int64, "integer": pl.Int64,
    "flag": pl.Boolean,
}  # fmt: skip
_REFUSED_KINDS = {
    CellKind.ERROR: "cell_error",
    CellKind.UNCOMPUTED: "uncomputed",
    CellKind.MERGED: "merged",
}
_PARSERS: dict[str, Callable[[str], Any]] = {
    "quantity": values.parse_quantity, "fraction": values.parse_fraction, "integer": values.parse_integer,
    "text": values.parse_text, "lines": values.parse_lines, "code": values.parse_code, "customer": values.parse_customer,
    "phone": values.parse_phone, "email": values.parse_email, "url": values.parse_url,
    "postcode": values.parse_postcode, "uscc": values.parse_uscc, "period": values.parse_period,
    "flag": values.parse_flag,
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """What the parsers need beside the text."""

    today: date
    is_1904: bool
    date_order: str | None
    round_money: bool
    allows_months: bool


def output_type(field: Field) -> Any:
    """The polars type of a field's clean column."""
    return _TYPES.get(field.type, pl.String)


class ColumnConverter:
    """Converts one mapped column batch after batch."""

    def __init__(self, field: Field, place: int, rules: Rules, fills_down: bool) -> None:
        self._field, self._place, self._rules, self._fills_down = field, place, rules, fills_down
        self._parse = _parser(field, rules)
        self._fast = _FAST.get(field.type, fast.nothing)
        self._good: dict[str, Any] = {}
        self._bad: dict[str, ValueRefused] = {}
        self._last: str | None = None

    def texts(self, raw: pl.DataFrame) -> pl.Series:
        """The trimmed cells of this column; empty is null."""
        trimmed = raw[f"c{self._place}"].str.strip_chars()
        return pl.select(pl.when(trimmed != "").then(trimmed)).to_series()

    def convert(self, raw: pl.DataFrame) -> tuple[pl.Series, list[pl.DataFrame]]:
        """Typed values in row order (null where empty or refused), and the problems."""
        texts = self.texts(raw)
        kinds = raw[f"k{self._place}"] if f"k{self._place}" in raw.columns else None
        if self._fills_down:
            texts, kinds = self._filled(texts, kinds)
        problems: list[pl.DataFrame] = []
        if kinds is not None:
            texts, problems = self._judged_by_kind(raw["row"], texts, kinds)
        typed = self._fast(texts).cast(output_type(self._field))
        odd = texts.is_not_null() & typed.is_null()
        if odd.any():
            typed, found = self._judged_one_by_one(raw["row"], texts, typed, odd)
            problems.append(found)
        problems += self._judged_by_value(raw["row"], texts, typed)
        if self._field.needed:
            problems.append(self._missing(raw["row"], texts, kinds))
        return typed, problems

    def _filled(self, texts: pl.Series, kinds: pl.Series | None) -> tuple[pl.Series, pl.Series | None]:
        """Empty cells take the value above, also across batches."""
        empty = texts.is_null()
        filled = texts.fill_null(strategy="forward").fill_null(self._last or "")
        filled = pl.select(pl.when(filled != "").then(filled)).to_series()
        self._last = filled[-1] if len(filled) else self._last
        if kinds is not None:
            kinds = pl.select(
                pl.when(empty & (kinds == CellKind.MERGED)).then(0).otherwise(kinds)
            ).to_series()
        return filled, kinds

    def _judged_by_kind(
        self, rows: pl.Series, texts: pl.Series, kinds: pl.Series
    ) -> tuple[pl.Series, list[pl.DataFrame]]:
        """Errors, uncomputed formulas, merged cells, and identifiers that Excel has rounded."""
        problems = []
        refused = pl.Series([False]).new_from_index(0, len(texts))
        for kind, code in _REFUSED_KINDS.items():
            mask = kinds == kind
            if mask.any():
                problems.append(problems_frame(rows.filter(mask), self._field.key, texts.filter(mask), code))
                refused |= mask
        if self._field.is_identifier:
            rounded = (kinds == CellKind.NUMBER) & texts.str.contains(r"\d{16}")
            rounded = rounded.fill_null(False)
            if rounded.any():
                frame = problems_frame(
                    rows.filter(rounded), self._field.key, texts.filter(rounded), "number_too_long"
                )
                problems.append(frame)
                refused |= rounded
        return pl.select(pl.when(~refused).then(texts)).to_series(), problems

    def _judged_one_by_one(
        self, rows: pl.Series, texts: pl.Series, typed: pl.Series, odd: pl.Series
    ) -> tuple[pl.Series, pl.DataFrame]:
        """Each different odd value goes through the parser once."""
        distinct = texts.filter(odd).unique()
        for text in distinct:
            self._judge(text)
        good = {text: self._good[text] for text in distinct if text in self._good}
        if good:
            dtype = output_type(self._field)
            known = pl.select(pl.when(odd).then(texts)).to_series()
            found = known.replace_strict(
                pl.Series(list(good), dtype=pl.String), pl.Series(list(good.values()), dtype=dtype),
                default=None, return_dtype=dtype,
            )  # fmt: skip
            typed = pl.select(pl.coalesce(typed, found)).to_series()
        bad = {text: self._bad[text] for text in distinct if text in self._bad}
        problems = self._refusals(rows, texts, bad) if bad else no_problems()
        if len(self._good) + len(self._bad) > _REMEMBERED:
            self._good, self._bad = {}, {}
        return typed, problems

    def _judge(self, text: str) -> None:
        if text in self._good or text in self._bad:
            return
        try:
            self._good[text] = self._parse(text)
        except ValueRefused as refused:
            self._bad[text] = refused

    def _refusals(self, rows: pl.Series, texts: pl.Series, bad: dict[str, ValueRefused]) -> pl.DataFrame:
        reasons = pl.DataFrame(
            {
                "text": list(bad),
                "code": [refused.code for refused in bad.values()],
                "params": [json.dumps(refused.params, ensure_ascii=False) for refused in bad.values()],
            },
            schema={"text": pl.String, "code": pl.String, "params": pl.String},
        )
        found = pl.DataFrame({"row": rows, "text": texts}).join(reasons, on="text", how="inner")
        return found.select(
            "row",
            pl.lit(self._field.key).alias("field"),
            pl.col("text").str.slice(0, RAW_CHARACTERS).alias("raw"),
            "code",
            "params",
            pl.lit(False).alias("is_warning"),
        )

    def _judged_by_value(self, rows: pl.Series, texts: pl.Series, typed: pl.Series) -> list[pl.DataFrame]:
        """Signs that make no sense, and rounding that was asked for."""
        problems = []
        if self._field.refused_below_zero:
            below = (typed < 0).fill_null(False)
            problems.append(
                problems_frame(rows.filter(below), self._field.key, texts.filter(below), "below_zero")
            )
        if self._field.type == "money" and self._rules.round_money:
            fine = texts.str.contains(r"\.\d\d\d*[1-9]\d*\D*$").fill_null(False) & texts.str.contains(
                r"\.\d{3}"
            )
            frame = problems_frame(
                rows.filter(fine), self._field.key, texts.filter(fine), "money_rounded", is_warning=True
            )
            problems.append(frame)
        return problems

    def _missing(self, rows: pl.Series, texts: pl.Series, kinds: pl.Series | None) -> pl.DataFrame:
        empty = texts.is_null()
        if kinds is not None:
            told = kinds.is_in([*_REFUSED_KINDS, CellKind.NUMBER])
            empty &= ~told
        return problems_frame(rows.filter(empty), self._field.key, texts.filter(empty), "missing")


def _parser(field: Field, rules: Rules) -> Callable[[str], Any]:
    if field.type == "money":
        return lambda text: values.parse_money(text, is_rounding=rules.round_money)
    if field.type == "choice":
        return lambda text: values.parse_choice(text, field)
    if field.type == "date":
        return lambda text: _date(text, field, rules)
    return _PARSERS[field.type]


def _date(text: str, field: Field, rules: Rules) -> date:
    future = {} if field.future_days is None else {"future_days": field.future_days}
    try:
        return values.parse_date(
            text, today=rules.today, is_1904=rules.is_1904, order=rules.date_order, **future
        )
    except ValueRefused as refused:
        if refused.code == "month_only" and rules.allows_months:
            return values.parse_month(text, today=rules.today, **future)
        raise
