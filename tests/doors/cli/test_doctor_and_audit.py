"""What an administrator asks on either database: `kemai doctor` names what is wrong, `kemai verify-audit` what was touched."""

from __future__ import annotations

import argparse
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.cast import customer_of

from kemai.business.trade.models import SaleLine
from kemai.doors.cli import doctor, frame, verify_audit
from kemai.foundation.jobs.models import Job
from kemai.foundation.trail.models import Entry, EntryValues

pytestmark = pytest.mark.django_db


def told(command: Any, capsys: Any) -> tuple[int, dict[str, Any]]:
    """Exit status and the one JSON document."""
    capsys.readouterr()
    status = command.run(argparse.Namespace(json=True))
    return status, json.loads(capsys.readouterr().out)


@pytest.fixture(autouse=True)
def data_folder(settings: Any, tmp_path: Any) -> None:
    settings.DATA_DIR = tmp_path


def test_a_sound_installation_has_no_problem(people: Any, capsys: Any) -> None:
    assert told(doctor, capsys) == (frame.OK, {"ok": True, "problems": []})


def test_the_doctor_says_what_is_wrong_and_how_to_mend_it(people: Any, capsys: Any, settings: Any) -> None:
    Job.objects.create(name="x", run_after=timezone.now() - timedelta(minutes=6))
    key = settings.DATA_DIR / "secret_key"
    key.write_text("x")
    key.chmod(0o644)
    status, found = told(doctor, capsys)
    assert status == frame.REFUSED
    assert [line for line in found["problems"] if "kemai worker" in line]
    assert [line for line in found["problems"] if f"chmod 600 {key}" in line]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the locale is a matter of PostgreSQL")
def test_on_postgresql_the_doctor_looks_at_encoding_and_locale(
    people: Any, capsys: Any, monkeypatch: Any
) -> None:
    class Latin:
        def execute(self, _sql: str) -> None: ...

        def fetchone(self) -> tuple[str, str]:
            return "LATIN1", "C"

        def __enter__(self) -> Any:
            return self

        def __exit__(self, *_: Any) -> None: ...

    monkeypatch.setattr(frame, "pending_migrations", list)
    with monkeypatch.context() as patched:
        patched.setattr(connection, "cursor", Latin)
        problems = list(doctor._database())
    assert len(problems) == 2
    assert "UTF8" in problems[0]
    assert "C.UTF-8" in problems[1]


def test_the_trail_is_whole_until_somebody_touches_it(people: Any, capsys: Any) -> None:
    customer_of(people, "e1", "甲店")
    status, found = told(verify_audit, capsys)
    assert (status, found["problems"]) == (frame.OK, [])
    assert found["entries"] == Entry.objects.count() > 0
    first = Entry.objects.order_by("pk")[0]
    Entry.objects.filter(pk=first.pk).update(actor_name="别人")
    status, found = told(verify_audit, capsys)
    assert status == frame.REFUSED
    assert found["problems"]


def test_changed_values_are_found_and_erased_ones_are_no_tampering(people: Any, capsys: Any) -> None:
    customer_of(people, "e1", "甲店")
    values = EntryValues.objects.order_by("pk")[0]
    EntryValues.objects.filter(pk=values.pk).update(changes={"name": [None, "乙店"]})
    assert told(verify_audit, capsys)[0] == frame.REFUSED
    EntryValues.objects.filter(pk=values.pk).delete()
    assert told(verify_audit, capsys)[0] == frame.OK


def test_the_doctor_counts_lines_whose_customer_or_product_is_gone(people: Any, capsys: Any) -> None:
    SaleLine.objects.create(line_key="a", day="2026-01-05", customer=None, amount_fen=1, batch_id=0)
    SaleLine.objects.create(line_key="b", day="2026-01-05", customer_id=987_654, amount_fen=1, batch_id=0)
    SaleLine.objects.create(line_key="c", day="2026-01-05", product_id=987_654, amount_fen=1, batch_id=0)
    _status, found = told(doctor, capsys)
    assert [line[:11] for line in found["problems"] if "找不到" in line] == ["账本里有 1 行找不到"] * 2
