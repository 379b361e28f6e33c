"""Records of the ledger."""

from kemai.business.trade.models.ledger import DirtyMonth, SaleLine
from kemai.business.trade.models.product import Product

__all__ = ["DirtyMonth", "Product", "SaleLine"]
