"""What a file would do, as it is shown and told: counts, totals by month, problems by cause."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from kemai.oversight.exchange.parsing import problems
from kemai.oversight.exchange.parsing.fields import Kind
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.problems import each_problem
from kemai.oversight.exchange.planning import refusals  # noqa: F401 - adds the sentences

KEPT_PROBLEMS = 200
KEPT_UNKNOWN = 200
KEPT_GROUPS = 50  # of each cause
KEPT_NAMES = 500


@dataclass
class Month:
    """One month of a ledger: lines and fen that were read, and the month's total before and after."""

    rows: int = 0
    amount_fen: int = 0
    change_fen: int = 0
    before_fen: int = 0

    @property
    def after_fen(self) -> int:
        """The month's total once the file has landed."""
        return self.before_fen + self.change_fen


@dataclass
class RowTold:
    """The fields of one refused row, what is wrong with them and how to mend it."""

    fields: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    mends: list[str] = field(default_factory=list)

    def add(self, told: dict[str, Any]) -> None:
        """One more problem of the row."""
        self.fields.append(told["field_label"])
        self.problems.append(told["problem"])
        self.mends.append(told["mend"])

    def cells(self, row: int) -> list[str]:
        """The four cells behind the row's own."""
        return [str(row), "、".join(self.fields), " ".join(self.problems), " ".join(self.mends)]


@dataclass
class Report:
    """Grows as the file is planned; the same for a dry run and for a landing."""

    kind: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    anonymous: int = 0
    new_customers: int = 0
    new_products: int = 0
    created_fen: int = 0
    updated_fen: int = 0
    refused: set[int] = field(default_factory=set)
    warnings: int = 0
    months: dict[str, Month] = field(default_factory=dict)
    causes: Counter[str] = field(default_factory=Counter)
    first: list[dict[str, Any]] = field(default_factory=list)
    first_warnings: list[dict[str, Any]] = field(default_factory=list)
    warning_causes: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, dict[str, Any]] = field(default_factory=dict)
    new_names: list[str] = field(default_factory=list)
    context: dict[int, dict[str, str]] = field(default_factory=dict)  # row → its cells by field, for `groups`
    notes: dict[str, Any] = field(default_factory=dict)
    _refusals: list[pl.DataFrame] = field(default_factory=list)
    _kind: Kind | None = None

    @property
    def rejected(self) -> int:
        """How many rows are refused."""
        return len(self.refused)

    def note_problems(self, found: pl.DataFrame) -> None:
        """Counts the problems and keeps the first of them with their sentences."""
        if not len(found):
            return
        bad = found.filter(~pl.col("is_warning"))
        self.refused.update(bad["row"].to_list())
        self._refusals.append(bad)
        self.warnings += len(found) - len(bad)
        self._count(self.causes, self.first, bad)
        self._count(self.warning_causes, self.first_warnings, found.filter("is_warning"))

    def told_by_row(self) -> dict[int, RowTold]:
        """What to write beside each refused row."""
        told: dict[int, RowTold] = defaultdict(RowTold)
        for frame in self._refusals:
            for each in each_problem(frame):
                told[each.row].add(self._told(each))
        return told

    def groups(self) -> list[dict[str, Any]]:
        """Refused cells that say the same for the same cause, the most frequent first; some of each cause."""
        if not self._refusals:
            return []
        same = pl.concat(self._refusals).group_by("code", "field", "raw", "params", maintain_order=True)
        counted = same.agg(pl.col("row").min(), pl.len().alias("rows"), pl.col("is_warning").first())
        frequent = counted.sort("rows", "row", descending=[True, False])
        shown = frequent.group_by("code", maintain_order=True).head(KEPT_GROUPS).sort("row")
        told = [self._told(each) for each in each_problem(shown.select(list(problems.SCHEMA)))]
        return [
            {**one, "rows": rows, "cells": self.context.get(one["row"], {})}
            for one, rows in zip(told, shown["rows"], strict=True)
        ]

    def _count(self, causes: Counter[str], kept: list[dict[str, Any]], found: pl.DataFrame) -> None:
        for code, count in found.group_by("code").len().iter_rows():
            causes[code] += count
        kept += [self._told(each) for each in each_problem(found.head(KEPT_PROBLEMS - len(kept)))]

    def _told(self, each: Any) -> dict[str, Any]:
        if self._kind is None:
            self._kind = KINDS[self.kind]
        found = self._kind.find(each.field)
        return {
            "row": each.row, "field": each.field, "field_label": found.heading if found else "", "raw": each.raw,
            "code": each.code, "problem": each.problem, "mend": each.mend, "params": each.params,
        }  # fmt: skip

    def counts(self) -> dict[str, int]:
        """The figures that a command prints and a batch keeps."""
        names = ("rows", "created", "updated", "unchanged", "rejected", "warnings", "anonymous",
                 "new_customers", "new_products")  # fmt: skip
        return {name: getattr(self, name) for name in names}

    def as_json(self) -> dict[str, Any]:
        """All of it, for the preview page."""
        return {
            **self.counts(),
            "created_fen": self.created_fen,
            "updated_fen": self.updated_fen,
            "months": [
                {"month": key, "rows": m.rows, "amount_fen": m.amount_fen, "before_fen": m.before_fen, "after_fen": m.after_fen}
                for key, m in sorted(self.months.items())
            ],
            "causes": [{"code": code, "rows": rows} for code, rows in self.causes.most_common()],
            "problems": self.first,
            "groups": self.groups(),
            "new_names": self.new_names,
            "warning_causes": [{"code": code, "rows": rows} for code, rows in self.warning_causes.most_common()],
            "warnings_shown": self.first_warnings,
            "unknown": [{"name": name, **facts} for name, facts in list(self.unknown.items())[:KEPT_UNKNOWN]],
            "notes": self.notes,
        }  # fmt: skip
