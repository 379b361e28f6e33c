"""Reads of the company's own measures: which there are, what a formula would find, what customers have, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from kemai.business.archives.models import Customer
from kemai.business.valuation.gates import gates_of
from kemai.business.valuation.models import Measure, MeasureValue, MeasureVersion, Run
from kemai.business.valuation.own.chains import groups_below, links_of_the_page, read_formula
from kemai.business.valuation.own.nameable import nameables
from kemai.business.valuation.own.part import names_of, summed, table_of, worked
from kemai.business.valuation.queries import published_run, reason_text
from kemai.business.valuation.runs.files import run_file
from kemai.business.valuation.runs.parts import part_file, parts
from kemai.business.valuation.schemes import measure_name
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import customer_scope, restrict
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.money import short_text
from kemai.value.formulas import MISSING, Formula, Name, unit_of
from kemai.value.schemes.definition import OWN
from kemai.value.scorecards.card import TOO_LITTLE, Card

TOP = 10


@dataclass(frozen=True)
class Own:
    """A measure in its version in force. `groups` are the field rights that one needs to see it in the published run."""

    pk: int
    key: str
    name: str
    number: int
    formula: str
    unit: str
    uses: tuple[str, ...]
    groups: tuple[str, ...]
    is_active: bool
    card: Card | None = None

    @property
    def factor(self) -> int:
        """How many whole units make one displayed."""
        return unit_of(self.unit).factor

    def lacks(self, actor: Actor, owner_id: int | None = None) -> str | None:
        """A field right that the actor lacks for it; None where he has all."""
        return next((group for group in self.groups if not actor.sees(group, owner_id)), None)


@dataclass(frozen=True)
class Tried:
    """What a formula finds over the published run: the top rows (code, name, value in whole units), how many have a
    value, how many lack it by reason in words, and how many fall into each grade of a card."""

    top: list[tuple[str, str, int]]
    values: int
    reasons: list[tuple[str, int]]
    grades: list[tuple[str, int]]


@kept_for_a_moment
def own_measures() -> tuple[Own, ...]:
    """The measures in use."""
    return tuple(_own(m, v) for m, v in _pairs(is_active=True))


def own_measure(key: str) -> Own | None:
    """The measure in use with this key."""
    return next((each for each in own_measures() if each.key == key), None)


def measure_of(key: str) -> Own | None:
    """The measure with this key, in use or retired."""
    found = Measure.objects.filter(key=key).first()
    version = found and found.versions.filter(number=found.current).first()
    return _own(found, version) if found and version else None


def measure_list(actor: Actor, kind: str = Measure.Kind.FORMULA) -> list[tuple[Own, MeasureVersion]]:
    """All measures of a kind, those in use first. Needs the duty scheme.edit."""
    actor.require("scheme.edit", _("自定指标由领导来定。"))
    pairs = [*_pairs(is_active=True), *_pairs(is_active=False)]
    return [(_own(m, v), v) for m, v in pairs if m.kind == kind]


def measure_by_key(
    actor: Actor, key: str, kind: str = Measure.Kind.FORMULA
) -> tuple[Measure, list[MeasureVersion]]:
    """One measure with its versions, newest first. Raises LookupError."""
    actor.require("scheme.edit", _("自定指标由领导来定。"))
    found = Measure.objects.filter(key=key, kind=kind).first()
    if found is None:
        raise LookupError(key)
    return found, list(found.versions.all()[:50])


def tried(actor: Actor, measure: Formula | Card) -> Tried | None:
    """The formula or card over the customers that the actor sees in the published run; None where there is no run.

    Raises LookupError where the run was made without a part that it needs.
    """
    run = published_run()
    if run is None:
        return None
    groups = groups_below(measure.uses, links_of_the_page(), gates_of(run))
    if any(not actor.sees(group) for group in groups):
        return None
    table = table_of(measure.uses, run_file(run), _files(run), ids_in(run))
    if customer_scope(actor) is not None:
        import pyarrow as pa
        import pyarrow.compute as pc

        mine = pa.array(restrict(Customer.objects.all(), actor).values_list("pk", flat=True), pa.int64())
        table = table.filter(pc.is_in(table["customer_key"], value_set=mine))
    values, reasons, grades = worked(measure, table, names_of(_used(run)))
    told = summed(values, reasons)
    counted = Counter(grades.to_pylist())
    return Tried(
        _top(table["customer_key"], values),
        told["values"],
        [(reason_in_words(k), n) for k, n in told["reasons"].items()],
        [(g.name, counted.get(g.name, 0)) for g in measure.grades] if isinstance(measure, Card) else [],
    )


def _top(keys: Any, values: Any) -> list[tuple[str, str, int]]:
    import pyarrow.compute as pc

    order = pc.select_k_unstable(values, TOP, sort_keys=[("", "descending")]) if len(values) else []
    found = [(keys[at.as_py()].as_py(), values[at.as_py()].as_py()) for at in order]
    rows = Customer.objects.filter(pk__in=[pk for pk, _value in found]).values_list(
        "pk", "code", "name", "short_name"
    )
    named = {pk: (code, short or name) for pk, code, name, short in rows}
    return [(*named[pk], value) for pk, value in found if value is not None and pk in named]


def _files(run: Run) -> dict[str, Path]:
    return {part.key: path for part in parts() if (path := part_file(run.pk, part.key)).is_file()}


def values_of(actor: Actor, ids: Sequence[int], keys: Sequence[str]) -> dict[int, dict[str, int | None]]:
    """{customer id: {measure key: value in whole units}} of the published run, for customers that a restricted query
    gave."""
    run = published_run()
    wanted = {each.pk: each.key for each in own_measures() if each.key in keys}
    if run is None or not wanted or not ids:
        return {}
    rows = MeasureValue.objects.filter(run_id=run.pk, measure_id__in=list(wanted), customer_id__in=list(ids))
    found: dict[int, dict[str, int | None]] = {}
    for customer_id, measure_id, value in rows.values_list("customer_id", "measure_id", "value"):
        found.setdefault(customer_id, {})[wanted[measure_id]] = value
    return found


def figures_of_rows(
    actor: Actor, rows: Sequence[Mapping[str, Any]], keys: Collection[str]
) -> dict[int, dict[str, Decimal]]:
    """{customer id: {measure key: value in its unit}} for rows of a list (dicts with id and owner_id), without what the
    actor may not see of each customer."""
    wanted = [each for each in own_measures() if each.key in keys]
    values = values_of(actor, [row["id"] for row in rows], [each.key for each in wanted])
    return {
        row["id"]: {
            each.key: Decimal(value) / each.factor
            for each in wanted
            if (value := values.get(row["id"], {}).get(each.key)) is not None
            and each.lacks(actor, row["owner_id"]) is None
        }
        for row in rows
    }


def value_of(run: Run, measure: Own, customer_id: int) -> MeasureValue | None:
    """The customer's value of a run; None where the run has none."""
    return MeasureValue.objects.filter(run_id=run.pk, measure_id=measure.pk, customer_id=customer_id).first()


