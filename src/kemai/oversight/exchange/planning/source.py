"""The file with its columns settled: read in the child process, mapped, converted batch by batch."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pyarrow as pa
from django.utils.translation import gettext as _

from kemai.foundation.ahead import made_ahead
from kemai.oversight.exchange.parsing.columns import guess_mapping
from kemai.oversight.exchange.parsing.convert import Converted, Converter, ConvertOptions
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.parsing.mapping import Mapping, MappingRefused, mapping_from_names
from kemai.oversight.exchange.planning.repairs import Repairs
from kemai.oversight.exchange.planning.request import ImportRefused, ImportRequest
from kemai.oversight.exchange.reading import RawTable, read_file

ERROR_COLUMNS = ("行号", "字段", "问题", "怎么改")
_READ_OPTIONS = ("fill_down", "date_order", "round_money")


@dataclass(frozen=True)
class Source:
    """A read table and the mapping of its columns."""

    table: RawTable
    mapping: Mapping
    options: ConvertOptions
    repairs: Repairs | None = None

    def converted(self) -> Iterator[Converted]:
        """The batches in file order as typed rows and problems; one is being converted while the last is used."""
        converter = Converter(self.mapping.kind, self.mapping, self.options)

        def convert(batch: pa.RecordBatch) -> Converted:
            unguarded = _unguarded(batch)
            return converter.convert(self.repairs.over(unguarded) if self.repairs else unguarded)

        return made_ahead(self.table.batches(), convert)

    def raw(self) -> Iterator[pa.RecordBatch]:
        """The batches as text, for the file of refused rows."""
        return self.table.batches()


def _unguarded(batch: pa.RecordBatch) -> pa.RecordBatch | pa.Table:
    """Without the apostrophe that our own files put before what would start a formula."""
    cells = [name for name in batch.schema.names if name.startswith("c") and name != "cells"]
    frame = pl.DataFrame(pl.from_arrow(batch))
    guarded = [name for name in cells if frame[name].str.starts_with("'").any()]
    if not guarded:
        return batch
    return frame.with_columns(pl.col(guarded).str.replace(r"^'([=+\-@])", "$1")).to_arrow()


@contextmanager
def opened(request: ImportRequest) -> Iterator[Source]:
    """Reads the file and settles its columns; raises ReadRefused or ImportRefused with sentences."""

    def cancelled() -> bool:
        request.check_cancelled()
        return False

    with read_file(request.path, kind=request.kind, sheet=request.sheet, cancelled=cancelled) as table:
        mapping = _mapping(table, request)
        chosen = {
            key: value
            for key, value in {**mapping.options, **request.reading}.items()
            if key in _READ_OPTIONS
        }
        if "fill_down" in chosen:
            chosen["fill_down"] = tuple(chosen["fill_down"])
        options = ConvertOptions(today=request.actor.today, is_1904=table.notes.is_1904, **chosen)
        yield Source(table, mapping, options, Repairs.given(request.repairs, mapping))


def file_hash(path: Path) -> str:
    """SHA-256 over the bytes of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def own_header(header: tuple[str, ...]) -> tuple[str, ...]:
    """The header without the four columns of an error file, so that a mended one imports again."""
    if header[-len(ERROR_COLUMNS) :] == ERROR_COLUMNS:
        return (*header[: -len(ERROR_COLUMNS)], *[""] * len(ERROR_COLUMNS))
    return header


def _mapping(table: RawTable, request: ImportRequest) -> Mapping:
    header = own_header(table.header)
    if request.columns is not None:
        mapping = _chosen(request, header)
    else:
        guess = guess_mapping(header, table.head(), request.kind)
        if guess.is_ambiguous:
            raise ImportRefused(_unclear(guess.questions, header))
        mapping = guess.mapping()
    _refuse_missing(mapping, header)
    return mapping


def _chosen(request: ImportRequest, header: tuple[str, ...]) -> Mapping:
    try:
        return mapping_from_names(request.kind, request.columns or {}, header)
    except MappingRefused as error:
        raise ImportRefused(_("对列和文件对不上：%(what)s。") % {"what": error}) from error


def _unclear(questions: tuple, header: tuple[str, ...]) -> str:
    asked = "；".join("、".join(f"「{header[place]}」" for place in q.places) for q in questions)
    return _("有几列都像同一个字段：%(asked)s。请在对列时选定，或用 --map 写明。") % {"asked": asked}


def _refuse_missing(mapping: Mapping, header: tuple[str, ...]) -> None:
    kind = KINDS[mapping.kind]
    claimed = {key for group in kind.one_of for key in group if any(k in mapping.fields for k in group)}
    missing = [key for key in mapping.missing() if key not in claimed]
    if kind.may_be_anonymous:
        missing = [key for key in missing if key not in {k for group in kind.one_of for k in group}]
    if missing:
        names = "、".join(f"「{kind.field(key).label}」" for key in missing)
        shown = "、".join(name for name in header if name)[:200]
        raise ImportRefused(
            _("找不到要有的列：%(names)s。文件里的列：%(shown)s。") % {"names": names, "shown": shown}
        )
