"""MVC, MGC and BZC, and what is decided about customers that only cost."""


def register() -> None:
    """What this room adds to the product; called once at start."""
    from kemai.business.archives.merging import only_one
    from kemai.business.valuation.models import Exclusion
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.runs.parts import register_part
    from kemai.business.valuation.value_classes import part
    from kemai.foundation.access.scopes import register_path
    from kemai.foundation.registry import verb_groups

    register_parameters(part.GROUP)
    register_part(part.part())
    register_path(Exclusion, "customer")
    only_one(Exclusion, {"status": "open"}, status="declined")
    verb_groups.register("valuation.exclusion", "margin")
