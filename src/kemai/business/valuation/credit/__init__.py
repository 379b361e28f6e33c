"""Customers as payers: what they owe, how they pay, their file and the limit it allows."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.archives.merging import one_each
    from kemai.business.valuation.credit import part
    from kemai.business.valuation.models import CreditAssessment, Statement
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.runs.parts import register_part
    from kemai.foundation.access.scopes import register_path
    from kemai.foundation.registry import verb_groups

    register_parameters(part.GROUP)
    register_part(part.part())
    for model in (Statement, CreditAssessment):
        register_path(model, "customer")
    one_each(Statement, lambda statement: statement.year)
    verb_groups.register("valuation.credit", "credit")
