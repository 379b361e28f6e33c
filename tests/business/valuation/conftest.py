"""The ten customers of the definitions, for every test of runs."""

from __future__ import annotations

import pytest

from kemai.business.archives.models import Customer
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.planning.request import ImportRequest

AMOUNTS = {"C01": 480000, "C02": 300000, "C03": 90000, "C04": 120000, "C05": 60000, "C06": 45000, "C07": 30000, "C08": 20000, "C09": 8000, "C10": 5000}  # fmt: skip


@pytest.fixture
def books(people, tmp_path, settings):
    """The ten customers of the definitions, by import; odd ones belong to E1, even ones to W1."""
    settings.DATA_DIR = tmp_path
    path = tmp_path / "sales.csv"
    lines = [
        f"O{n},1,2026-05-{n + 1:02d},{code},{amount}" for n, (code, amount) in enumerate(AMOUNTS.items())
    ]
    path.write_text("单号,行号,日期,客户,金额\n" + "\n".join(lines), "utf8")
    run_import(
        ImportRequest(
            actor=people.system, kind="sales", path=path, file_name="sales.csv", create_customers=True
        )
    )
    for n, customer in enumerate(Customer.objects.order_by("name")):
        owner = people.persons["e1" if n % 2 == 0 else "w1"]
        unit = people["e1" if n % 2 == 0 else "w1"].home_unit_id
        Customer.objects.filter(pk=customer.pk).update(owner=owner, unit_id=unit)
    return people


@pytest.fixture(scope="module")
def steady(lasting, tmp_path_factory):
    """Three customers who bought twelve even months up to October: 甲 of E1, 乙 of E2, 丙 of W1; valued today."""
    from tests.cast import TODAY

    from kemai.business.valuation.actions import revalue

    people, path = lasting, tmp_path_factory.mktemp("books") / "steady.csv"
    months = [f"{2025 + (n + 10) // 12}-{(n + 10) % 12 + 1:02d}-15" for n in range(12)]
    lines = [
        f"{name}{n},1,{day},{name},{amount * times},{amount}"
        for name, times in (("甲", 10_000), ("乙", 20_000), ("丙", 5_000))
        for n, (day, amount) in enumerate(
            zip(months, (10, 12, 11, 9, 10, 12, 11, 10, 13, 12, 11, 11), strict=True)
        )
    ]
    path.write_text("单号,行号,日期,客户,金额,数量\n" + "\n".join(lines), "utf8")
    run_import(
        ImportRequest(
            actor=people.system, kind="sales", path=path, file_name="steady.csv", create_customers=True
        )
    )
    for name, login, region in (("甲", "e1", "镇江"), ("乙", "e2", "镇江"), ("丙", "w1", "常州")):
        owner, unit = people.persons[login], people[login].home_unit_id
        Customer.objects.filter(name=name).update(owner=owner, unit_id=unit, region=region)
    revalue(actor=people.system, as_of=TODAY)
    return people
