"""Records of the archive."""

from kemai.business.archives.models.contact import Contact
from kemai.business.archives.models.customer import CodeValue, Customer, CustomerType, Stage, State
from kemai.business.archives.models.history import Ownership, StateChange, TeamMember
from kemai.business.archives.models.search import CustomerSearch

__all__ = [
    "CodeValue",
    "Contact",
    "Customer",
    "CustomerSearch",
    "CustomerType",
    "Ownership",
    "Stage",
    "State",
    "StateChange",
    "TeamMember",
]
