"""Which records are likely one firm: a pure library over Arrow tables that knows no Django and no database of ours."""

from kemai.oversight.dedupe.linking.engine import Found, Limits, link
from kemai.oversight.dedupe.linking.features import company_rows
from kemai.oversight.dedupe.linking.model import Comparison, Level, Model, Training

__all__ = ["Comparison", "Found", "Level", "Limits", "Model", "Training", "company_rows", "link"]
