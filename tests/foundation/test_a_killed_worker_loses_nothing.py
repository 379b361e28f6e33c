"""kill -9 of a busy child, of the busy parent and of an idle child, with real processes (F04, G05)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
from django.db import connection

from kemai.foundation import jobs
from kemai.foundation.jobs import backend
from kemai.foundation.jobs.models import Job

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PATIENCE = 60.0
Start = Callable[[], "subprocess.Popen[bytes]"]


def database_address() -> str:
    """The test database as other processes reach it."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{held['NAME']}"
    return f"postgres://{held['USER']}@/{held['NAME']}?host={quote(str(held['HOST']))}"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[subprocess.Popen[bytes]] = []
    told = {
        "KEMAI_DATABASE_URL": database_address(),
        "KEMAI_JOB_LEASE_SECONDS": "2",
        "KEMAI_JOB_POLL_SECONDS": "0.1",
    }

    def begin() -> subprocess.Popen[bytes]:
        code = "from kemai.doors.worker.supervisor import Supervisor; raise SystemExit(Supervisor(1).run())"
        environment = {**os.environ, **told, "KEMAI_MODE": "test", "KEMAI_DATA_DIR": str(tmp_path)}
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environment))
        return started[-1]

    yield begin
    for parent in started:
        for process in (
            *children(parent.pid),
            *([psutil.Process(parent.pid)] if parent.poll() is None else []),
        ):
            process.kill()
        parent.wait(PATIENCE)


def children(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def wait_for(what: Callable[[], Any]) -> Any:
    """What it gives as soon as it gives something; the patience only ends a hang."""
    until = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < until, "hung"
        time.sleep(0.05)
    return found


def ask(file: Path, first: float) -> Job:
    path = "tests.foundation.killable.Killable"
    return jobs.enqueue(backend.RUN, path=path, args=[str(file)], kwargs={"first": first})


def pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def ended(job: Job) -> Job | None:
    return Job.objects.filter(pk=job.pk).exclude(state__in=[Job.State.WAITING, Job.State.RUNNING]).first()


def test_f04_a_job_whose_child_is_killed_is_done_by_the_next_child(start: Start, tmp_path: Path) -> None:
    job = ask(tmp_path / "who", first=600)
    start()
    (victim,) = wait_for(lambda: pids(tmp_path / "who"))
    os.kill(victim, signal.SIGKILL)
    done = wait_for(lambda: ended(job))
    assert (done.state, done.result, done.attempts) == (Job.State.DONE, "done", 2)
    assert len(set(pids(tmp_path / "who"))) == 2


def test_f04_a_job_whose_parent_is_killed_is_done_once_and_its_child_leaves(
    start: Start, tmp_path: Path
) -> None:
    job = ask(tmp_path / "who", first=3)
    parent = start()
    (child,) = wait_for(lambda: pids(tmp_path / "who"))
    parent.kill()
    done = wait_for(lambda: ended(job))
    assert (done.state, done.attempts) == (Job.State.DONE, 1)
    wait_for(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
    start()
    second = ask(tmp_path / "second", first=0)
    assert wait_for(lambda: ended(second)).state == Job.State.DONE


def test_a_killed_idle_child_is_replaced_and_work_goes_on(start: Start, tmp_path: Path) -> None:
    first = ask(tmp_path / "first", first=0)
    start()
    assert wait_for(lambda: ended(first)).state == Job.State.DONE
    (victim,) = pids(tmp_path / "first")
    os.kill(victim, signal.SIGKILL)
    second = ask(tmp_path / "second", first=0)
    assert wait_for(lambda: ended(second)).attempts == 1
    assert pids(tmp_path / "second") != [victim]
