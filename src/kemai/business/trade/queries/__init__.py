"""Reads of the ledger; each starts from the actor."""

from kemai.business.trade.queries.months import MonthlySales, MonthSales, monthly_sales
from kemai.business.trade.queries.products import products
from kemai.business.trade.queries.record import RecordLine, TradeRecord, sale_line, trade_record

__all__ = [
    "MonthSales",
    "MonthlySales",
    "RecordLine",
    "TradeRecord",
    "monthly_sales",
    "products",
    "sale_line",
    "trade_record",
]
