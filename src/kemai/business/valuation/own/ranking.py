"""Schemes that rank by a measure of the company's own: which may, by which, and what they need (decision 0046)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.gates import groups_of_measure
from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Measure, Scheme, SchemeVersion
from kemai.business.valuation.own.chains import groups_below, links_of_the_page
from kemai.business.valuation.own.reading import own_measure, own_measures
from kemai.business.valuation.schemes import scheme_name
from kemai.foundation.access.actor import Refused
from kemai.value.schemes.definition import OWN

READ_BY_PARTS = (value.schemes.DEFAULT_KEY, "pyramid")
"""Parts of a run look at these classes before an own measure is worked out."""


def may_rank_by_own(definition: Any) -> bool:
    """Whether the scheme may rank by an own measure at all."""
    key = definition.key
    return definition.method != "score" and key not in READ_BY_PARTS and key != leading_scheme()


def own_choices(definition: Any) -> list[str]:
    """The own measures that the scheme may rank by, as schemes call them."""
    return [f"{OWN}{each.key}" for each in own_measures()] if may_rank_by_own(definition) else []


def ranked_by(definition: Any, measure: str) -> dict[str, Any]:
    """What a definition says of its measure: unit and factor of an own one. Raises Refused with the reason why not."""
    if not measure.startswith(OWN):
        return {"measure": measure, "unit": "", "factor": 0}
    own = own_measure(measure.removeprefix(OWN))
    if own is None:
        raise Refused(_("没有这个自定指标，或者已经停用。"))
    if not may_rank_by_own(definition):
        raise Refused(
            _("「%(scheme)s」不能按自定指标排：别的指标要先看它的级别，自定指标最后才算。") % {"scheme": scheme_name(definition.key)}
        )  # fmt: skip
    return {"measure": measure, "unit": own.unit, "factor": own.factor}


def groups_of_scheme(definition: Any, gates: Collection[str]) -> tuple[str, ...]:
    """The field rights that the measure of a definition needs beyond those of values, in a run that goes by these gates;
    for a built-in one only what the gates tell of."""
    if not definition.is_own:
        return groups_of_measure(definition.measure, gates)
    own = own_measure(definition.measure.removeprefix(OWN))
    return groups_below(own.uses, links_of_the_page(), gates) if own else ("margin",)


def schemes_by(measure: Measure) -> list[str]:
    """The names of the schemes that the next run ranks by this measure."""
    current = {(s.pk, s.current): s.key for s in Scheme.objects.all()}
    rows = SchemeVersion.objects.filter(scheme_id__in=[pk for pk, _number in current])
    found = rows.values_list("scheme_id", "number", "definition__measure")
    return [
        scheme_name(current[pk, number])
        for pk, number, by in found
        if by == f"{OWN}{measure.key}" and (pk, number) in current
    ]
