"""估值: every run, one of them as it was, and two of them side by side; who is leaving, and what customers are worth."""

from kemai.doors.web.pages.valuation.churn import arrange as churn_call
from kemai.doors.web.pages.valuation.churn import churn
from kemai.doors.web.pages.valuation.churn import lose as churn_lost
from kemai.doors.web.pages.valuation.compare import compare
from kemai.doors.web.pages.valuation.one import one
from kemai.doors.web.pages.valuation.runs import cancel, progress, running, show
from kemai.doors.web.pages.valuation.worth import spend as worth_spend
from kemai.doors.web.pages.valuation.worth import spend_remove as worth_spend_remove
from kemai.doors.web.pages.valuation.worth import worth
from kemai.doors.web.pages.valuation.worth_parameters import parameters as worth_parameters

__all__ = [
    "cancel", "churn", "churn_call", "churn_lost", "compare", "one", "progress", "running", "show", "worth", "worth_parameters",
    "worth_spend", "worth_spend_remove",
]  # fmt: skip
