"""Which plan and which writer a kind has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kemai.foundation.batches.models import Batch
from kemai.oversight.exchange.landing.contacts import settle_contacts, write_contacts
from kemai.oversight.exchange.landing.customers import settle_customers, write_customers
from kemai.oversight.exchange.landing.flip import Flip
from kemai.oversight.exchange.landing.ledgers import write_ledger
from kemai.oversight.exchange.landing.links import write_links
from kemai.oversight.exchange.landing.pace import Pace
from kemai.oversight.exchange.landing.potentials import write_potentials
from kemai.oversight.exchange.landing.products import write_products
from kemai.oversight.exchange.landing.sales import write_sales
from kemai.oversight.exchange.landing.states import settle_states
from kemai.oversight.exchange.planning.contacts import ContactsPlan
from kemai.oversight.exchange.planning.customers import CustomersPlan
from kemai.oversight.exchange.planning.ledger_kinds import LEDGERS
from kemai.oversight.exchange.planning.ledgers import plan_of
from kemai.oversight.exchange.planning.links import LinksPlan
from kemai.oversight.exchange.planning.potentials import PotentialsPlan
from kemai.oversight.exchange.planning.products import ProductsPlan
from kemai.oversight.exchange.planning.request import ImportRequest
from kemai.oversight.exchange.planning.sales import SalesPlan
from kemai.oversight.exchange.planning.source import Source
from kemai.oversight.exchange.planning.targets import TargetsPlan


@dataclass(frozen=True)
class KindOfImport:
    """A plan is made with (request, source, folder).make() and has `report` and `rows`."""

    plan: Callable[[ImportRequest, Source, Path], Any]
    write: Callable[[ImportRequest, Any, Batch, Pace], Flip]
    settle: Callable[[Batch], None] = lambda batch: None


KINDS = {
    "customers": KindOfImport(CustomersPlan, write_customers, settle_customers),
    "contacts": KindOfImport(ContactsPlan, write_contacts, settle_contacts),
    "links": KindOfImport(LinksPlan, write_links),
    "products": KindOfImport(ProductsPlan, write_products),
    "sales": KindOfImport(SalesPlan, write_sales, settle_states),
    "potentials": KindOfImport(PotentialsPlan, write_potentials),
    **{kind: KindOfImport(plan_of(ledger), write_ledger) for kind, ledger in LEDGERS.items()},
    "targets": KindOfImport(TargetsPlan, write_ledger),
}


def planned(request: ImportRequest, source: Source, folder: Path) -> Any:
    """The finished plan of a file."""
    return KINDS[request.kind].plan(request, source, folder).make()


def settle(batch: Batch) -> None:
    """What follows from the rows of a landed batch and was too much for its flip; doing it again does no harm."""
    KINDS[batch.kind].settle(batch)
    Batch.objects.filter(pk=batch.pk).update(is_settled=True)
