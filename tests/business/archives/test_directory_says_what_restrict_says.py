"""The directory's plain SQL and the restricted queryset name the same customers in the same order, for everybody."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db.models import F, OrderBy
from tests.cast import TODAY

from kemai.business.archives import directory
from kemai.business.archives.directory import ListQuery, facets, list_customers, reading
from kemai.business.archives.directory.facets import lookup
from kemai.business.archives.models import Customer, TeamMember
from kemai.business.archives.search import index_customers
from kemai.business.valuation.models import PublishedRun, Run, Standing
from kemai.foundation.access.models import OrgUnit
from kemai.foundation.access.scopes import restrict
from kemai.foundation.batches.models import Batch

pytestmark = pytest.mark.django_db
SORTS = (
    "code",
    "-name",
    "region",
    "-last_order_on",
    "next_step_on",
    "class",
    "-sales_12m",
    "name",
    "owner",
    "-owner",
)
FILTERS = (
    {},
    {"region": ("镇江", "无锡")},
    {"class": ("B",)},
    {"class": ("A", "C"), "region": ("镇江",)},
    {"owner": ("e1", "w1")},
    {"state": ("potential",), "size": ("大",)},
    {"category": ("没有这一类",)},
)


@pytest.fixture
def company(people):
    """Sixty-six customers of several owners, some without: regions, dates, standings with gaps and ties."""
    owners = ["e1", "e2", "w1", "e1", None, "me"]
    east, west = (OrgUnit.objects.get(name=name) for name in ("East", "West"))
    made = Customer.objects.bulk_create(
        Customer(
            code=f"KH-{n:03d}", name=f"{'镇江' if n % 3 else '无锡'}第{n:02d}商贸有限公司", unit=west if n % 6 == 2 else east,
            owner=people.persons[owner] if (owner := owners[n % 6]) else None, region=["镇江", "无锡", ""][n % 3],
            size="大" if n % 2 else "", category="酒类" if n % 5 else "", next_step_on=TODAY if n % 9 == 0 else None,
            last_order_on=date(2026, 1, 1 + n % 7) if n % 4 else None,
        )
        for n in range(66)
    )  # fmt: skip
    index_customers(c.pk for c in made)
    run, old = (Run.objects.create(as_of=TODAY - timedelta(days=d), status="done") for d in (0, 30))
    PublishedRun.objects.create(pk=1, run=run)
    Standing.objects.bulk_create(
        Standing(
            run_id=run.pk, customer=made[n], ev_abc_rank=n, ev_abc_class="ABC"[n // 22],
            sales_12m_fen=(n % 8) * 100 if n % 11 else None,
        )
        for n in range(66) if n % 5
    )  # fmt: skip
    Standing.objects.bulk_create(
        Standing(run_id=old.pk, customer=c, ev_abc_rank=1, sales_12m_fen=5, ev_abc_class="A") for c in made
    )
    TeamMember.objects.create(
        customer=Customer.objects.get(name__contains="第02"), person=people.persons["e1"], starts_on=TODAY
    )
    pending = Batch.objects.create(kind="customers", status=Batch.Status.PENDING)
    Customer.objects.filter(name__contains="第03").update(batch_id=pending.pk)
    return people


@pytest.fixture(params=["gathers", "walks", "walks far", "walks in vain"])
def way(request, monkeypatch):
    """The sizes at which each way of reading is taken."""
    if request.param != "gathers":
        monkeypatch.setattr(reading, "GATHER", 0)
        monkeypatch.setattr(reading, "MOST_GATHERED", 0)
        monkeypatch.setattr(reading, "PAGE_SIZE", 7)
        monkeypatch.setattr(directory, "PAGE_SIZE", 7)
        monkeypatch.setattr("kemai.business.archives.directory.order.PAGE_SIZE", 7)
    most = {"walks far": 1_000, "walks in vain": 1}
    if request.param in most:
        monkeypatch.setattr(reading, "LEAST_WALK", 3)
        monkeypatch.setattr(reading, "MOST_WALKED", most[request.param])
    return request.param


def expected(actor, filters, sort):
    """The same by the ORM."""
    rows = directory.filter_customers(actor, ListQuery(filters=filters))
    facet = facets.facets[sort.lstrip("-")]
    path, down = lookup(facet.sort_path or facet.path), sort.startswith("-")
    if "__" in path:
        rows = directory.with_joined(rows, facets.facets["rank"])
    order = OrderBy(F(path), descending=down, nulls_last=True)
    return list(rows.order_by(order, "-pk" if down else "pk").values_list("pk", flat=True))


def read_through(actor, filters, sort):
    """All pages forwards, and how the way back looked."""
    pages, query = [], ListQuery(filters=filters, sort=sort)
    page = list_customers(actor, query)
    while True:
        pages.append(page)
        if not page.has_more:
            break
        page = list_customers(actor, ListQuery(filters=filters, sort=sort, after=page.next_after))
    back = []
    while page.previous_before:
        page = list_customers(actor, ListQuery(filters=filters, sort=sort, before=page.previous_before))
        back.append(page)
    return pages, back


def ids(page):
    return [row["id"] for row in page.rows]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_every_role_sees_the_same_ids_in_the_same_order_forwards_and_back(company, way, filters):
    for login, actor in company.actors.items():
        if not actor.sees_customers:
            continue
        for sort in SORTS:
            if all(actor.sees(facets.facets[key].group) for key in (sort.lstrip("-"), *filters)):
                pages, back = read_through(actor, filters, sort)
                wanted = expected(actor, filters, sort)
                assert [pk for page in pages for pk in ids(page)] == wanted, (login, sort)
                assert [ids(page) for page in back] == [ids(p) for p in pages[:-1]][::-1], (login, sort)
                assert [p.first for p in back] == [p.first for p in pages[:-1]][::-1]
                if wanted and not pages[0].is_capped:
                    assert pages[0].total == len(wanted), (login, sort)
                assert pages[-1].total <= len(wanted)


@pytest.mark.parametrize("sort", ["name", "-sales_12m", "next_step_on"])
def test_a_page_number_leads_where_the_cursors_lead(company, way, sort):
    pages, _back = read_through(company["d"], {}, sort)
    for number, page in enumerate(pages, start=1):
        found = list_customers(company["d"], ListQuery(sort=sort, page=number))
        assert (ids(found), found.first) == (ids(page), page.first)
    assert list_customers(company["d"], ListQuery(sort=sort, page=100)).rows == []


@pytest.mark.parametrize("text", ["商贸", "贸", "第12", "sm", "shangmao", "没有"])
def test_text_with_filters_loses_nobody_however_common_the_word(company, way, text):
    for login in ("d", "me", "e1", "w1", "c"):
        actor = company[login]
        query = ListQuery(q=text, filters={"region": ("镇江",)}, sort="name")
        found, page = [], list_customers(actor, query)
        while True:
            found += ids(page)
            if not page.has_more:
                break
            page = list_customers(
                actor, ListQuery(q=text, filters=query.filters, sort="name", after=page.next_after)
            )
        rows = restrict(Customer.objects.filter(region="镇江"), actor).order_by("name", "pk")
        wanted = [c.pk for c in rows if text in c.name or text in ("sm", "shangmao")]
        assert found == wanted, login


def test_the_count_stops_at_its_cap(company, monkeypatch):
    monkeypatch.setattr(reading, "COUNT_CAP", 20)
    page = list_customers(company["d"], ListQuery(sort="code"))
    assert (page.total, page.is_capped) == (20, True)


def test_the_choices_are_the_values_in_use_and_no_region_of_others(company):
    assert directory.filter_choices(company["d"], ["region"])["region"] == ["无锡", "镇江"]
    assert directory.filter_choices(company["d"], ["category"])["category"] == ["酒类"]
    Customer.objects.filter(owner=company.persons["w1"]).update(region="苏州")
    assert directory.filter_choices(company["w1"], ["region"])["region"] == ["苏州"]
    assert "苏州" not in directory.filter_choices(company["me"], ["region"])["region"]
    assert "苏州" not in directory.filter_choices(company["e2"], ["region"])["region"]
    assert "苏州" in directory.filter_choices(company["d"], ["region"])["region"]


@pytest.mark.parametrize("bad", ["x", "W10=", "WyJhIiwxLDFd", "WzEsMSwxXQ==", "WzFlNDAwLDEsMV0="])
def test_a_cursor_from_elsewhere_breaks_nothing(company, bad):
    for sort in ("code", "next_step_on", "-sales_12m"):
        for way in ("after", "before"):
            with suppress(directory.BadFilter):  # never an error of the database
                list_customers(company["d"], ListQuery(sort=sort, **{way: bad}))
