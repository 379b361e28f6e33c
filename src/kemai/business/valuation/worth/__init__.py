"""What customers are worth: the value kinds, the models behind them, and what people enter for them."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.archives.merging import one_each
    from kemai.business.valuation.models import Benefit, MissingLine
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.runs.parts import register_part
    from kemai.business.valuation.worth import assumptions, part
    from kemai.foundation.access.scopes import register_path

    register_parameters(assumptions.group())
    register_part(part.part())
    for model in (Benefit, MissingLine):
        register_path(model, "customer")
    one_each(Benefit, lambda b: (b.period, b.kind))
    one_each(MissingLine, lambda m: (m.kind, m.name))
