"""The credit file of one customer: its books by year with their ratios, the five Cs, and the limit each method allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from kemai import value
from kemai.business.archives.layers import CREDIT, record_of
from kemai.business.archives.models import Customer
from kemai.business.valuation.credit.part import KEY
from kemai.business.valuation.models import CreditAssessment, CreditStanding, Standing, Statement
from kemai.business.valuation.parameter_groups import parameters_of
from kemai.business.valuation.queries import published_run
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict
from kemai.value.credit.limits import METHODS
from kemai.value.credit.solvency import Ratio

DAYS_FOR_NEED = 30


@dataclass(frozen=True)
class LimitProposal:
    """Yuan by method (None with a reason by method), the methods that count, and what they come to together; `found` is
    None without a grade."""

    by_method: Mapping[str, Decimal | None]
    reasons: Mapping[str, str]
    chosen: tuple[str, ...]
    found: Any
    days: int


def statements_of(actor: Actor, customer: Customer) -> list[Statement]:
    """The years that are known, oldest first; nothing where credit is hidden."""
    if not actor.sees("credit", customer.owner_id):
        return []
    return list(restrict(Statement.objects.filter(customer=customer), actor))


def years_shown(statements: list[Statement], today: date) -> list[int]:
    """Past, now and future (S4.97): from the first known year (at least last year) to this year, and the year that is
    forecast; a year in between that nobody entered is among them."""
    known = [each.year for each in statements]
    first, last = min([today.year - 1, *known]), max([today.year, *known])
    return list(range(max(first, last - 5), last + 1))


def ratios_by_year(statements: list[Statement], years: list[int]) -> dict[str, dict[int, Ratio]]:
    """Each ratio by year, by the library's definition; a missing year says so."""
    by_year = {
        each.year: {name: Decimal(fen) / 100 for name, fen in each.figures.items()} for each in statements
    }
    return value.operations({year: by_year.get(year) for year in years})


def assessments_of(actor: Actor, customer: Customer, limit: int = 10) -> list[CreditAssessment]:
    """What was thought of it by the five Cs, newest first; nothing where credit is hidden."""
    if not actor.sees("credit", customer.owner_id):
        return []
    return list(restrict(CreditAssessment.objects.filter(customer=customer), actor)[:limit])


def propose_limit(
    actor: Actor, customer: Customer, statements: list[Statement], grade: str | None, standing: CreditStanding | None
) -> LimitProposal:  # fmt: skip
    """What each method would allow, and the lowest of the chosen ones times the factor of the grade (2.11)."""
    chosen = tuple(parameters_of(KEY)["methods"])
    days = value.credit_terms(grade).days if grade else DAYS_FOR_NEED
    amounts, reasons = _amounts(actor, customer, _latest(statements), standing, days or DAYS_FOR_NEED)
    found = None
    if grade:
        used = standing or CreditStanding(net_fen=0, undelivered_fen=0)
        found = value.credit_limit(
            {name: amounts[name] for name in chosen}, grade, _yuan(max(used.net_fen, 0)), _yuan(max(used.undelivered_fen, 0))
        )  # fmt: skip
    return LimitProposal(amounts, reasons, chosen, found, days)


def _latest(statements: list[Statement]) -> dict[str, Decimal]:
    actual = [each for each in statements if each.kind == Statement.Kind.ACTUAL]
    return {name: Decimal(fen) / 100 for name, fen in actual[-1].figures.items()} if actual else {}


def _amounts(
    actor: Actor, customer: Customer, books: Mapping[str, Decimal], standing: CreditStanding | None, days: int
) -> tuple[dict[str, Decimal | None], dict[str, str]]:  # fmt: skip
    sales, all_sales = _sales(customer)
    net = books.get("equity")
    capital = _minus(books.get("current_assets"), books.get("current_liabilities"))
    ratios = value.solvency(books) if books else {}
    made: dict[str, Decimal | None] = {
        "need": None if sales is None else value.limit_by_need(_yuan(max(sales, 0)), days),
        "net_worth": None if net is None else value.limit_by_net_worth(net),
        "working_capital": None if capital is None else value.limit_by_working_capital(capital),
        "own_exposure": None if all_sales is None else value.limit_by_own_exposure(_yuan(max(all_sales, 0))),
        "heuristic": _heuristic(actor, customer, books, ratios, standing, sales),
        "working_assets": _working_assets(books, ratios, capital),
    }
    lacks = {"need": "no_sales", "own_exposure": "no_sales", "net_worth": "no_equity", "working_capital": "no_capital",
             "heuristic": "no_statement", "working_assets": "no_statement"}  # fmt: skip
    return made, {name: lacks[name] for name in METHODS if made[name] is None}


def _sales(customer: Customer) -> tuple[int | None, int | None]:
    """Fen of the customer, and of the company, over the last twelve months by the published run."""
    run = published_run()
    if run is None:
        return None, None
    rows = Standing.objects.filter(run_id=run.pk)
    own = rows.filter(customer_id=customer.pk).values_list("sales_12m_fen", flat=True).first()
    return own, rows.aggregate(sum=Sum("sales_12m_fen"))["sum"]


def _heuristic(
    actor: Actor, customer: Customer, books: Mapping[str, Decimal], ratios: Mapping[str, Ratio], standing: CreditStanding | None, sales: int | None
) -> Decimal | None:  # fmt: skip
    current, debt, margin = (ratios.get(name) for name in ("current_ratio", "debt_ratio", "net_margin"))
    net, bought = books.get("equity"), books.get("cost_of_sales")
    if current is None or debt is None or margin is None or net is None or sales is None or not bought:
        return None
    if current.value is None or debt.value is None or margin.value is None:
        return None
    score = standing.score_centi if standing else None
    payment = "on_time" if score is None or score >= 8_000 else "late"
    since = customer.since or customer.first_order_on
    years = Decimal((actor.today - since).days) / 365 if since else Decimal(0)
    return value.limit_by_heuristic(
        net, credit_need=min(_yuan(max(sales, 0)) / bought, Decimal(1)), payment=payment, years=years,
        margin=margin.value / 100, current_ratio=current.value, debt_ratio=debt.value / 100,
    )  # fmt: skip


def _working_assets(
    books: Mapping[str, Decimal], ratios: Mapping[str, Ratio], capital: Decimal | None
) -> Decimal | None:
    net, owed, short = (books.get(name) for name in ("equity", "total_debt", "current_liabilities"))
    current, quick = (ratios.get(name) for name in ("current_ratio", "quick_ratio"))
    if not net or net < 0 or capital is None or owed is None or short is None:
        return None
    if current is None or quick is None or current.value is None or quick.value is None:
        return None
    return value.limit_by_working_assets(
        capital, net, current_ratio=current.value, quick_ratio=quick.value, short_debt_ratio=short / net,
        total_debt_ratio=owed / net,
    )  # fmt: skip


def _minus(whole: Decimal | None, part: Decimal | None) -> Decimal | None:
    return None if whole is None or part is None else whole - part


def _yuan(fen: int) -> Decimal:
    return Decimal(fen) / 100


def limit_now(customer: Customer) -> int | None:
    """The limit of the archive in fen."""
    found: int | None = record_of(CREDIT, customer).credit_limit_fen
    return found
