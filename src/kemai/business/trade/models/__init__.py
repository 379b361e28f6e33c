"""Records of the ledger."""

from kemai.business.trade.models.allocation import Allocation
from kemai.business.trade.models.ledger import DirtyDay, FactsMark, SaleLine
from kemai.business.trade.models.plans import StaffTarget, StockCount, Target
from kemai.business.trade.models.product import Product
from kemai.business.trade.models.receivables import Invoice, Receipt
from kemai.business.trade.models.versions import Version

__all__ = [
    "Allocation",
    "DirtyDay",
    "FactsMark",
    "Invoice",
    "Product",
    "Receipt",
    "SaleLine",
    "StaffTarget",
    "StockCount",
    "Target",
    "Version",
]
