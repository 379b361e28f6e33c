"""A formula that was read and checked, ready to be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kemai.value.errors import FactError
from kemai.value.formulas.checking import Checking, unit_of_tree
from kemai.value.formulas.names import Name
from kemai.value.formulas.reasons import MISSING
from kemai.value.formulas.tokens import tokens
from kemai.value.formulas.tree import Node, read
from kemai.value.formulas.units import Unit, unit_of
from kemai.value.formulas.working import OWN, Working, whole_units
from kemai.value.reading import rows_of


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the text; `key` names the measure where it is one."""

    text: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """`uses` are the measures it names, in the order of the text; `unit` is the unit of the result."""

    text: str
    tree: Node
    unit: Unit
    names: Mapping[str, Name]

    @property
    def uses(self) -> tuple[str, ...]:
        """The keys of the measures it names, each once."""
        return tuple(dict.fromkeys(piece.key for piece in self.pieces() if piece.key))

    def pieces(self) -> list[Piece]:
        """The text in pieces, so that a page can put a customer's numbers in place of the names."""
        found, end = [], 0
        for token in tokens(self.text, self.names.values()):
            if token.kind == "name":
                found += [
                    Piece(self.text[end : token.at]),
                    Piece(self.text[token.at : token.at + token.length], token.text),
                ]
                end = token.at + token.length
        return [piece for piece in (*found, Piece(self.text[end:])) if piece.text]

    def worked(self, table: Any, reasons: Mapping[str, str] | None = None) -> tuple[Any, Any]:
        """(values, reasons) over a table of any kind, in its order: int64 in whole units (`unit.factor` to one), null
        where there is none, and text, null where there is a value.

        Columns of the table are called by the keys, in whole units of each; FactError where one is not there.
        `reasons` names the columns that say why a measure is missing: that follows "missing:<key>:", else
        "missing:<key>" stands alone.
        """
        import numpy as np
        import pyarrow as pa

        table = rows_of(table)
        missing_columns = [key for key in self.uses if key not in table.column_names]
        if missing_columns:
            raise FactError(
                f"缺少列 {'、'.join(missing_columns)}", code="missing_column", column=missing_columns[0]
            )
        said = list(OWN)
        given = {key: self._named(table, key, (reasons or {}).get(key), said) for key in self.uses}
        with np.errstate(all="ignore"):
            value, why = Working(len(table), given, self._is_percent).of(self.tree)
            value, why = whole_units(value, why, self.unit.factor)
        missing = why != 0
        told = pa.DictionaryArray.from_arrays(
            pa.array(why, pa.int32(), mask=~missing), pa.array(said, pa.string())
        )
        return pa.array(value, pa.int64(), mask=missing), told.cast(pa.string())

    def _named(self, table: Any, key: str, reason: str | None, said: list[str]) -> tuple[Any, Any]:
        """Values in displayed units, and the places in `said` of the reasons of those that have none."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        column = table[key]
        known = pc.is_valid(column).to_numpy(zero_copy_only=False)
        values = pc.fill_null(column.cast(pa.float64()), 0.0).to_numpy() / float(self.names[key].factor)
        start = len(said)
        said.append(f"{MISSING}{key}")
        why = np.full(len(table), start, dtype=np.int32)
        if reason is not None:
            words = pc.fill_null(table[reason].cast(pa.string()), "").combine_chunks().dictionary_encode()
            said += [
                f"{MISSING}{key}:{word}" if word else f"{MISSING}{key}"
                for word in words.dictionary.to_pylist()
            ]
            why = words.indices.to_numpy(zero_copy_only=False).astype(np.int32) + start + 1
        return values, np.where(known, 0, why)

    def _is_percent(self, node: Node) -> bool:
        units = {key: unit_of(name.unit) for key, name in self.names.items()}
        return Checking(units).number(node).is_percent


def parse(text: str, known: Iterable[Name]) -> Formula:
    """Reads and checks a formula over the known measures. Raises FormulaError, which says what and where.

    >>> names = [Name("profit_12m", "12 月毛利", "yuan", 100), Name("hours_12m", "12 月工时", "hour", 60)]
    >>> parse("12 月毛利 ÷ hours_12m", names).unit.label
    '元/小时'
    >>> parse("12月毛利 + 12月工时", names)
    Traceback (most recent call last):
    ...
    kemai.value.formulas.errors.FormulaError: 第 7 个字：元和小时不能相加
    """
    names = {name.key: name for name in known}
    tree = read(text, names.values())
    unit = unit_of_tree(tree, {key: unit_of(name.unit) for key, name in names.items()})
    used = {node.text for node in _walk(tree) if node.kind == "name"}
    return Formula(text, tree, unit, {key: name for key, name in names.items() if key in used})


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts:
        yield from _walk(part)
