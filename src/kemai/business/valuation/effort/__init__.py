"""The time that customers take, against what they bring."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.valuation.effort import part
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.runs.parts import register_part

    register_parameters(part.GROUP)
    register_part(part.part())
