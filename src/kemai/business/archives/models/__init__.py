"""Records of the archive."""

from kemai.business.archives.models.contact import Contact
from kemai.business.archives.models.customer import CodeValue, Customer, CustomerType, Stage, State
from kemai.business.archives.models.history import Ownership, StateChange, TeamMember
from kemai.business.archives.models.layers import CompetingProduct, Credit, DeliveryAddress, Operations
from kemai.business.archives.models.search import CustomerSearch
from kemai.business.archives.models.supply import SupplyLink

__all__ = [
    "CodeValue",
    "CompetingProduct",
    "Contact",
    "Credit",
    "Customer",
    "CustomerSearch",
    "CustomerType",
    "DeliveryAddress",
    "Operations",
    "Ownership",
    "Stage",
    "State",
    "StateChange",
    "SupplyLink",
    "TeamMember",
]
