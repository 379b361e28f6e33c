"""The customer base in pictures: grid, matrices, moves, states, cohorts, concentration, methods side by side."""


def register() -> None:
    """The parts that the pictures need, and the cuts and the discount that the company decides. Called once at start."""
    from kemai.business.archives.merging import only_one
    from kemai.business.valuation.models import Attitude
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.pictures import course_part, cuts, position_part, recorded, states
    from kemai.business.valuation.runs.parts import Part, register_part
    from kemai.foundation.access.scopes import register_path
    from kemai.foundation.registry import verb_groups

    register_part(
        Part(position_part.KEY, position_part.model, position_part.work, recorded.positions_depend_on)
    )
    register_part(Part(course_part.KEY, course_part.model, course_part.work, course_part.parameters))
    register_parameters(cuts.GROUP)
    register_parameters(states.GROUP)
    register_path(Attitude, "customer")
    only_one(Attitude, {"is_current": True}, is_current=False)
    verb_groups.register("valuation.attitude", "value")
