"""What a role may not see is nowhere: no page, no part, no file, no command shows a hidden group's value (workflows, 4)."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.doors.web import rounds

from kemai.business.archives.directory.facets import facets
from kemai.business.archives.models import Customer
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused, actor_of, system_actor
from kemai.foundation.access.models import Person
from kemai.foundation.registry import field_groups, verb_groups
from kemai.oversight.exchange.export.rows import COLUMNS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.parts]
CODE, TODAY = "CAST-E1-2", date(2026, 11, 22)
GROUPS = ("contacts", "agenda", "sales", "margin", "value", "potential", "bank", "credit", "id_number")
HEADER = "单号,行号,日期,客户,产品编号,数量,金额,成本"
LINE = f"ZZORDER77,1,2026-10-01,{CODE},ZZPRODUCT88,3,7654321.09,6543210.98"
OWED = (
    "ZZINVOICE66",
    "8765432.10",
    "8,765,432.10",
    "876.54",
    "ZZRECEIPT55",
    "7654320.98",
    "7,654,320.98",
    "765.44",
)
"""What is owed and paid is for those only who may see both the sales and the credit of a customer."""
BOOKS = ("9876543.21", "9,876,543.21", "987.65", "4567.891", "4,567.891")
PLAIN = {
    "contacts": ("13987654321", "anhao@example.com"),
    "agenda": ("暗号谈话", "暗号下一步"),
    "sales": ("ZZORDER77", "ZZPRODUCT88", "7654321.09", "7,654,321.09", "765.43", *OWED, *BOOKS),
    "margin": ("6543210.98", "6,543,210.98", "1111110.11", "1,111,110.11", "654.32", "111.11"),
    "value": (f"/customers/{CODE}/why/ev_abc",),
    "potential": ("暗号依据",),
    "bank": ("6222009900112233",),
    "credit": ("暗号额度", "暗号批复", "5432109.87", "5,432,109.87", *OWED),
    "id_number": ("暗号证件",),
}
FILES = {
    "invoices": f"发票号,客户,开票日期,金额\nZZINVOICE66,{CODE},2026-10-01,8765432.10\n",
    "receipts": f"收款单号,客户,日期,金额,发票号\nZZRECEIPT55,{CODE},2026-10-02,7654320.98,ZZINVOICE66\n",
    "targets": f"客户,期间,金额\n{CODE},2026,9876543.21\n",
    "stock": f"客户,盘点日,产品编号,数量\n{CODE},2026-10-31,ZZPRODUCT88,4567.891\n",
}
CANARIES = {"canary_id_number": "id_number"}
"""No field of the archive is in this group yet; the trail keeps it by the same rule, so it is tried there."""


@pytest.fixture
def upload(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> int:
    """The cast, and one customer whose values of each group can't be mistaken for anything else."""
    from kemai.business.agenda.actions import log_contact
    from kemai.business.archives.actions import add_contact, change_credit, set_bank_account
    from kemai.business.prospects.actions import estimate_potential
    from kemai.business.valuation.actions import revalue
    from kemai.foundation.files.actions import add_file
    from kemai.oversight.exchange.actions import run_import
    from kemai.oversight.exchange.planning.request import ImportRequest

    upload, system = rounds.seed(), system_actor(TODAY)
    owner, customer = actor_of(Person.objects.get(login="e1"), TODAY), Customer.objects.get(code=CODE)
    path = tmp_path / "sales.csv"
    path.write_text(f"{HEADER}\n{LINE}\n", "utf-8")
    run_import(ImportRequest(actor=system, kind="sales", path=path, file_name=path.name))
    for kind, text in FILES.items():
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, "utf-8")
        run_import(ImportRequest(actor=system, kind=kind, path=path, file_name=path.name))
    log_contact(
        actor=owner, customer=customer, channel="visit", on=TODAY, note="暗号谈话", next_on=TODAY, next_title="暗号下一步",
    )  # fmt: skip
    reasons = dict.fromkeys(("reason_product", "reason_market", "reason_relation"), "暗号依据")
    estimate_potential(
        actor=owner,
        customer=customer,
        mp_fen=300_000_000,
        es_bp=3_000,
        p_bp=5_000,
        av_fen=70_000_000,
        **reasons,
    )
    add_contact(actor=owner, customer=customer, name="姜雯", mobile="13987654321", email="anhao@example.com")
    customer.refresh_from_db()
    set_bank_account(actor=system, customer=customer, version=customer.version, account="6222009900112233")
    change_credit(
        actor=system, customer=customer, version=0, credit_limit_fen="5432109.87", business_history="暗号额度"
    )
    settings.DATA_DIR = tmp_path
    add_file(
        actor=system, customer_id=customer.pk, declared_name="暗号批复.txt", chunks=[b"words"], group="credit", note="暗号批复"
    )  # fmt: skip
    revalue(actor=system, as_of=TODAY, trigger="command")
    for field, group in CANARIES.items():
        monkeypatch.setitem(field_groups._items, field, group)
    trail.record(
        actor=system, verb="archives.customer.changed", subject_type="customer", subject_id=customer.pk,
        customer_id=customer.pk, changes={field: [None, PLAIN[group][0]] for field, group in CANARIES.items()},
    )  # fmt: skip
    return upload


