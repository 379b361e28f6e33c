"""Part measures of a run: the values of the company's own measures, worked out from what the run found before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kemai.business.valuation.own.chains import in_order, read_formula
from kemai.business.valuation.own.nameable import STANDINGS, Nameable, nameables
from kemai.business.valuation.runs.parts import Found, Given, Part
from kemai.value.errors import SchemeError
from kemai.value.formulas import MISSING, Formula, FormulaError, Name, unit_of
from kemai.value.scorecards.card import Card

if TYPE_CHECKING:
    import pyarrow as pa

KEY = "measures"
CARD_UNIT = "score"
REASONS_SHOWN = 12
_NESTED = rf"^{MISSING}m\d+:{MISSING}"


def in_use() -> dict[str, Any]:
    """The formulas that the next run works out, as its parameters: each after those that it names."""
    from kemai.business.valuation.models import Measure, MeasureVersion

    rows = Measure.objects.filter(is_active=True)
    versions = {(v.measure_id, v.number): v for v in MeasureVersion.objects.filter(measure__in=rows)}
    found = [
        {
            "id": row.pk,
            "key": row.key,
            "name": row.name,
            "version": row.current,
            "formula": version.formula,
            "unit": version.unit,
            "uses": list(version.uses),
            "card": version.definition,
        }
        for row in rows
        if (version := versions.get((row.pk, row.current)))
    ]
    return {"measures": in_order(found)}


def names_of(used: Iterable[Mapping[str, Any]]) -> list[Name]:
    """The own measures of a run's parameters, as its formulas call them."""
    return [
        Name(each["key"], each["name"], each["unit"], unit_of(each["unit"]).factor)
        for each in used
        if "unit" in each  # runs before measures could name each other
    ]


def work(given: Given) -> Found:
    """A row a measure and customer; what can't be read any more is told in the summary and has no rows."""
    import pyarrow as pa

    used = given.parameters["measures"]
    ids = {each["key"]: each["id"] for each in used}
    nobody = pa.array([], pa.int64()), pa.array([], pa.string())
    found = [_rows(nobody[0], 0, *nobody, nobody[1])]
    told: dict[str, Any] = {}
    for each in used:
        try:
            measure = measure_of(each, names_of(used))
            parts = {**given.parts, KEY: pa.concat_tables(found)}
            table = table_of(measure.uses, given.standings, parts, ids)
        except (FormulaError, SchemeError, LookupError) as wrong:
            told[each["key"]] = {"error": str(wrong)}
            continue
        values, reasons, labels = worked(measure, table, names_of(used))
        found.append(_rows(table["customer_key"], each["id"], values, reasons, labels))
        unit = measure.unit.key if isinstance(measure, Formula) else CARD_UNIT
        told[each["key"]] = {"unit": unit, **summed(values, reasons)}
    return Found(pa.concat_tables(found), told)


def measure_of(used: Mapping[str, Any], own: Iterable[Name]) -> Formula | Card:
    """What a run's parameters say of a measure. Raises FormulaError or SchemeError."""
    return Card.from_json(used["card"]) if used.get("card") else read_formula(used["formula"], own)


def factors_of(keys: Iterable[str], own: Iterable[Name]) -> dict[str, int]:
    """How many whole units make one of each measure. Raises LookupError for one that is not there."""
    known = {key: each.factor for key, each in nameables().items()} | {each.key: each.factor for each in own}
    return {key: known[key] for key in keys}


def worked(measure: Formula | Card, table: pa.Table, own: Iterable[Name] = ()) -> tuple[Any, Any, Any]:
    """(values, reasons, grades) of everybody in the table of `table_of`; what an own measure lacks itself is said in its
    place."""
    import pyarrow as pa

    if isinstance(measure, Card):
        return measure.scores(table, factors_of(measure.uses, own))
    values, why = _worked(measure, table)
    return values, why, pa.nulls(len(table), pa.string())


def _worked(formula: Formula, table: pa.Table) -> tuple[Any, Any]:
    import pyarrow.compute as pc

    reasons = {key: f"{key}__reason" for key in formula.uses if f"{key}__reason" in table.column_names}
    values, why = formula.worked(table, reasons)
    return values, pc.replace_substring_regex(why, _NESTED, MISSING)


def summed(values: Any, reasons: Any) -> dict[str, Any]:
    """How many have a value, and how many lack it for which reason, the commonest first."""
    import pyarrow.compute as pc

    counted = Counter(
        {each["values"]: each["counts"] for each in pc.value_counts(reasons).to_pylist() if each["values"]}
    )
    return {"values": len(values) - values.null_count, "reasons": dict(counted.most_common(REASONS_SHOWN))}


def table_of(
    keys: Iterable[str],
    standings: Path,
    parts: Mapping[str, Any],
    own: Mapping[str, int] = MappingProxyType({}),
) -> pa.Table:
    """customer_key and each measure by its key (and <key>__reason), everybody of the standings in their order.

    `parts` are Arrow tables or Parquet paths, `own` the numbers of own measures, whose rows lie in the part KEY. Raises
    LookupError for a part that the run was made without.
    """
    import polars as pl

    keys = tuple(keys)
    known = [nameables()[key] for key in keys if key in nameables()]
    rows = pl.read_parquet(standings, columns=["customer_key", *_columns(known, STANDINGS)])
    found = rows.select("customer_key", *_named(known, STANDINGS))
    for name in dict.fromkeys(each.table for each in known if each.table != STANDINGS):
        lent = _lent(parts, name).select("customer_key", *_named(known, name))
        found = found.join(lent, on="customer_key", how="left", maintain_order="left")
    for key in keys:
        if key not in nameables():
            if key not in own:
                raise LookupError(key)
            rows = _lent(parts, KEY).filter(pl.col("measure_id") == own[key])
            mine = rows.select(
                "customer_key", pl.col("value").alias(key), pl.col("reason").alias(f"{key}__reason")
            )
            found = found.join(mine, on="customer_key", how="left", maintain_order="left")
    return found.to_arrow()


def _lent(parts: Mapping[str, Any], name: str) -> Any:
    import polars as pl

    if name not in parts:
        raise LookupError(name)
    lent = parts[name]
    return pl.read_parquet(lent) if isinstance(lent, Path) else pl.DataFrame(pl.from_arrow(lent))


def _columns(known: Iterable[Nameable], table: str) -> list[str]:
    mine = [each for each in known if each.table == table]
    return list(dict.fromkeys(name for each in mine for name in (each.column, each.reason) if name))


def _named(known: Iterable[Nameable], table: str) -> list[Any]:
    import polars as pl

    mine = [each for each in known if each.table == table]
    told = [pl.col(each.reason).alias(f"{each.key}__reason") for each in mine if each.reason]
    return [*(pl.col(each.column).alias(each.key) for each in mine), *told]


def _rows(keys: Any, measure_id: int, values: Any, reasons: Any, labels: Any) -> pa.Table:
    import pyarrow as pa

    ids = pa.array([measure_id], pa.int64()).take(pa.array([0] * len(keys), pa.int64()))
    return pa.table(
        {
            "customer_key": pa.chunked_array([keys]) if isinstance(keys, pa.Array) else keys,
            "measure_id": ids, "value": values, "reason": reasons, "label": labels,
        },
        schema=pa.schema(
            [("customer_key", pa.int64()), ("measure_id", pa.int64()), ("value", pa.int64()), ("reason", pa.string()), ("label", pa.string())]
        ),
    )  # fmt: skip


def part() -> Part:
    """What registers."""
    from kemai.business.valuation.models import MeasureValue

    return Part(KEY, lambda: MeasureValue, work, in_use, is_last=True)
