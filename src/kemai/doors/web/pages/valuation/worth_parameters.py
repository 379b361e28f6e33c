"""What the company assumes about the future: tried out on the customers first, then saved as a version with its reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation import actions, queries
from kemai.business.valuation.parameter_groups import parameter_versions, parameters_of
from kemai.business.valuation.worth.assumptions import DEFAULTS, KEY, check
from kemai.business.valuation.worth.preview import preview
from kemai.doors.web.addresses import address as path_of
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.value import SchemeError

RATES = ("margin_rate", "retention", "discount")


@page
def parameters(request: ActorRequest) -> HttpResponse:
    """The form; `try` shows what the totals and the best would be, a plain POST saves. Needs the duty scheme.edit."""
    actor = request.actor
    actor.require("scheme.edit", _("估值口径由领导来定。"))
    form = (
        _shown(parameters_of(KEY))
        if request.method != "POST"
        else {key: request.POST.get(key, "") for key in DEFAULTS}
    )
    error, found = "", None
    if request.method == "POST":
        try:
            values = check(_stored(form))
            if "try" not in request.POST:
                return _saved(request, values)
            run = queries.published_run()
            found = preview(actor, run, values) if run is not None else None
        except (SchemeError, Refused) as odd:
            error = str(odd)
    context = {
        "form": form, "error": error, "preview": _preview(found), "tried": "try" in request.POST and not error, "reason": request.POST.get("reason", ""),
        "margins": [("customer", _("各家自己的毛利")), ("rate", _("统一的毛利率"))],
        "retentions": [("fixed", _("统一的保有率")), ("class", _("各级过去 12 个月的保有率"))],
        "histories": [("nominal", _("按当时的钱，不折")), ("discounted", _("按贴现率折到估值日"))],
        "versions": [{"number": v.number, "author": v.author, "reason": v.reason, "at": v.created_at} for v in parameter_versions(actor, KEY, 20)],
    }  # fmt: skip
    return frame.show(
        request, "worth_parameters.html", "valuation_worth", context, status=422 if error else 200
    )


def _saved(request: ActorRequest, values: dict[str, Any]) -> HttpResponse:
    made = actions.save_parameters(
        actor=request.actor, key=KEY, values=values, reason=request.POST.get("reason", "")
    )
    messages.success(
        request, _("没有改动") if made is None else _("存成第 %(n)s 版，下次估值用它") % {"n": made.number}
    )
    return HttpResponseRedirect(reverse("valuation_worth_parameters"))


def _shown(values: dict[str, Any]) -> dict[str, str]:
    """Stored fractions as percents."""
    made = {key: str(value) for key, value in values.items()}
    return made | {key: f"{(Decimal(made[key]) * 100).normalize():f}" if made[key] else "" for key in RATES}


def _stored(form: dict[str, Any]) -> dict[str, Any]:
    """Percents as the check reads them."""
    return form | {key: f"{text}%" for key in RATES if (text := str(form[key]).strip().rstrip("%％"))}


def _preview(found: Any) -> dict[str, Any] | None:
    if found is None:
        return None
    names = {"current": _("现实价值"), "potential": _("潜在价值"), "lifetime": _("终身价值")}
    return {
        "totals": [(label, found.before[key], found.after[key]) for key, label in names.items()],
        "top": [{**row, "href": path_of("customer_worth", row["code"])} for row in found.top],
    }  # fmt: skip
