"""Own measures that name other own measures: how formulas call them, in which order they are worked out, circles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.models import Measure, MeasureVersion
from kemai.business.valuation.own.nameable import groups_of, nameables
from kemai.foundation.moments import kept_for_a_moment
from kemai.value.formulas import Formula, FormulaError, Name, parse, unit_of


@dataclass(frozen=True, slots=True)
class Link:
    """An own measure as another one may name it: its version in force, the unit of that, and what that names."""

    pk: int
    key: str
    name: str
    unit: str
    uses: tuple[str, ...]
    is_active: bool

    @property
    def as_name(self) -> Name:
        """As formulas read it."""
        return Name(self.key, self.name, self.unit, unit_of(self.unit).factor)


def links() -> dict[str, Link]:
    """All by their keys, as the database has them now."""
    rows = list(Measure.objects.all())
    versions = (
        {(v.measure_id, v.number): v for v in MeasureVersion.objects.filter(measure__in=rows)} if rows else {}
    )
    return {
        m.key: Link(m.pk, m.key, m.name, v.unit, tuple(v.uses), m.is_active)
        for m in rows
        if (v := versions.get((m.pk, m.current)))
    }


links_of_the_page = kept_for_a_moment(links)


def read_formula(text: str, own: Iterable[Name] | None = None, key: str = "") -> Formula:
    """The formula over all measures that may be named: those of the engine and its parts, and the own ones in use (or
    those given). `key` is the measure that it is to be the formula of: it may not lead back there.

    Raises FormulaError, with the circle in its sentence.
    """
    known = links() if own is None else {}
    mine = [each.as_name for each in known.values() if each.is_active] if own is None else list(own)
    formula = parse(text, [*(each.name for each in nameables().values()), *mine])
    circle = _circle(key, formula.uses, known) if key else ()
    if circle:
        raise _circled(formula, circle, known)
    return formula


def _circle(key: str, uses: Sequence[str], known: Mapping[str, Link]) -> tuple[str, ...]:
    """The keys from the measure back to itself; nothing where no way leads back."""
    ways: list[tuple[str, ...]] = [(key, each) for each in uses]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == key:
            return way
        if way[-1] in seen or way[-1] not in known:
            continue
        seen.add(way[-1])
        ways += [(*way, each) for each in known[way[-1]].uses]
    return ()


def circle_of(key: str, uses: Sequence[str], known: Mapping[str, Link]) -> str:
    """The circle in words that these uses would make, "" for none: 甲 → 乙 → 甲."""
    return _in_words(_circle(key, uses, known), known)


def _in_words(circle: Sequence[str], known: Mapping[str, Link]) -> str:
    return " → ".join(known[each].name if each in known else each for each in circle)


def _circled(formula: Formula, circle: Sequence[str], known: Mapping[str, Link]) -> FormulaError:
    at = 0
    for piece in formula.pieces():
        if piece.key == circle[1]:
            break
        at += len(piece.text)
    said = _("指标转成了圈：%(circle)s") % {"circle": _in_words(circle, known)}
    return FormulaError(said, code="circle", at=at, length=len(piece.text), said=said)


def in_order(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Measures with key and uses, each after those that it names; what stands in a circle comes last."""
    waiting, done = list(rows), set[str]()
    found: list[Mapping[str, Any]] = []
    mine = {str(each["key"]) for each in waiting}
    while waiting:
        ready = [each for each in waiting if not (set(each["uses"]) & mine) - done]
        if not ready:
            return [*found, *waiting]
        found += ready
        done |= {str(each["key"]) for each in ready}
        waiting = [each for each in waiting if each["key"] not in done]
    return found


def inputs_below(uses: Iterable[str], known: Mapping[str, Link]) -> tuple[str, ...]:
    """The measures of the engine and its parts on which these rest in the end."""
    waiting, seen, found = list(uses), set[str](), dict[str, None]()
    while waiting:
        key = waiting.pop(0)
        if key in known and key not in seen:
            seen.add(key)
            waiting += known[key].uses
        elif key not in known:
            found[key] = None
    return tuple(found)


def groups_below(uses: Iterable[str], known: Mapping[str, Link], gates: Collection[str]) -> tuple[str, ...]:
    """The field rights that one needs to see what rests on these measures, where a run went by these gates."""
    return groups_of(inputs_below(uses, known), gates)


def naming(key: str, known: Mapping[str, Link]) -> list[str]:
    """The names of the measures in use that name this one themselves."""
    return [each.name for each in known.values() if each.is_active and key in each.uses and each.key != key]
