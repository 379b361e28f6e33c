"""Who opens the file while another closes or converts it waits, and a worker keeps what it has opened."""

import sqlite3
import threading
from pathlib import Path

import pytest
from django.db.utils import OperationalError

from kemai.config.databases import sqlite
from kemai.config.sqlite import base

pytestmark = pytest.mark.django_db  # of no use but to be let at a database at all


def wrapper(path: Path) -> base.DatabaseWrapper:
    settings = {"ATOMIC_REQUESTS": False, "AUTOCOMMIT": True, "CONN_HEALTH_CHECKS": False, "TIME_ZONE": None, **sqlite(path)}  # fmt: skip
    return base.DatabaseWrapper(settings, alias="opened")


@pytest.fixture
def held(tmp_path: Path) -> sqlite3.Connection:
    """A new file that somebody holds by himself."""
    holder = sqlite3.connect(tmp_path / "kemai.sqlite3", isolation_level=None, check_same_thread=False)
    holder.execute("CREATE TABLE t (x)")
    holder.execute("BEGIN EXCLUSIVE")
    return holder


def test_an_opening_waits_for_who_holds_the_file(tmp_path: Path, held: sqlite3.Connection) -> None:
    let_go = threading.Timer(0.3, lambda: held.execute("COMMIT"))
    let_go.start()
    opened = wrapper(tmp_path / "kemai.sqlite3")
    with opened.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM t")
        assert cursor.fetchone() == (0,)
    let_go.join()
    opened.close()


def test_the_wait_ends(tmp_path: Path, held: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.1)
    with pytest.raises(OperationalError, match="locked"):
        wrapper(tmp_path / "kemai.sqlite3").ensure_connection()


def test_a_worker_keeps_its_connection_between_requests(tmp_path: Path) -> None:
    opened = wrapper(tmp_path / "kemai.sqlite3")
    opened.ensure_connection()
    before = opened.connection
    opened.close_if_unusable_or_obsolete()
    assert opened.connection is before is not None
    opened.close()
