"""Measures that the company defines itself, and the names that formulas and lists may use."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.valuation.own import asked, facets, nameable, part
    from kemai.business.valuation.runs.parts import register_part

    nameable.register_nameable(*nameable.ENGINE, *nameable.PARTS)
    asked.register()
    facets.register()
    register_part(part.part())  # last: it looks at what the others found
