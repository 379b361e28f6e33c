"""People on the customer's side."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.requests import ActorRequest, page


@page
def contacts(request: ActorRequest, code: str) -> HttpResponse:
    """People on the customer's side; a POST adds one."""
    customer = queries.customer_by_code(request.actor, code)
    names = ("name", "title", "mobile", "phone", "email", "decision_role")
    form, errors = {n: request.POST.get(n, "") for n in names}, []
    if request.method == "POST":
        try:
            actions.add_contact(actor=request.actor, customer=customer, **form)
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(reverse("customer_contacts", args=[code]))
        except actions.Invalid as invalid:
            errors = list(invalid.problems.values())
    roles = [("", _("不清楚")), *((r, r) for r in (_("决策"), _("采购"), _("财务"), _("使用")))]
    found = list(queries.contacts_of(request.actor, customer)[:200])
    extra = {"contacts": found, "form": form, "errors": errors, "decision_roles": roles}
    return tab(request, customer, "contacts", extra, status=422 if errors else 200)
