"""The tabs of a customer: eight at most, and beside some of them the pages that belong to the same question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.archives import layers, queries
from kemai.business.archives.models import Customer, CustomerType
from kemai.foundation.access.actor import Actor
from kemai.foundation.files.queries import number_of_files

Page = tuple[str, str, str, Any]
"""The key of a page, the name of its address, what it is called among its own, and what it counts or None."""
Group = tuple[str, list[Page]]
"""What a tab is called, and its pages; the first is the one that it opens, and gives the tab its count."""


def tabs_of(actor: Actor, customer: Customer, current: str) -> dict[str, list[dict[str, Any]]]:
    """`tabs`, the one at hand lit, and `beside`, the pages of that tab where it has more than one."""
    groups = list(_groups(actor, customer))
    mine = next((pages for _label, pages in groups if current in (key for key, *_rest in pages)), [])
    return {
        "tabs": [
            {**_drawn(customer, pages[0], current), "label": label, "current": pages is mine, "attrs": {"data-key": str(at)}}
            for at, (label, pages) in enumerate(groups, 1)
        ],
        "beside": [_drawn(customer, each, current) for each in mine] if len(mine) > 1 else [],
    }  # fmt: skip


def _drawn(customer: Customer, page: Page, current: str) -> dict[str, Any]:
    key, address, label, count = page
    return {
        "label": label, "href": reverse(address, args=[customer.code]), "current": key == current, "count": count
    }  # fmt: skip


def _groups(actor: Actor, customer: Customer) -> Iterator[Group]:
    sees_credit = actor.sees("credit", customer.owner_id)
    share = {key: f"{it.percent}%" for key, it in layers.shares(customer, credit=sees_credit).items()}
    yield _("总览"), _worth(actor, customer)
    yield _("基础"), _basics(actor, customer, share["basics"])
    if sees_credit:
        credit = ("credit", "customer_credit", _("信用资料"), share["credit"])
        yield _("信用"), [credit, ("receivables", "customer_receivables", _("应收"), None)]
    yield _("经营"), [("operations", "customer_operations", _("经营"), share["operations"])]
    yield _("销售"), [("sales", "customer_sales", _("销售"), None)]
    yield _("联系人与供货"), _relations(actor, customer)
    yield _("时间线"), [("timeline", "customer_timeline", _("时间线"), None)]
    yield _("变更"), [("changes", "customer_changes", _("变更"), None)]


def _worth(actor: Actor, customer: Customer) -> list[Page]:
    pages: list[Page] = [("overview", "customer", _("概况"), None)]
    if actor.sees("value", customer.owner_id):
        pages.append(("worth", "customer_worth", pgettext("tab", "价值"), None))
    if actor.sees("potential", customer.owner_id):
        pages.append(("potential", "customer_potential", _("潜力"), None))
    if actor.sees("value", customer.owner_id):
        pages.append(("attitude", "customer_attitude", _("态度"), None))
    return pages


def _basics(actor: Actor, customer: Customer, share: str) -> list[Page]:
    papers = number_of_files(actor, customer.pk, customer.owner_id)
    himself: list[Page] = [("person", "customer_own_person", _("个人"), None)]
    return [
        ("basics", "customer_basics", _("资料"), share),
        *(himself if customer.type == CustomerType.RETAIL else []),
        ("files", "customer_files", pgettext("tab", "文件"), papers),
    ]


def _relations(actor: Actor, customer: Customer) -> list[Page]:
    return [
        ("contacts", "customer_contacts", _("联系人"), len(queries.people_of(actor, customer))),
        ("channel", "customer_channel", _("供货"), None),
        ("family", "customer_family", pgettext("tab", "集团"), None),
    ]
