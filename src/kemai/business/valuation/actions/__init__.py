"""Writes of valuation: a run and its publishing, a new version of a scheme."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "revalue": "revaluing",
        "save_statement": "credit",
        "StatementConflict": "credit",
        "assess_credit": "credit",
        "accept_limit": "credit",
        "add_segment": "market",
        "set_market_size": "market",
        "save_parameters": "parameters",
        "save_scheme_version": "versions",
        "save_valuation_settings": "versions",
    },
)
