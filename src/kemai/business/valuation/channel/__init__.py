"""What hangs on dealers, and who stands behind them."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.valuation.channel import part
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.runs.parts import register_part

    register_parameters(part.GROUP)
    for each in part.parts():
        register_part(each)
