"""Which of the story's companies belong together: a head office, its companies, and their shops."""

from __future__ import annotations

from kemai.business.archives.models import Customer
from kemai.oversight.demo import story

GROUPS, COMPANIES, SHOPS = 4, 2, 2


def load_families(shops: list[story.Shop]) -> None:
    """In a few towns the first dealer is the head of two others, each of which has shops of its own; Huarui among them."""
    for town in list(story.CITIES)[:GROUPS]:
        dealers = [s for s in shops if s.city == town and s.type == "distributor"]
        dealers.sort(key=lambda each: (each.number != story.HUARUI, each.number))
        own = [s for s in shops if s.city == town and s.type == "enterprise"]
        if len(dealers) > COMPANIES and len(own) >= COMPANIES * SHOPS:
            head, companies = dealers[0], dealers[1 : COMPANIES + 1]
            _below(head, companies)
            for place, company in enumerate(companies):
                _below(company, own[place * SHOPS : (place + 1) * SHOPS])


def _below(parent: story.Shop, children: list[story.Shop]) -> None:
    pk = Customer.objects.get(code=parent.code).pk
    Customer.objects.filter(code__in=[each.code for each in children]).update(parent_id=pk)
