"""Reads of the ledger; each starts from the actor."""

from kemai.business.trade.queries.books import Books, books_of
from kemai.business.trade.queries.consumption import Consumption, consumption_of
from kemai.business.trade.queries.facts_of import TradeFacts, trade_facts
from kemai.business.trade.queries.matching import MatchedBooks, matched_books
from kemai.business.trade.queries.month_parts import LineMonths, MonthMargin, monthly_lines, monthly_margin
from kemai.business.trade.queries.months import MonthlySales, MonthSales, monthly_sales, months_of_many
from kemai.business.trade.queries.orders import Order, Orders, Share, orders_of, product_mix
from kemai.business.trade.queries.products import products
from kemai.business.trade.queries.record import RecordLine, TradeRecord, sale_line, trade_record
from kemai.business.trade.queries.stages import RelationStage, relation_stages
from kemai.business.trade.queries.stock import ProductStock, stock_of
from kemai.business.trade.queries.targets import (
    led_units,
    staff,
    staff_targets,
    target_sums,
)

__all__ = [
    "Books",
    "Consumption",
    "LineMonths",
    "MatchedBooks",
    "MonthMargin",
    "MonthSales",
    "MonthlySales",
    "Order",
    "Orders",
    "ProductStock",
    "RecordLine",
    "RelationStage",
    "Share",
    "TradeFacts",
    "TradeRecord",
    "books_of",
    "consumption_of",
    "led_units",
    "matched_books",
    "monthly_lines",
    "monthly_margin",
    "monthly_sales",
    "months_of_many",
    "orders_of",
    "product_mix",
    "products",
    "relation_stages",
    "sale_line",
    "staff",
    "staff_targets",
    "stock_of",
    "target_sums",
    "trade_facts",
    "trade_record",
]
