"""A changed scheme is a new version with author and reason; the next run uses it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.models import Scheme, SchemeVersion
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused


def save_scheme_version(
    *, actor: Actor, scheme_key: str, cuts: list[str], reason: str, measure: str = ""
) -> SchemeVersion:
    """Stores new cuts (and perhaps another measure) as the next version. Raises SchemeError for impossible cuts."""
    actor.require("scheme.edit", _("改分级要领导来存。"))
    if not reason.strip():
        raise Refused(_("改分级要写原因，给以后的人看。"))
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update().filter(key=scheme_key).first()
        if scheme is None:
            raise LookupError(_("没有这个分级方案。"))
        old = SchemeVersion.objects.get(scheme=scheme, number=scheme.current).definition
        new = value.SchemeDefinition.from_json({**old, "cuts": cuts, "measure": measure or old["measure"]})
        number = scheme.versions.order_by("-number").values_list("number", flat=True)[0] + 1
        version = SchemeVersion.objects.create(
            scheme=scheme,
            number=number,
            definition=new.to_json(),
            author=actor.name,
            reason=reason.strip()[:300],
        )
        Scheme.objects.filter(pk=scheme.pk).update(current=number)
        changes: dict[str, list[Any]] = {"cuts": [" ".join(old["cuts"]), " ".join(new.to_json()["cuts"])]}
        trail.record(
            actor=actor, verb="valuation.scheme.changed", subject_type="scheme", subject_id=scheme.pk,
            changes=changes, reason=reason,
        )  # fmt: skip
    return version
