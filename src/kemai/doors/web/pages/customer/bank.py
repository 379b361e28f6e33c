"""The bank account: set by credit, shown once to who may see it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import actions, queries
from kemai.doors.web.pages.customer.head import tab
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.requests import ActorRequest, page


@page
def change(request: ActorRequest, code: str) -> HttpResponse:
    """Stores or removes the account."""
    customer = queries.customer_by_code(request.actor, code)
    actions.set_bank_account(
        actor=request.actor, customer=customer, version=number(request.POST.get("version")), account=request.POST.get("account", "")
    )  # fmt: skip
    messages.success(request, _("已保存"))
    return HttpResponseRedirect(reverse("customer_basics", args=[code]))


@page
def reveal(request: ActorRequest, code: str) -> HttpResponse:
    """Shows the whole account on a page that no cache keeps."""
    customer = queries.customer_by_code(request.actor, code)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("customer_basics", args=[code]))
    account = actions.reveal_bank_account(actor=request.actor, customer=customer)
    answer = tab(request, customer, "account", {"account": account})
    answer["Cache-Control"] = "no-store"
    return answer
