"""Which families of rows an import of each kind writes: a new kind is one entry, of parts that it shares or adds.

Rows whose change lies in the trail are a `changed.Changed` with a `switch`; customers that a file only names are
`CreatedCustomers`. Every kind of import has an entry.
"""

from __future__ import annotations

from kemai.business.archives.models import CompetingProduct, Contact, DeliveryAddress, SupplyLink
from kemai.business.trade.models import Invoice, Receipt, StockCount, Target
from kemai.oversight.exchange.undoing.arrived import ArrivedAddresses, ArrivedRows, ChangedRows
from kemai.oversight.exchange.undoing.books import Book, StaffTargets
from kemai.oversight.exchange.undoing.changed import BASICS, LAYERS_CHANGED
from kemai.oversight.exchange.undoing.created import CreatedCustomers
from kemai.oversight.exchange.undoing.estimates import Estimates
from kemai.oversight.exchange.undoing.lines import Lines
from kemai.oversight.exchange.undoing.own_values import OWN
from kemai.oversight.exchange.undoing.plan import Part
from kemai.oversight.exchange.undoing.products import ChangedProducts, CreatedProducts
from kemai.oversight.exchange.undoing.standings import Standings

PARTS: dict[str, tuple[Part, ...]] = {
    "customers": (
        CreatedCustomers(),
        BASICS,
        *LAYERS_CHANGED,
        OWN,
        ArrivedAddresses(DeliveryAddress, "delivery_address", ("address", "receiver", "phone")),
        ArrivedRows(CompetingProduct, "competing_product", ("brand", "price_fen", "share_bp")),
    ),
    "products": (ChangedProducts(), CreatedProducts(named=True)),
    "sales": (Lines(), CreatedProducts(named=False), CreatedCustomers(), Standings()),
    "potentials": (Estimates(), CreatedCustomers()),
    "contacts": (
        ArrivedRows(Contact, "contact", ("name", "title", "mobile", "phone", "email", "decision_role")),
        ChangedRows(Contact, "contact", ("deactivated", "reactivated")),
        CreatedCustomers(),
    ),
    "links": (
        ArrivedRows(SupplyLink, "supply_link", ("dealer_id", "product_line", "share_bp")),
        ChangedRows(SupplyLink, "supply_link", ("ended",)),
        CreatedCustomers(),
    ),
    "invoices": (
        Book(Invoice, ("invoice_no",), ("amount_fen", "customer_id", "issued_on", "due_on"), "invoice_no"),
        CreatedCustomers(),
    ),
    "receipts": (
        Book(
            Receipt, ("receipt_no",), ("amount_fen", "customer_id", "received_on", "invoice_no"), "receipt_no"
        ),
        CreatedCustomers(),
    ),
    "targets": (
        Book(Target, ("customer_id", "period"), ("amount_fen",), "period"),
        StaffTargets(),
        CreatedCustomers(),
    ),
    "stock": (
        Book(StockCount, ("customer_id", "counted_on", "product_id"), ("quantity_milli",), "counted_on"),
        CreatedProducts(named=False),
        CreatedCustomers(),
    ),
}
"""In the order of the switch; what follows it goes the other way round."""
