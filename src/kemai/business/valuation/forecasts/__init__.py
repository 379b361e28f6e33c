"""What customers will buy in the months to come."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.valuation.forecasts import part
    from kemai.business.valuation.runs.parts import register_part

    register_part(part.part())
