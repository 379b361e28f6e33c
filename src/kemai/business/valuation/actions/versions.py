"""A changed scheme is a new version with author and reason; what else a run goes by is kept beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from kemai import value
from kemai.business.valuation.actions.leading_index import drop_others, index_for
from kemai.business.valuation.leading import MAY_LEAD
from kemai.business.valuation.models import Scheme, SchemeVersion
from kemai.business.valuation.own.ranking import ranked_by
from kemai.business.valuation.parameters import made_of
from kemai.business.valuation.reading import MARGIN_SCHEMES
from kemai.business.valuation.schemes import in_force, scheme_name
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.preferences.company import DEFAULTS, company_setting, store_setting

MARGIN_MEASURES = ("profit_12m", "quality_score")
PARAMETERS = (
    "statuses",
    "population",
    "quality_weights",
    "quality_targets",
    "quality_gates",
    "rfm_window_days",
)
STATUSES = ("ordered", "delivered")
"""A cancelled sale never counts."""


def save_scheme_version(
    *, actor: Actor, scheme_key: str, cuts: list[str], reason: str, measure: str = ""
) -> SchemeVersion:
    """Stores new cuts (and perhaps another measure) as the next version. Raises SchemeError for impossible cuts."""
    _may(actor, reason)
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update().filter(key=scheme_key).first()
        if scheme is None:
            raise LookupError(_("没有这个分级方案。"))
        old = SchemeVersion.objects.get(scheme=scheme, number=scheme.current).definition
        by = ranked_by(value.SchemeDefinition.from_json(old), measure or old["measure"])
        new = value.SchemeDefinition.from_json({**old, **by, "cuts": cuts})
        if new.measure in MARGIN_MEASURES and scheme_key not in MARGIN_SCHEMES:
            raise Refused(_("只有利润和优质方案能按毛利排，不然看不到毛利的人也看到了。"))
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
        if new.measure != old["measure"]:
            changes["measure"] = [old["measure"], new.measure]
        trail.record(
            actor=actor, verb="valuation.scheme.changed", subject_type="scheme", subject_id=scheme.pk,
            changes=changes, reason=reason,
        )  # fmt: skip
    return version


def save_valuation_settings(
    *, actor: Actor, reason: str, leading_scheme: str, free_probability: bool, parameters: Mapping[str, Any]
) -> None:
    """Stores what the next run goes by: all of it or, where one thing makes no sense, nothing.

    `parameters` are the values of PARAMETERS. Raises SchemeError with what is wrong.
    """
    _may(actor, reason)
    if not parameters["statuses"] or set(parameters["statuses"]) - set(STATUSES):
        raise value.SchemeError(_("至少要算一种状态的销售。"), code="bad_statuses")
    if not 1 <= int(parameters["rfm_window_days"]) <= 3660:
        raise value.SchemeError(_("RFM 的窗口要在 1 到 3660 天之间。"), code="bad_window")
    made_of(dict(parameters))
    if not Scheme.objects.filter(key=leading_scheme).exists():
        raise LookupError(leading_scheme)
    if in_force()[leading_scheme][1].is_own:
        raise Refused(
            _("「%(scheme)s」按自定指标排，不能当主用方案：别的指标要先看主用方案的级别，自定指标最后才算。")
            % {"scheme": scheme_name(leading_scheme)}
        )
    if leading_scheme not in MAY_LEAD:
        raise Refused(_("利润和优质方案用到毛利，不是人人能看，不能当主用方案。"))
    wanted = {f"valuation.{name}": parameters[name] for name in PARAMETERS}
    wanted |= {"valuation.leading_scheme": leading_scheme, "potential.free_probability": free_probability}
    index_for(leading_scheme)  # before it leads, so that no page is slow
    with transaction.atomic():
        for key, found in wanted.items():
            if key in DEFAULTS and company_setting(key) != found:
                store_setting(actor=actor, key=key, value=found, reason=reason.strip())
    drop_others(leading_scheme)


def _may(actor: Actor, reason: str) -> None:
    actor.require("scheme.edit", _("改分级要领导来存。"))
    if not reason.strip():
        raise Refused(_("改分级要写原因，给以后的人看。"))
