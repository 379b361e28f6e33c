"""The credit file on the credit tab: books by year, the five Cs, the proposed limit, how it has paid."""

from __future__ import annotations

from decimal import Decimal

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives import queries
from kemai.business.archives.actions import Invalid
from kemai.business.archives.actions.layers import may_see_credit
from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import accept_limit, assess_credit, save_statement
from kemai.business.valuation.credit import file
from kemai.business.valuation.credit.reading import credit_of
from kemai.business.valuation.models import Statement
from kemai.doors.web.pages.customer.credit_shown import figure_words
from kemai.doors.web.pages.customer.words import (
    fen_of,
    large_text,
    large_unit,
    large_unit_word,
    number,
    title_of,
)
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor, Refused
from kemai.value.credit.grade import FIVE_C


@page
def statement(request: ActorRequest, code: str, year: int) -> HttpResponse:
    """The form of one year; a POST stores it over the version that was seen."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    may_see_credit(actor, customer)
    actor.require("credit.edit", _("报表、评级和额度由信用/财务来定。"))
    now = next((each for each in file.statements_of(actor, customer) if each.year == year), None)
    form = {name: large_text(now.figures.get(name) if now else None) for name in figure_words()}
    kind, errors = (
        now.kind if now else ("forecast" if year > actor.today.year else "actual"),
        dict[str, str](),
    )
    version = now.version if now else 0
    if request.method == "POST":
        form |= {name: request.POST.get(name, "") for name in form}
        kind, version = (
            request.POST.get("kind", ""),
            int(number(request.POST.get("version"))) if request.POST.get("version") != "0" else 0,
        )
        try:
            save_statement(
                actor=actor, customer=customer, year=year, version=version, figures=_fen(form), kind=kind
            )
        except Invalid as invalid:
            errors = invalid.problems
        else:
            messages.success(request, _("已保存"))
            return HttpResponseRedirect(_here(code))
    context = {
        "customer": title_of(customer), "code": code, "year": year, "back": _here(code), "kinds": Statement.Kind.choices, "kind": kind, "version": version,
        "inputs": [(name, word, form[name], errors.get(name)) for name, word in figure_words().items()],
        "amount_unit": large_unit_word(), "other_errors": [text for key, text in errors.items() if key not in form],
    }  # fmt: skip
    return render(request, "customer/statement.html", context, status=422 if errors else 200)


@page
def assess(request: ActorRequest, code: str) -> HttpResponse:
    """Points for the five Cs."""
    customer = queries.customer_by_code(request.actor, code)
    points = {name: request.POST.get(name, "") for name in FIVE_C}
    made = assess_credit(
        actor=request.actor, customer=customer, points=points, note=request.POST.get("note", "")
    )
    messages.success(
        request,
        _("评为 %(grade)s，%(n)s 分") % {"grade": made.grade, "n": f"{Decimal(made.score_centi) / 100:g}"},
    )
    return HttpResponseRedirect(f"{_here(code)}#assessment")


@page
def limit(request: ActorRequest, code: str) -> HttpResponse:
    """The proposed limit becomes the customer's, if it still is what was seen."""
    actor, customer = request.actor, queries.customer_by_code(request.actor, code)
    may_see_credit(actor, customer)
    proposal = _proposal(actor, customer)
    if (
        proposal.found is None
        or proposal.found.limit is None
        or str(proposal.found.limit) != request.POST.get("limit")
    ):
        raise Refused(_("提议的额度刚变过，请看了再定。"))
    version = request.POST.get("version", "")
    accept_limit(
        actor=actor, customer=customer, limit_fen=int(proposal.found.limit * 100), days=proposal.days,
        version=int(version) if version.isdecimal() and len(version) < 10 else 0, reason=request.POST.get("reason", ""),
    )  # fmt: skip
    messages.success(request, _("额度定了"))
    return HttpResponseRedirect(_here(code))


def _here(code: str) -> str:
    return reverse("customer_credit", args=[code])


def _fen(form: dict[str, str]) -> dict[str, int | None]:
    found, problems = dict[str, int | None](), dict[str, str]()
    for name, text in form.items():
        try:
            found[name] = fen_of(text, large_unit())
        except ValueError as odd:
            problems[name] = str(odd)
    if problems:
        raise Invalid(problems)
    return found


def _proposal(actor: Actor, customer: Customer) -> file.LimitProposal:
    statements = file.statements_of(actor, customer)
    assessments = file.assessments_of(actor, customer, 1)
    return file.propose_limit(
        actor, customer, statements, assessments[0].grade if assessments else None, credit_of(actor, customer)
    )
