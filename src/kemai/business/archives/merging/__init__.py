"""Making two records of one customer one, and taking them apart again, with all that hangs on them."""

from kemai.business.archives.merging.children import Child, children
from kemai.business.archives.merging.only_ones import OnlyOne, one_each, one_each_stays, only_one

__all__ = ["Child", "OnlyOne", "children", "one_each", "one_each_stays", "only_one"]
