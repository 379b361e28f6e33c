"""`kemai undo-import`: exit status and the one JSON document (B10)."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kemai.business.archives.actions import change_basics
from kemai.business.archives.models import Customer
from kemai.doors.cli import frame, undo_import
from kemai.foundation.access.actor import Refused
from kemai.oversight.exchange.actions import keep_in_history, run_import
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch(people: Any, settings: Any, tmp_path: Path) -> int:
    settings.DATA_DIR = tmp_path
    batch_id = None
    for place, region in enumerate(("华东", "华北")):
        path = tmp_path / f"{place}.csv"
        path.write_text(f"客户编号,客户名称,地区\nK1,甲方商贸,{region}\n", "utf8")
        batch_id = run_import(ImportRequest(people.system, "customers", path, path.name)).batch_id
    assert batch_id is not None
    return batch_id


def told(capsys: Any, batch: int, **more: Any) -> tuple[int, dict[str, Any]]:
    given = {
        "reason": "",
        "dry_run": False,
        "keep_later_edits": False,
        "as_login": None,
        "json": True,
        **more,
    }
    capsys.readouterr()
    status = undo_import.run(argparse.Namespace(batch=batch, **given))
    return status, json.loads(capsys.readouterr().out)


def test_b10_it_undoes_and_says_so_and_twice_is_refused(batch: int, capsys: Any) -> None:
    status, said = told(capsys, batch, dry_run=True)
    assert (status, said["undone"], said["counts"]["basics_back"]) == (frame.OK, False, 1)
    status, said = told(capsys, batch, reason="导错了")
    assert (status, said["batch"], said["undone"], said["conflicts"]) == (frame.OK, batch, True, [])
    assert Customer.objects.get().region == "华东"
    status, said = told(capsys, batch)
    assert (status, said["undone"]) == (frame.REFUSED, False)
    with pytest.raises(LookupError):
        told(capsys, 999)


def test_a_file_brought_in_by_command_stands_in_the_history_and_can_be_undone_there(
    people: Any, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    path = tmp_path / "老客户.csv"
    path.write_text("客户编号,客户名称\nK1,甲方商贸\nK2,\n", "utf8")
    request = ImportRequest(people.system, "customers", path, path.name)
    assert keep_in_history(request, run_import(request, dry_run=True)) is None
    keep_in_history(request, run_import(request))
    assert keep_in_history(request, run_import(request)) is None
    boss = Client()
    boss.force_login(people.persons["d"], backend="django.contrib.auth.backends.ModelBackend")
    [item] = Import.objects.all()
    assert (item.file_name, item.step, item.preview["rejected"]) == ("老客户.csv", "landed", 1)
    assert "老客户.csv" in boss.get("/imports/").content.decode()
    boss.post("/settings/me/", {"language": "en"})
    assert "系统" not in boss.get(f"/imports/{item.pk}/").content.decode()
    assert "/errors" not in boss.get(f"/imports/{item.pk}/").content.decode()
    boss.post(f"/imports/{item.pk}/undo/", {"reason": "导错了"})
    item.refresh_from_db()
    assert (item.step, Customer.objects.count()) == ("undone", 0)


def test_b10_conflicts_are_printed_with_status_1_and_kept_only_on_demand(
    batch: int, people: Any, capsys: Any
) -> None:
    now = Customer.objects.get()
    change_basics(actor=people["c"], customer=now, version=now.version, region="华南")
    status, said = told(capsys, batch)
    (conflict,) = said["conflicts"]
    shown = [conflict[name] for name in ("customer", "field", "before", "imported", "now", "by")]
    assert (status, said["undone"], shown) == (
        frame.REFUSED,
        False,
        ["K1", "region", "华东", "华北", "华南", "C"],
    )
    status, said = told(capsys, batch, keep_later_edits=True)
    assert (status, said["undone"], len(said["conflicts"])) == (frame.OK, True, 1)
    assert Customer.objects.get().region == "华南"


def test_as_somebody_it_has_his_rights(batch: int, capsys: Any) -> None:
    with pytest.raises(Refused):
        told(capsys, batch, as_login="e1")
    assert Customer.objects.get().region == "华北"
