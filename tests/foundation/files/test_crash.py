"""G01, G04: killed at any moment of an upload, there is no half file and no record without its bytes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.cast import customer_of

from kemai.foundation import trail
from kemai.foundation.files import checks
from kemai.foundation.files import store as disk
from kemai.foundation.files.models import StoredFile

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CHILD = Path(__file__).with_name("crash_child.py")


def child(customer: Any, data_folder: Path, fault: str = "") -> int:
    """Puts the file in, killed at the fault point; gives the status of the process."""
    environment = {
        **os.environ,
        "KEMAI_FAULTS": fault,
        "KEMAI_DATABASE_URL": _address(),
        "KEMAI_DATA_DIR": str(data_folder),
    }
    command = [sys.executable, str(CHILD), str(customer.pk)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, 137), done.stderr[-3000:]
    return done.returncode


def _address() -> str:
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{settings['NAME']}"
    return (
        f"postgres://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}&port={settings['PORT']}"
    )


def kept(store: Path) -> list[Path]:
    """Files in the store, those on their way left out."""
    return [path for path in store.glob("[0-9a-f][0-9a-f]/*") if path.is_file()]


@pytest.mark.parametrize(("point", "lying"), [("files.arrived", 0), ("files.put", 1), ("files.recorded", 1)])
def test_g01_a_killed_upload_leaves_no_record_and_the_next_one_goes_through(
    point: str, lying: int, people: Any, store: Any, tmp_path: Path
) -> None:
    customer = customer_of(people, "e1", "镇江华瑞商贸有限公司")
    assert child(customer, tmp_path, point) == 137
    assert not StoredFile.objects.exists()
    assert len(kept(store)) == lying
    old = time.time() - checks.ARRIVING_SECONDS - 1
    for path in kept(store):
        os.utime(path, (old, old))
    assert len(list(checks.problems())) == lying, "the doctor names what nobody recorded"
    assert child(customer, tmp_path) == 0
    made = StoredFile.objects.get()
    assert disk.sha256_of(disk.path_of(made.stored_name)) == made.sha256
    assert list(store.glob("arriving-*")) == []
    assert trail.verify() == []
