"""F09 at full length: writers and readers over HTTP against a served company while one import follows the other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from argparse import Namespace
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from _bench import vendor
from _served import PASSWORD, Answer, Visitor, served
from import_sales import told, write_ledger

WRITE_SECONDS, MORE = 2.0, 1.2  # what is promised, and how much of it may be missed
WRITE_PAUSE, READ_PAUSE = 0.3, 1.0
PAGES = ("/today/", "/customers/", "/customers/?page=2", f"/customers/?q={quote('商贸')}", "/ranking/", "/imports/", "/customers/C000007/")  # fmt: skip


@dataclass
class Kept:
    """What one person met: seconds of each request, statuses, and the first words of what went wrong."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    done: int = 0

    def note(self, answer: Answer, took: float, good: tuple[int, ...]) -> bool:
        """Whether the answer was one of the good ones."""
        self.seconds.append(took)
        self.statuses[answer.status] += 1
        locked = "database is locked" in answer.text
        if answer.status in good and not locked:
            return True
        self.wrong.append(f"{answer.status} {answer.text[:200]!r}")
        return False


def ten_minutes(asked: Namespace, folder: Path) -> bool:
    """True when the promise holds within a fifth: nobody meets a lock or a 5xx, p99 of writes is 2 s at most."""
    _people(asked)
    first = folder / "first.csv"
    write_ledger(first, 20_000, 5_000)
    print(told("customers to work on", "sales", first, create_customers=True), flush=True)
    stop = threading.Event()
    with served(folder) as port:
        writers = [_Writer(port, f"w{n}", n, stop) for n in range(asked.writers)]
        readers = [_Reader(port, f"r{n}", n, stop) for n in range(asked.readers)]
        for each in (*writers, *readers):
            each.visitor.sign_in()
        for each in (*writers, *readers):
            each.start()
        imported = _imports(asked, folder, time.monotonic() + 60 * asked.minutes)
        stop.set()
        for each in (*writers, *readers):
            each.join(timeout=120)
    return _judged(writers, readers, imported)


def _people(asked: Namespace) -> None:
    """Writers lead the head office, so that they own what they enter; readers see everything."""
    from django.core.management import call_command

    from kemai.foundation.access.actions.people import add_person, assign_role, unit_by_path
    from kemai.foundation.access.actor import system_actor
    from kemai.foundation.clock import business_today

    call_command("createcachetable", verbosity=0)
    actor = system_actor(business_today())
    unit = unit_by_path(actor=actor, path="总部", create=True)
    names = [(f"w{n}", "region_manager") for n in range(asked.writers)] + [
        (f"r{n}", "executive") for n in range(asked.readers)
    ]
    for login, role in names:
        person = add_person(actor=actor, login=login, name=login, password=PASSWORD)
        assign_role(actor=actor, person=person, role=role, unit=unit)


def _imports(asked: Namespace, folder: Path, until: float) -> int:
    """One ledger after the other, each with orders of its own, by the command; gives how many lines went in."""
    plain, lines, round_ = folder / "plain.csv", 0, 0
    write_ledger(plain, asked.lines, asked.customers)
    while time.monotonic() < until:
        round_ += 1
        path = folder / f"round{round_}.csv"
        path.write_text(plain.read_text("utf-8").replace("\nCK", f"\nR{round_}-"), "utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "kemai", "import", "sales", str(path), "--create-customers", "--json"],
            capture_output=True, text=True, check=False, env=dict(os.environ),
        )  # fmt: skip
        if done.returncode:
            raise SystemExit(f"the import failed: {done.stderr[-2000:]}")
        lines += asked.lines
        path.unlink()
    return lines


class _Person(threading.Thread):
    def __init__(self, port: int, login: str, number: int, stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.visitor, self.number, self.halt = Visitor(port, login), number, stop
        self.kept = Kept()

    def run(self) -> None:
        turn = 0
        while not self.halt.wait(self.pause):
            began = time.perf_counter()
            answer, good = self.once(turn)
            if self.kept.note(answer, time.perf_counter() - began, good):
                self.kept.done += 1
            turn += 1

    pause = 1.0

    def once(self, turn: int) -> tuple[Answer, tuple[int, ...]]:
        raise NotImplementedError


class _Writer(_Person):
    """Enters a customer now and then, and logs one contact after the other with it."""

    pause = WRITE_PAUSE

    def once(self, turn: int) -> tuple[Answer, tuple[int, ...]]:
        if turn % 20 == 0:
            self.code = f"W{self.number}-{turn}"
            form = {
                "code": self.code, "name": f"第{self.number}人第{turn}家{self.code}商行", "type": "enterprise", "anyway": "1"
            }  # fmt: skip
            return self.visitor.post("/customers/new/", **form), (302,)
        text = f"@{self.code} 电话 第{turn}次谈价格"
        return self.visitor.post("/today/log/", text=text, client_key=f"{self.number}-{turn}-f09"), (302,)


class _Reader(_Person):
    """Walks through the pages people have open all day."""

    pause = READ_PAUSE

    def once(self, turn: int) -> tuple[Answer, tuple[int, ...]]:
        return self.visitor.get(PAGES[(turn + self.number) % len(PAGES)]), (200,)


def _judged(writers: list[_Writer], readers: list[_Reader], imported: int) -> bool:
    from kemai.business.agenda.models import ContactLog
    from kemai.business.archives.models import Customer

    for word, people in (("write", writers), ("read", readers)):
        print(_told(word, [each.kept for each in people]))
    stored = ContactLog.objects.filter(person__login__startswith="w").count() + Customer.objects.filter(code__startswith="W").count()  # fmt: skip
    acknowledged = sum(each.kept.done for each in writers)
    wrong = [line for each in (*writers, *readers) for line in each.kept.wrong]
    for line in wrong[:10]:
        print(f"  {line}")
    print(
        f"imported meanwhile: {imported:,} lines; locked or failed: {len(wrong)}; acknowledged {acknowledged:,}, stored {stored:,} ({vendor()})"
    )
    p99 = _at([s for each in writers for s in each.kept.seconds], 0.99)
    return not wrong and stored >= acknowledged > 0 and p99 <= WRITE_SECONDS * MORE


def _at(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else float("inf")


def _told(what: str, kept: list[Kept]) -> str:
    seconds = [s for each in kept for s in each.seconds]
    statuses = sum((each.statuses for each in kept), Counter())
    return (
        f"{what}: {len(seconds):,} requests by {len(kept)}, p50 {_at(seconds, 0.5) * 1000:.0f} ms, p99 {_at(seconds, 0.99) * 1000:.0f} ms, "
        f"worst {max(seconds, default=0) * 1000:.0f} ms, {dict(statuses)}"
    )
