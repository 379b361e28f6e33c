"""`kemai seed-actors`: the cast of the public cases, with customers and records, in test and demo databases only."""

from __future__ import annotations

import argparse
import csv
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from kemai.doors.cli import frame

HEAD = "总部"
CAST = {
    "e1": ("sales_rep", "East"), "e2": ("sales_rep", "East"), "w1": ("sales_rep", "West"),
    "me": ("region_manager", "East"), "mw": ("region_manager", "West"), "k": ("ka_manager", HEAD),
    "s": ("service", HEAD), "f1": ("credit", HEAD), "f2": ("credit", HEAD), "c": ("custodian", HEAD),
    "a": ("admin", HEAD), "d": ("executive", HEAD),
}  # fmt: skip
OWNERS = ("e1", "e2", "w1", "me", "mw")
NAMES = ("商贸", "酒业", "超市")
NAMED = ("CAST-E1-1", "CAST-W1-1")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments of its own."""


def run(args: argparse.Namespace) -> int:
    """Makes what is missing and prints logins and passwords; a second run changes nothing."""
    from django.conf import settings

    from kemai.foundation.access.actor import Refused
    from kemai.oversight.demo.passwords import note_public_passwords

    if settings.MODE not in ("test", "demo"):
        raise Refused("这批人的密码是公开的，只能放进测试库或示范库（KEMAI_MODE=test 或 demo）。")
    actor = frame.actor_for(args)
    note_public_passwords(actor)
    people = {login: _person(actor, login) for login in CAST}
    for owner in OWNERS:
        for number, kind in enumerate(NAMES, 1):
            _customer(
                actor, people[owner], f"CAST-{owner.upper()}-{number}", f"{owner.upper()}{kind}有限公司"
            )
    _customer(actor, None, "CAST-0", "无主商行")
    _name_accounts(actor, people["k"])
    _sell(actor)
    frame.print_json(
        [{"login": x, "password": password(x), "role": CAST[x][0], "unit": CAST[x][1]} for x in CAST]
    )
    return frame.OK


def password(login: str) -> str:
    """The same at every run, so that a second run can print it again."""
    return f"Cast-of-Kemai-{login}-2026"


def _person(actor: Any, login: str) -> Any:
    from django.db import transaction

    from kemai.foundation.access.actions.people import add_person, assign_role, unit_by_path
    from kemai.foundation.access.models import Person

    known = Person.objects.filter(login=login).first()
    if known:
        return known
    role, where = CAST[login]
    with transaction.atomic():
        unit = unit_by_path(actor=actor, path=HEAD if where == HEAD else f"{HEAD}/{where}", create=True)
        person = add_person(actor=actor, login=login, name=login.upper(), password=password(login))
        assign_role(actor=actor, person=person, role=role, unit=unit)
    return person


def _customer(actor: Any, owner: Any, code: str, name: str) -> None:
    """One customer with a contact, an account, a contact made, a task and an estimate, all or nothing."""
    from django.db import transaction

    from kemai.business.archives import actions
    from kemai.business.archives.models import Customer

    if Customer.objects.filter(code=code).exists():
        return
    with transaction.atomic():
        made = actions.create_customer(
            actor=actor, name=name, code=code, owner=owner, short_name=name.removesuffix("有限公司"),
            region="West" if "W" in code else "East", phone="0511-88880000", address="中山路 1 号",
        )  # fmt: skip
        actions.add_contact(actor=actor, customer=made, name=f"{code} 联系人", mobile="13800000000")
        actions.set_bank_account(
            actor=actor, customer=made, version=1, account=f"6222000011112222{made.pk:04d}"
        )
        if owner is not None:
            _work(owner, made, actor.today)


def _work(owner: Any, customer: Any, today: Any) -> None:
    """Records made by the owner himself, with his own rights."""
    from kemai.business.agenda.actions import add_task, log_contact
    from kemai.business.prospects.actions import estimate_potential
    from kemai.foundation.access.actor import actor_of

    actor = actor_of(owner, today)
    log_contact(
        actor=actor, customer=customer, channel="visit", on=today - timedelta(3), minutes=30, note="看了陈列，谈了返利",
        next_on=today, next_title="回访",
    )  # fmt: skip
    add_task(actor=actor, customer=customer, title="送样品", due_on=today + timedelta(1))
    estimate_potential(
        actor=actor, customer=customer, mp_fen=200_000_000, es_bp=3_000, p_bp=5_000, av_fen=50_000_000,
        reason_product="品类合适", reason_market="商圈在长", reason_relation="老熟人",
    )  # fmt: skip


def _name_accounts(actor: Any, manager: Any) -> None:
    """One named account in each region."""
    from kemai.business.archives.models import Customer, TeamMember

    for customer in Customer.objects.filter(code__in=NAMED):
        TeamMember.objects.get_or_create(
            customer=customer, person=manager, role="named", defaults={"starts_on": actor.today}
        )


def _sell(actor: Any) -> None:
    """One delivered order with cost for each owned customer, landed like any sales file."""
    from kemai.oversight.exchange.actions import run_import
    from kemai.oversight.exchange.planning.request import ImportRequest

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cast-sales.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["单号", "行号", "日期", "客户", "数量", "金额", "成本"])
            for place, code in enumerate(f"CAST-{o.upper()}-{n}" for o in OWNERS for n in (1, 2, 3)):
                rows.writerow(
                    [f"CAST-SO-{place:03d}", 1, "2026-06-01", code, 10, 1000 * (place + 1), 700 * (place + 1)]
                )
        run_import(ImportRequest(actor=actor, kind="sales", path=path, file_name=path.name))
