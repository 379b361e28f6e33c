"""How fast the customer list and the search answer a salesperson and a director.

Loads `--customers` into an empty test database (SQLite in a temporary folder unless KEMAI_DATABASE_URL is set),
then prints the median and the 95th percentile of each question in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from typing import Any

TODAY = date(2026, 11, 22)
ROUNDS = 15
CITIES, FIRST, SECOND = (
    ["镇江", "南京", "上海", "杭州", "成都", "武汉"],
    ["华瑞", "永兴", "金杜", "鸿泰", "恒顺"],
    "康源达盛和丰利通宝祥",
)
TRADES = ["商贸", "酒业", "超市", "食品", "百货", "物流"]


def main() -> None:
    """Loads, asks, prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    count = parser.parse_args().customers
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            KEMAI_MODE="test", KEMAI_DATA_DIR=folder, DJANGO_SETTINGS_MODULE="kemai.config.settings"
        )
        import django

        django.setup()
        actors = load(count)
        for role, actor in actors.items():
            for name, ask in questions(actor).items():
                print(line(f"{role} {name}", ask))


def load(count: int) -> dict[str, Any]:
    """A director who sees all and a salesperson with a hundredth of the customers."""
    from django.core.management import call_command

    from kemai.business.archives.models import Customer, CustomerSearch
    from kemai.business.archives.search import index_customers
    from kemai.foundation.access.actor import actor_of
    from kemai.foundation.access.models import Assignment, OrgUnit, Person

    call_command("migrate", verbosity=0)
    if Customer.objects.exists():
        raise SystemExit("这个库里已经有客户，换一个空的。")
    unit = OrgUnit.objects.create(name="总部")
    people = {role: Person.objects.create(login=role, name=role) for role in ("executive", "sales_rep")}
    for role, person in people.items():
        Assignment.objects.create(person=person, role=role, unit=unit)
    started = time.perf_counter()
    rows = list(customers(count, people["sales_rep"].pk, unit.pk))
    Customer.objects.bulk_create(rows, batch_size=2_000)
    print(f"load {count:,} customers: {count / (time.perf_counter() - started):,.0f} rows/s")
    started = time.perf_counter()
    index_customers(Customer.objects.values_list("pk", flat=True))
    print(
        f"index {CustomerSearch.objects.count():,} customers: {count / (time.perf_counter() - started):,.0f} rows/s"
    )
    return {role: actor_of(person, TODAY) for role, person in people.items()}


def customers(count: int, person_id: int, unit_id: int) -> Any:
    """The same company at every run."""
    from kemai.business.archives.models import Customer
    from kemai.business.archives.names import name_key

    dice = random.Random(7)
    for n in range(count):
        short = dice.choice(FIRST) + dice.choice(TRADES) + dice.choice(SECOND)
        name = f"{dice.choice(CITIES)}市{short}{n}有限公司"
        yield Customer(
            code=f"KH-{n:07d}", name=name, name_key=name_key(name), short_name=short, region=dice.choice(CITIES),
            state=dice.choice(["potential", "actual", "lost"]), phone=f"138{dice.randrange(10**8):08d}",
            owner_id=person_id if n % 100 == 0 else None, unit_id=unit_id, state_since=TODAY,
        )  # fmt: skip


def questions(actor: Any) -> dict[str, Callable[[], Any]]:
    """What the list and the search are asked all day."""
    from kemai.business.archives.directory import ListQuery, list_customers
    from kemai.business.archives.queries import search

    def ask(**query: Any) -> Callable[[], Any]:
        return lambda: list_customers(actor, ListQuery(**query))

    return {
        "list": ask(sort="code"),
        "list page 40": ask(sort="code", page=40),
        "list by region": ask(sort="code", filters={"region": ("镇江",)}),
        "list by class": ask(sort="-ev"),
        "list for 华瑞": ask(q="华瑞", sort="code"),
        "search 华瑞": lambda: search(actor, "华瑞"),
        "search hrsm": lambda: search(actor, "hrsm"),
        "search 瑞": lambda: search(actor, "瑞"),
    }


def line(name: str, ask: Callable[[], Any]) -> str:
    """Median and 95th percentile."""
    ask()
    took = []
    for _round in range(ROUNDS):
        started = time.perf_counter()
        ask()
        took.append((time.perf_counter() - started) * 1_000)
    took.sort()
    return f"{name}: p50 {statistics.median(took):.1f} ms, p95 {took[int(len(took) * 0.95)]:.1f} ms"


if __name__ == "__main__":
    main()
