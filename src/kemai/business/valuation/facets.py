"""The columns that valuation lends to the directory: class, rank and value by the leading scheme, sales of the
published run."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q

from kemai.business.archives.directory import Facet, Joined, register_facet
from kemai.business.valuation import leading
from kemai.business.valuation.models import PublishedRun

CURRENT = ("run_id", "SELECT run_id FROM valuation_publishedrun WHERE id = 1")


def current_rows() -> Q:
    """The rows of the run that every page reads."""
    run_id = PublishedRun.objects.filter(pk=1).values_list("run_id", flat=True).first()
    return Q(standings__run_id=run_id or 0)


def rows_of_the_run(relation: str) -> Callable[[], Q]:
    """The rows of a part of the run that every page reads."""

    def current() -> Q:
        run_id = PublishedRun.objects.filter(pk=1).values_list("run_id", flat=True).first()
        return Q(**{f"{relation}__run_id": run_id or 0})

    return current


def register() -> None:
    """Called once at start."""
    _worth()
    table = ("standing", Joined("standings", current_rows, CURRENT, leading.column))
    register_facet(
        Facet(
            "class",
            "standing__lead_class",
            "value",
            sort_path="standing__lead_rank",
            leads=("sales_12m",),
        ),
        table,
    )
    register_facet(Facet("rank", "standing__lead_rank", "value", is_filter=False))
    register_facet(Facet("value", "standing__lead_value", "value", is_filter=False, is_sort=False))
    register_facet(Facet("ev", "standing__ev_fen", "value", is_filter=False))
    register_facet(Facet("tier", "standing__pyramid_class", "value", is_sort=False))
    register_facet(Facet("sales_12m", "standing__sales_12m_fen", "sales", is_filter=False))
    register_facet(
        Facet("sales_prior_12m", "standing__sales_prior_12m_fen", "sales", is_filter=False, is_sort=False)
    )


def _worth() -> None:
    """Who is leaving and what it is worth, from the parts of the run."""
    leaving = ("leaving", Joined("churn_rows", rows_of_the_run("churn_rows"), CURRENT))
    register_facet(
        Facet("churn", "leaving__level", "value", sort_path="leaving__at_risk_fen", leads=("at_risk",)),
        leaving,
    )
    register_facet(Facet("at_risk", "leaving__at_risk_fen", "sales", is_filter=False))
    worth = ("worth", Joined("worth_rows", rows_of_the_run("worth_rows"), CURRENT))
    register_facet(Facet("lifetime", "worth__lifetime_fen", "margin", is_filter=False), worth)
    register_facet(Facet("alive", "worth__alive", "value", is_filter=False, is_sort=False))
