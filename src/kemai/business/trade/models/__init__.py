"""Records of the ledger."""

from kemai.business.trade.models.ledger import DirtyMonth, FactsMark, SaleLine
from kemai.business.trade.models.product import Product

__all__ = ["DirtyMonth", "FactsMark", "Product", "SaleLine"]
