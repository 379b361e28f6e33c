"""Writes of valuation: a run and its publishing, a new version of a scheme."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "decide_exclusion": "exclusions",
        "propose_exclusion": "exclusions",
        "restore_measure": "measures",
        "retire_measure": "measures",
        "revalue": "revaluing",
        "save_measure": "measures",
        "save_parameters": "parameters",
        "save_scheme_version": "versions",
        "save_valuation_settings": "versions",
    },
)
