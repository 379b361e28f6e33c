"""What customers have in stock, and when they need more."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.valuation.runs.parts import register_part
    from kemai.business.valuation.stock import part

    register_part(part.part())
