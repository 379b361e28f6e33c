"""Writes of valuation: a run and its publishing, a new version of a scheme."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "record_attitude": "attitudes",
        "revalue": "revaluing",
        "save_parameters": "parameters",
        "save_scheme_version": "versions",
        "save_valuation_settings": "versions",
    },
)