def ids_in(run: Run) -> dict[str, int]:
    """{key: number} of the own measures that the run worked out. Raises LookupError in `table_of` for others."""
    return {each["key"]: each["id"] for each in _used(run)}


def formula_in(run: Run, text: str) -> Formula:
    """A formula of the run, with own measures called and counted as they were then. Raises FormulaError."""
    return read_formula(text, names_of(_used(run)))


def _used(run: Run) -> list[dict[str, Any]]:
    part = run.summary.get("parts", {}).get("measures", {})
    return list(part.get("parameters", {}).get("measures", []))


def card_in(run: Run, key: str) -> tuple[Card, dict[str, Any], list[Name]] | None:
    """A scorecard as the run used it, what else the run keeps of it, and how it called own measures; None where the
    run worked out no such card."""
    used = {each["key"]: each for each in _used(run)}
    if key not in used or not used[key].get("card"):
        return None
    return Card.from_json(used[key]["card"]), used[key], names_of(used.values())


def inputs_of(run: Run, formula: Formula | Card, customer_id: int) -> dict[str, Any]:
    """The customer's measures that the formula or card names, in whole units, as the run found them, and `<key>__reason`."""
    import polars as pl

    table = pl.DataFrame(pl.from_arrow(table_of(formula.uses, run_file(run), _files(run), ids_in(run))))
    rows = table.filter(pl.col("customer_key") == customer_id).to_dicts()
    return rows[0] if rows else {}


