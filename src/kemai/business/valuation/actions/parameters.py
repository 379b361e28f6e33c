"""Saving a group of parameters as its next version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.valuation.models import ParameterVersion
from kemai.business.valuation.parameter_groups import parameter_group, parameters_of
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused


def save_parameters(
    *, actor: Actor, key: str, values: Mapping[str, Any], reason: str
) -> ParameterVersion | None:
    """Stores the values as the next version; None where nothing differs. Needs the duty scheme.edit and a reason.

    Raises SchemeError where a value makes no sense, and stores nothing then.
    """
    actor.require("scheme.edit", _("估值口径由领导来定。"))
    if not reason.strip():
        raise Refused(_("改口径要写原因，给以后的人看。"))
    known = parameter_group(key).defaults
    if unknown := set(values) - set(known):
        raise LookupError(", ".join(sorted(unknown)))
    with transaction.atomic():
        old = parameters_of(key)
        new = parameter_group(key).check({**old, **values})
        if new == old:
            return None
        last = ParameterVersion.objects.select_for_update().filter(group=key).first()
        version = ParameterVersion.objects.create(
            group=key, number=(last.number if last else 0) + 1, values=new, author=actor.name, reason=reason.strip()[:300]
        )  # fmt: skip
        changed = {name: [str(old[name]), str(new[name])] for name in new if new[name] != old[name]}
        trail.record(
            actor=actor, verb="valuation.parameters.changed", subject_type="parameters", subject_id=version.pk,
            changes=changed, reason=reason,
        )  # fmt: skip
    return version
