"""Who may reach the records of credit that stand beside the runs, and to which group of fields their trail belongs."""

from __future__ import annotations

from kemai.business.archives.merging import one_each
from kemai.business.valuation.models import CreditAssessment, Statement
from kemai.foundation import registry
from kemai.foundation.access.scopes import register_path


def register() -> None:
    """Called once at start."""
    for model in (Statement, CreditAssessment):
        register_path(model, "customer")
    one_each(Statement, lambda statement: statement.year)
    registry.verb_groups.register("valuation.credit", "credit")
