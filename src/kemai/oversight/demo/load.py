"""Brings the story into an empty company: people, products, customers, ledger, estimates, four valuations."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from kemai.business.archives.models import Customer
from kemai.business.valuation.actions import revalue
from kemai.foundation.access.actions.people import add_person, assign_role, unit_by_path
from kemai.foundation.access.actor import Actor, Refused, actor_of, system_actor
from kemai.foundation.access.models import Person
from kemai.foundation.outbox.models import Event
from kemai.foundation.preferences.company import company_setting, set_company_setting
from kemai.oversight.demo import story
from kemai.oversight.demo.agenda import load_agenda
from kemai.oversight.demo.archive import ARCHIVE, archive_of
from kemai.oversight.demo.attitudes import load_attitudes
from kemai.oversight.demo.channel import LINKS, links_of
from kemai.oversight.demo.credit_files import load_credit_files, load_markets
from kemai.oversight.demo.estimates import ESTIMATES, estimates_of, second_thoughts
from kemai.oversight.demo.families import load_families
from kemai.oversight.demo.measures import load_exclusions, load_measures
from kemai.oversight.demo.papers import load_papers
from kemai.oversight.demo.passwords import note_public_passwords
from kemai.oversight.demo.plans import STOCK, TARGETS, load_staff_targets, stock_of, targets_of
from kemai.oversight.demo.receivables import INVOICES, RECEIPTS, invoices_of, receipts_of
from kemai.oversight.demo.relations import load_relations
from kemai.oversight.demo.terms import load_terms
from kemai.oversight.demo.torn import marked
from kemai.oversight.demo.worth import load_worth
from kemai.oversight.exchange.actions import keep_in_history, run_import
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRequest

NAME = "岚汀酒食"
VALUED_BEFORE = (92, 30)  # days: a quarter and a month ago
SALES_HEADER = ("单号", "行号", "日期", "客户编号", "产品编号", "数量", "金额", "成本", "类型")


def load_demo(today: date, password: str, seed: int = 1) -> dict[str, int]:
    """Loads the company and gives counts. Raises Refused for a database that holds anything else."""
    if company_setting("company.name") == NAME and Customer.objects.exists():
        return {"customers": Customer.objects.count(), "loaded": 0}
    if Customer.objects.exists():
        raise Refused("这个数据库里已有客户，示范公司只装进空库。")
    with marked():
        return _load(today, password, seed)


def _load(today: date, password: str, seed: int) -> dict[str, int]:
    actor = system_actor(today)
    note_public_passwords(actor)
    people(actor, password)
    shops = story.shops(seed)
    with tempfile.TemporaryDirectory() as folder:
        for kind, header, rows in sheets(shops, today, seed):
            path = Path(folder) / f"{kind}.csv"
            write(path, header, rows)
            request = ImportRequest(
                actor=actor, kind=kind, path=path, file_name=f"{NAME}-{KINDS.fixed(kind).label}.csv"
            )
            keep_in_history(request, run_import(request))
    load_families(shops)
    load_relations(shops, today, seed)
    load_terms(actor_of(Person.objects.get(login="cai"), today), shops, seed)
    load_credit_files(shops, today, seed)
    load_markets(shops, today, seed)
    load_papers(shops, today, seed)
    load_agenda(today)
    load_attitudes(shops, today, seed)
    load_measures(today)
    second_thoughts(shops, today)
    load_worth(shops, today)
    load_staff_targets(actor_of(Person.objects.get(login="boss"), today))
    set_company_setting(actor=actor, key="company.name", value=NAME)
    Event.objects.filter(delivered_at=None).update(delivered_at=timezone.now())  # the runs below answer them
    for day in (*(today - timedelta(days=back) for back in VALUED_BEFORE), today):
        revalue(actor=actor, as_of=day, trigger="nightly")
    load_exclusions(today)
    return {"customers": len(shops), "loaded": 1}


def people(actor: Actor, password: str) -> None:
    """Units and everybody in them. Hashing a password is slow on purpose; this one is public and is hashed once."""
    hashed = cache(make_password)
    with transaction.atomic():
        for login, name, role, unit in story.PEOPLE:
            person = add_person(actor=actor, login=login, name=name, password=password, hashed=hashed)
            assign_role(
                actor=actor, person=person, role=role, unit=unit_by_path(actor=actor, path=unit, create=True)
            )


def sheets(
    shops: list[story.Shop], today: date, seed: int
) -> Iterable[tuple[str, tuple[str, ...], Iterable[Any]]]:
    """The files a company would bring, in their order."""
    yield "products", ("产品编号", "名称", "产品线", "档次"), [p[:4] for p in story.products()]
    header = (
        "客户编号",
        "客户名称",
        "简称",
        "类型",
        "地区",
        "类别",
        "规模",
        "电话",
        "业务员",
        "开始合作日期",
        *ARCHIVE,
    )
    yield "customers", header, (customer_row(s, today) for s in shops)
    yield "sales", SALES_HEADER, sale_rows(shops, today, seed)
    yield "potentials", ESTIMATES, estimates_of(shops)
    yield "links", LINKS, links_of(shops, today)
    yield "targets", TARGETS, targets_of(shops, today, seed)
    yield "stock", STOCK, stock_of(shops, today, seed)
    yield "invoices", INVOICES, invoices_of(shops, today, seed)
    yield "receipts", RECEIPTS, receipts_of(shops, today, seed)


def customer_row(shop: story.Shop, today: date) -> tuple[Any, ...]:
    """One line of the customer list."""
    since = today - timedelta(days=1_096 - shop.starts)
    size = "大" if shop.size > 40_000 else "中" if shop.size > 9_000 else "小"
    phone = f"138{(shop.twin_of or shop.number) * 7_919 % 100_000_000:08d}"
    trade = next((t for t in story.TRADES if shop.short.endswith(t)), "商贸")
    return (
        shop.code,
        shop.name,
        shop.short,
        "经销商" if shop.type == "distributor" else "企业",
        shop.city,
        trade,
        size,
        phone,
        story.CITIES[shop.city],
        since,
        *archive_of(shop),
    )


def sale_rows(shops: list[story.Shop], today: date, seed: int) -> Iterable[tuple[Any, ...]]:
    """Order lines, and now and then a return."""
    goods = story.products()
    for shop in shops:
        for n, (day, amount) in enumerate(story.orders(shop, today, seed)):
            code, _name, _line, _grade, price = goods[(shop.number + n) % len(goods)]
            number = f"CK{day:%y%m}{shop.number:04d}{n:03d}"
            quantity = max(round(amount / price), 1)
            cost = amount * (1.06 if shop.number in story.BELOW_COST else 0.83)
            yield number, 1, day, shop.code, code, quantity, f"{amount:.2f}", f"{cost:.2f}", "销售"
            if (shop.number + n) % 29 == 0:
                back = amount * 0.08
                yield (
                    f"TH{number[2:]}",
                    1,
                    day,
                    shop.code,
                    code,
                    -max(quantity // 12, 1),
                    f"{-back:.2f}",
                    f"{-back * 0.83:.2f}",
                    "退货",
                )


def write(path: Path, header: tuple[str, ...], rows: Iterable[Any]) -> None:
    """One CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
