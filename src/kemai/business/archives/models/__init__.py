"""Records of the archive."""

from kemai.business.archives.models.check import ArchiveCheck, Part
from kemai.business.archives.models.contact import Contact, ContactNote
from kemai.business.archives.models.custom import BulkEdit, CustomField, CustomValue, FieldSet, UniqueTogether
from kemai.business.archives.models.customer import CodeValue, Customer, CustomerType, Stage, State
from kemai.business.archives.models.history import Ownership, StateChange, TeamMember
from kemai.business.archives.models.individual import Individual
from kemai.business.archives.models.layers import (
    CompetingProduct,
    Credit,
    DeliveryAddress,
    Operations,
    ServiceItem,
)
from kemai.business.archives.models.mass import MassChange, MassRow, MassValue
from kemai.business.archives.models.merge import Merge, MergedRows
from kemai.business.archives.models.search import CustomerSearch
from kemai.business.archives.models.supply import SupplyLink
from kemai.business.archives.models.supply_move import SupplyMove

__all__ = [
    "ArchiveCheck",
    "BulkEdit",
    "CodeValue",
    "CompetingProduct",
    "Contact",
    "ContactNote",
    "Credit",
    "CustomField",
    "CustomValue",
    "Customer",
    "CustomerSearch",
    "CustomerType",
    "DeliveryAddress",
    "FieldSet",
    "Individual",
    "MassChange",
    "MassRow",
    "MassValue",
    "Merge",
    "MergedRows",
    "Operations",
    "Ownership",
    "Part",
    "ServiceItem",
    "Stage",
    "State",
    "StateChange",
    "SupplyLink",
    "SupplyMove",
    "TeamMember",
    "UniqueTogether",
]
