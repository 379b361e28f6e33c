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
