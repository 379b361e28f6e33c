"""A nightly run reads the lines of the months that changed; a full run reads everything and finds the same."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.cache import cache

from kemai.business.trade.facts import condensed, condensed_facts, current_facts
from kemai.business.valuation.actions import revalue
from kemai.business.valuation.models import PublishedRun, Run
from kemai.doors.cli.main import run as command
from kemai.foundation.access.actor import Refused
from kemai.oversight.exchange.actions import run_import
from kemai.oversight.exchange.planning.request import ImportRequest

pytestmark = pytest.mark.django_db
AS_OF = date(2026, 6, 30)


def sell(people, folder, day, amount, name="more"):
    path = folder / f"{name}.csv"
    path.write_text(f"单号,行号,日期,客户,金额\n{name},1,{day},C05,{amount}\n", "utf8")
    request = ImportRequest(
        actor=people.system, kind="sales", path=path, file_name=path.name, create_customers=True
    )
    run_import(request)


def test_issue_4_only_changed_months_are_condensed_again_and_a_full_run_finds_the_same(books, tmp_path):
    """Issue 4, 3 (at scale): reads what changed; a full run remains possible and equal."""
    sell(books, tmp_path, "2026-04-02", 900, "april")
    first = revalue(actor=books.system, as_of=AS_OF)
    before = {path.name: path.stat().st_mtime_ns for path in condensed_facts(current_facts())}
    sell(books, tmp_path, "2026-05-30", 70_000)
    nightly = revalue(actor=books.system, as_of=AS_OF)
    after = {path.name: path.stat().st_mtime_ns for path in condensed_facts(current_facts())}
    kept = before.items() & after.items()
    assert [name[:7] for name, _when in kept] == ["2026-04"]
    assert [name[:7] for name in sorted(after)] == ["2026-04", "2026-05"]
    full = revalue(actor=books.system, as_of=AS_OF, is_full=True)
    assert (full.result_hash, full.summary, full.input_hash) == (
        nightly.result_hash, nightly.summary, nightly.input_hash,
    )  # fmt: skip
    assert (full.result_hash != first.result_hash, full.facts) == (True, 12)


def test_condensed_months_of_yesterday_leave_after_an_hour(books, tmp_path, monkeypatch):
    revalue(actor=books.system, as_of=AS_OF)
    [old] = condensed_facts(current_facts())
    sell(books, tmp_path, "2026-05-30", 5)
    revalue(actor=books.system, as_of=AS_OF)
    assert old.exists()
    monkeypatch.setattr(condensed, "GRACE_SECONDS", -1)
    [new] = condensed_facts(current_facts())
    assert (old.exists(), new.exists()) == (False, True)


def test_the_run_keeps_its_engine_and_the_address_of_a_cluster_chooses_it(books, settings, monkeypatch):
    """Issue 4, 3 (at scale)."""
    assert revalue(actor=books.system, as_of=AS_OF).engine == "duckdb"
    settings.ENGINE_URL = "spark://127.0.0.1:1"
    monkeypatch.setenv("JAVA_HOME", str(_with_java(settings.DATA_DIR)))
    with pytest.raises(Refused, match="没有应答"):
        revalue(actor=books.system, as_of=AS_OF)
    failed = Run.objects.first()
    assert (failed.engine, failed.status) == ("spark", Run.Status.FAILED)
    assert "--engine duckdb" in failed.error
    assert PublishedRun.objects.get().run.engine == "duckdb"


def _with_java(folder):
    home = folder / "java"
    (home / "bin").mkdir(parents=True)
    (home / "bin" / "java").touch()
    return home


def test_the_command_takes_an_engine_and_a_full_run(books, capsys, settings):
    cache.clear()
    settings.ENGINE_URL = "duckdb://"
    assert command(["revalue", "--as-of", "2026-06-30", "--full", "--json"]) == 0
    full = json.loads(capsys.readouterr().out)
    assert command(["revalue", "--as-of", "2026-06-30", "--engine", "duckdb", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["engine"], told["result"], told["facts"]) == ("duckdb", full["result"], 10)
