"""The company's own measures and the value class as columns of lists: shown, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kemai.business.archives.directory import Facet, Joined, register_facet
from kemai.business.archives.directory.askable import Askable, register_askable, register_askables
from kemai.business.archives.directory.facets import Family, register_family
from kemai.business.valuation.facets import CURRENT
from kemai.business.valuation.models import PublishedRun
from kemai.business.valuation.own.reading import Own, own_measure, own_measures
from kemai.business.valuation.value_classes.part import LABELS, WORDS
from kemai.foundation.access.actor import Actor

TABLE = "measure"  # measure7__value
GRADE = "_grade"  # m7_grade


def register() -> None:
    """Called once at start."""
    register_family(Family(_facet, _table))
    register_askables(_askables)
    table = ("valueclass", Joined("value_classes", lambda: Q(value_classes__run_id=_run_id()), CURRENT))
    register_facet(Facet("value_class", "valueclass__label", "margin", is_sort=False), table)
    choices = tuple((label, WORDS[label]) for label in LABELS)
    register_askable(
        Askable("value_class", _("价值类"), "choice", "valueclass__label", "margin", options=choices)
    )
    register_askable(Askable("may_grow", _("价值差距"), "money", "valueclass__gap_fen", "margin", 100))


def _facet(actor: Actor, key: str) -> Facet | None:
    of_grade = key.endswith(GRADE)
    found = own_measure(key.removesuffix(GRADE))
    if found is None:
        return None
    if of_grade:
        place = f"{TABLE}{found.pk}"
        grade = Facet(
            key, f"{place}__label", _group(actor, found), is_filter=False, sort_path=f"{place}__value"
        )
        return grade if found.card and found.card.grades else None
    return Facet(key, f"{TABLE}{found.pk}__value", _group(actor, found), is_filter=False)


def _table(name: str) -> Joined | None:
    pk = name.removeprefix(TABLE)
    if not name.startswith(TABLE) or not (pk.isascii() and pk.isdigit()):
        return None
    return Joined(
        "measure_values",
        lambda: Q(measure_values__run_id=_run_id(), measure_values__measure_id=int(pk)),
        CURRENT,
        also=(("measure_id", int(pk)),),
    )


def _askables(actor: Actor) -> Iterator[Askable]:
    for each in own_measures():
        kind = "money" if each.unit == "yuan" else "number"
        yield Askable(each.key, each.name, kind, f"{TABLE}{each.pk}__value", _group(actor, each), each.factor)
        if each.card and each.card.grades:
            options = tuple((grade.name, grade.name) for grade in each.card.grades)
            name = _("%(name)s的等级") % {"name": each.name}
            place = f"{TABLE}{each.pk}__label"
            yield Askable(f"{each.key}{GRADE}", name, "choice", place, _group(actor, each), options=options)


def _group(actor: Actor, measure: Own) -> str:
    """The one right that decides: a lacking one where there is one."""
    return measure.lacks(actor) or measure.groups[0]


def _run_id() -> int:
    return PublishedRun.objects.filter(pk=1).values_list("run_id", flat=True).first() or 0
