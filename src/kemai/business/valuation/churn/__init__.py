"""Who is leaving, and who was confirmed as lost."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.valuation.churn import part
    from kemai.business.valuation.runs.parts import register_part

    register_part(part.part())