def in_unit(value: int | float | None, unit: str, factor: int) -> str:
    """A value as people read it: 12.3 万, 45.6%, 3.2 小时."""
    if value is None:
        return ""
    found = unit_of(unit)
    if unit == "yuan":
        return str(short_text(round(value * 100 / factor)))
    number = Decimal(str(value)) / factor
    text = f"{number:,.2f}".rstrip("0").rstrip(".").replace("-", "−")
    return f"{text}%" if found.is_percent else f"{text} {_unit_word(unit)}".rstrip()


def unit_word(unit: str) -> str:
    """The unit in the reader's language."""
    up, _slash, down = unit.partition("/")
    return f"{_unit_word(up)}/{_unit_word(down)}" if down else _unit_word(up)


def _unit_word(unit: str) -> str:
    words = {
        "yuan": _("元"), "day": _("天"), "month": _("个月"), "hour": pgettext("unit", "小时"), "count": pgettext("unit", "个"), "percent": "%", "score": _("分"),
        "plain": "", "1": "1",
    }  # fmt: skip
    if "/" in unit:
        return unit_word(unit)
    return str(words.get(unit, unit))


def label_of(key: str) -> str:
    """A measure's name in the reader's language, of the house or of the company's own."""
    return str(nameables()[key].label) if key in nameables() else measure_name(f"{OWN}{key}")


def reason_in_words(reason: str | None) -> str:
    """Why a measure has no value: which of its inputs is missing and why, or what can't be worked out."""
    if not reason:
        return ""
    if reason.startswith(MISSING):
        key, _colon, why = reason.removeprefix(MISSING).partition(":")
        label = label_of(key)
        said = _said(why)
        return (
            _("没有「%(name)s」：%(why)s") % {"name": label, "why": said}
            if said
            else _("没有「%(name)s」") % {"name": label}
        )
    return str(_REASONS.get(reason, reason))


_REASONS = {
    "divided_by_zero": gettext_lazy("除数是 0"),
    "not_defined": gettext_lazy("0 或负数不能取对数、开方"),
    "not_a_number": gettext_lazy("数太大"),
    TOO_LITTLE: gettext_lazy("有数的指标不到一半权重"),
}


def _said(why: str) -> str:
    from kemai.business.valuation.value_classes.part import REASONS

    words = {"missing_profit": _("没有毛利"), "no_hours": _("没人记工时"), "no_sales": _("没有销售")}
    if why in REASONS:
        return str(REASONS[why])
    return words.get(why) or (_REASONS.get(why) and str(_REASONS[why])) or reason_text(why)


def _pairs(is_active: bool) -> list[tuple[Measure, MeasureVersion]]:
    rows = list(Measure.objects.filter(is_active=is_active))
    versions = (
        {(v.measure_id, v.number): v for v in MeasureVersion.objects.filter(measure__in=rows)} if rows else {}
    )
    return [(m, versions[m.pk, m.current]) for m in rows if (m.pk, m.current) in versions]


def _own(measure: Measure, version: MeasureVersion) -> Own:
    uses = tuple(version.uses)
    return Own(
        measure.pk, measure.key, measure.name, version.number, version.formula, version.unit, uses,
        groups_below(uses, links_of_the_page(), gates_of(published_run())),
        measure.is_active, Card.from_json(version.definition) if version.definition else None,
    )  # fmt: skip
