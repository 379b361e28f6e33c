"""A file in, an outcome out: what every test of the landing needs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kemai.foundation.access.actor import Actor, actor_of, system_actor
from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.oversight.exchange.actions import Outcome, run_import
from kemai.oversight.exchange.planning.request import ImportRequest

TODAY = date(2026, 11, 22)
SALES_HEADER = "单号,行号,日期,客户,产品编号,数量,金额"


class Importer:
    """Writes text to a CSV file and imports it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors = folder / "errors.csv"
        self._files = 0

    def __call__(self, kind: str, text: str | bytes, **options: Any) -> Outcome:
        self._files += 1
        path = self.folder / f"file{self._files}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return self.file(kind, path, **options)

    def file(self, kind: str, path: Path, **options: Any) -> Outcome:
        dry_run = options.pop("dry_run", False)
        actor = options.pop("actor", None) or system_actor(TODAY)
        request = ImportRequest(actor=actor, kind=kind, path=path, file_name=path.name, **options)
        return run_import(request, dry_run=dry_run, errors_to=self.errors)

    def sales(self, *lines: str, **options: Any) -> Outcome:
        return self("sales", "\n".join([SALES_HEADER, *lines]) + "\n", **options)

    def customers(self, *codes: str, **options: Any) -> Outcome:
        return self(
            "customers",
            "客户编号,客户名称\n" + "".join(f"{c},{n}\n" for c, n in (x.split(":") for x in codes)),
            **options,
        )

    def refused(self) -> str:
        return self.errors.read_text(encoding="utf-8-sig")


@pytest.fixture
def importing(db: None, tmp_path: Path) -> Importer:
    return Importer(tmp_path)


@pytest.fixture
def cast(db: None) -> dict[str, Actor]:
    """Two regions, a manager of each, a rep, a custodian."""
    root = OrgUnit.objects.create(name="总部")
    OrgUnit.objects.filter(pk=root.pk).update(path=f"/{root.pk}/")
    actors: dict[str, Actor] = {}
    for name in ("east", "west"):
        unit = OrgUnit.objects.create(name=name, parent=root)
        OrgUnit.objects.filter(pk=unit.pk).update(path=f"/{root.pk}/{unit.pk}/")
        for role, login in (("region_manager", f"m_{name}"), ("sales_rep", f"e_{name}")):
            actors[login] = _person(login, role, unit)
    actors["boss"] = _person("boss", "executive", root)
    actors["custodian"] = _person("custodian", "custodian", root)
    return actors


def _person(login: str, role: str, unit: OrgUnit) -> Actor:
    person = Person.objects.create(login=login, name=f"名{login}")
    Assignment.objects.create(person=person, role=role, unit=unit)
    return actor_of(person, TODAY)


def state() -> dict[str, list[Any]]:
    """What readers see of the books, without ids that a retry may change."""
    from kemai.business.archives.models import Customer
    from kemai.business.trade.models import SaleLine
    from kemai.foundation.batches.models import unlanded_ids

    lines = SaleLine.objects.landed().order_by("line_key")
    customers = Customer.objects.exclude(batch_id__in=unlanded_ids()).order_by("code")
    return {
        "lines": list(
            lines.values_list("line_key", "day", "customer__code", "product__code", "amount_fen", "kind")
        ),
        "customers": list(customers.values_list("code", "name", "state", "region")),
    }
