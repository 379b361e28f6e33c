"""Writes of valuation: a run and its publishing, a new version of a scheme, what people enter beside the ledger."""

from kemai.foundation.lazily import offer

__getattr__ = offer(
    __name__,
    {
        "record_benefit": "benefits",
        "record_spend": "spending",
        "remove_benefit": "benefits",
        "remove_missing_line": "missing_lines",
        "remove_spend": "spending",
        "record_attitude": "attitudes",
        "revalue": "revaluing",
        "save_missing_line": "missing_lines",
        "save_statement": "credit",
        "StatementConflict": "credit",
        "assess_credit": "credit",
        "accept_limit": "credit",
        "add_segment": "market",
        "set_market_size": "market",
        "decide_exclusion": "exclusions",
        "propose_exclusion": "exclusions",
        "propose_for_run": "exclusions",
        "restore_measure": "measures",
        "retire_measure": "measures",
        "save_measure": "measures",
        "save_parameters": "parameters",
        "save_scheme_version": "versions",
        "save_scorecard": "scorecards",
        "save_valuation_settings": "versions",
    },
)