def test_every_group_that_holds_a_field_has_a_canary() -> None:
    held = {facet.group for facet in facets.values()} | set(field_groups) | set(verb_groups)
    held |= {each for columns in COLUMNS.values() for column in columns for each in column.group.split()}
    assert held <= {"basics", *GROUPS}


def hidden(actor: Actor) -> Iterator[tuple[str, str]]:
    """Group and text of everything that must not reach the actor about the customer of e1."""
    owner = Person.objects.get(login="e1").pk
    for group in GROUPS:
        if actor.sight(group, owner) != "visible":
            yield from ((group, text) for text in PLAIN[group])


def test_no_page_part_or_file_shows_a_hidden_value_and_somebody_sees_each(upload: int) -> None:
    opened = {login: rounds._signed_in(login) for login in rounds.TABLE["groups"]["everybody"]}
    actors = {login: actor_of(Person.objects.get(login=login), TODAY) for login in opened}
    shown: set[str] = set()
    wrong = []
    for route in rounds.routes():
        if "GET" not in route.methods or route.object == "task" or route.route.startswith("sign-out"):
            continue
        for login, session in opened.items():
            visit = rounds._visit(route, login, rounds.browser(session), "GET", CODE, upload, False)
            if visit.answer.status_code != 200:
                continue
            shown |= {group for group in GROUPS for text in PLAIN[group] if text in visit.body}
            wrong += [
                f"{visit}: {group} {text}" for group, text in hidden(actors[login]) if text in visit.body
            ]
    assert wrong == [], "\n".join(wrong)
    assert shown >= set(GROUPS) - {"bank", "id_number"}, "a value that nobody ever sees proves nothing"
    kept = trail.entries_of_customer(system_actor(TODAY), Customer.objects.get(code=CODE).pk)
    assert PLAIN["id_number"][0] in str([entry.changes for entry in kept])  # masked to everybody of the cast


def test_no_command_shows_a_hidden_value(upload: int, capsys: Any, tmp_path: Path) -> None:
    from kemai.doors.cli import export, rank, show

    wrong, heard = [], ""
    for login in rounds.TABLE["groups"]["everybody"]:
        actor, said = actor_of(Person.objects.get(login=login), TODAY), ""
        as_login: dict[str, Any] = {"as_login": login, "json": True}
        said += _said(capsys, show, code=CODE, **as_login)
        for scheme in ("ev_abc", "profit_abc"):
            said += _said(capsys, rank, scheme=scheme, top=0, run=0, **as_login)
        for kind in [one for one in export.KINDS if one != "products"]:  # a product's code is nobody's sales
            to = tmp_path / f"{login}-{kind}.csv"
            _said(capsys, export, kind=kind, to=to, reason="核对", **as_login)
            said += to.read_text("utf-8-sig") if to.exists() else ""
        wrong += [f"{login}: {group} {text}" for group, text in hidden(actor) if text in said]
        heard += said
    assert wrong == []
    assert [
        group for group in ("sales", "potential", "bank") if not any(t in heard for t in PLAIN[group])
    ] == []


def _said(capsys: Any, command: Any, **given: Any) -> str:
    """What a command prints; nothing when it refuses."""
    capsys.readouterr()
    try:
        command.run(argparse.Namespace(**given))
    except (Refused, LookupError):
        return ""
    return str(capsys.readouterr().out)
