"""Revalue a whole company: Parquet facts in, one wide Parquet table of every customer out.

Lines are added up by customer, and from there on every step keeps the order of the customers, so that steps lie
beside each other without a join (decision 0022). The same inputs give the same bytes.
"""

from kemai.value.engine.from_tables import customers_of, write_sales
from kemai.value.engine.order_days import condense
from kemai.value.engine.run import RevalueResult, revalue
from kemai.value.engine.settings import EngineSettings

__all__ = ["EngineSettings", "RevalueResult", "condense", "customers_of", "revalue", "write_sales"]
