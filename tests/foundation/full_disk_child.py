"""A company whose disk fills up, in a process of its own: what each way of writing says then, and afterwards; see
test_a_full_disk."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

TODAY = date(2026, 11, 22)
LEFT = 48 * 1024  # bytes that stay free, so that work begins before it fails
HEADER = "单号,行号,日期,客户,产品编号,数量,金额"


def main(folder: Path, beside: Path) -> None:
    """`folder` lies on the small disk and holds the data; `beside` is elsewhere and has room."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    django.setup()
    company = Company(folder, beside)
    company.open()
    said: dict[str, Any] = {"before": company.counts()}
    ballast = fill(folder / "ballast")
    said["full"] = {name: told(way) for name, way in company.ways("full").items()}
    said["while"] = {"counts": company.counts(), "sound": company.sound(), "page": company.browser.get("/customers/").status_code}  # fmt: skip
    ballast.unlink()
    said["again"] = {name: told(way) for name, way in company.ways("again").items()}
    said["after"] = {"counts": company.counts(), "sound": company.sound(), "left": company.left_over()}
    json.dump(said, sys.stdout, ensure_ascii=False)


def fill(path: Path) -> Path:
    """Takes all of the disk but a little."""
    with path.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(64 * 1024)):
                pass
        except OSError:
            pass
        file.truncate(max(file.tell() - LEFT, 0))
    return path


def told(way: Callable[[], Any]) -> str:
    """What came back, or "full: …" where the disk was named, or the error that nobody foresaw."""
    from kemai.foundation.access.actor import Refused
    from kemai.foundation.disk import is_full
    from kemai.oversight.exchange.reading.refusals import ReadRefused

    try:
        return str(way())
    except (Refused, ReadRefused) as refusal:
        return f"refused: {'硬盘满了' in str(refusal)}"
    except Exception as error:
        return f"full: {type(error).__name__}" if is_full(error) else f"unforeseen: {error!r}"


class Company:
    """A small company with every way of writing that the promise names."""

    def __init__(self, folder: Path, beside: Path) -> None:
        self.folder, self.beside = folder, beside

    def open(self) -> None:
        """One person, one customer, a few lines, a signed-in browser."""
        from django.core.management import call_command
        from django.test import Client

        from kemai.business.archives.actions import create_customer
        from kemai.foundation.access.actions.people import add_person, assign_role, unit_by_path
        from kemai.foundation.access.actor import system_actor

        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        self.actor = system_actor(TODAY)
        unit = unit_by_path(actor=self.actor, path="总部", create=True)
        self.person = add_person(actor=self.actor, login="boss", name="沈知遥", password="lan-ting-2026")
        assign_role(actor=self.actor, person=self.person, role="region_manager", unit=unit)
        self.customer = create_customer(actor=self.actor, name="镇江华瑞商贸有限公司", owner=self.person)
        self.brought("base", 50)
        self.browser = Client(raise_request_exception=False, headers={"host": "127.0.0.1"})
        self.browser.force_login(self.person, backend="django.contrib.auth.backends.ModelBackend")
        self.browser.get("/customers/")

    def ways(self, round_: str) -> dict[str, Callable[[], Any]]:
        """Every way of writing, by name."""
        return {
            "import": lambda: self.brought(round_, 20_000), "command": lambda: self.commanded(round_), "upload": self.uploaded,
            "file": self.kept, "export": self.exported, "entry": lambda: self.entered(round_), "search": self.searched,
        }  # fmt: skip

    def brought(self, name: str, lines: int) -> str:
        """A ledger from elsewhere."""
        from kemai.oversight.exchange.actions import run_import
        from kemai.oversight.exchange.planning.request import ImportRequest

        path = self.ledger(name, lines)
        request = ImportRequest(actor=self.actor, kind="sales", path=path, file_name=path.name, create_customers=True)  # fmt: skip
        return f"created {run_import(request).report.created}"

    def ledger(self, name: str, lines: int) -> Path:
        """A file of new orders of new customers."""
        path = self.beside / f"{name}.csv"
        rows = (
            f"{name}{n},1,2026-{n % 9 + 1:02d}-05,{name}客户{n % 4000:04d}厂,P{n % 7},1,{n}.50"
            for n in range(lines)
        )
        path.write_text("\n".join([HEADER, *rows]) + "\n", "utf8")
        return path

    def commanded(self, round_: str) -> str:
        """The same at the command line: its status, and whether the disk was named on standard error."""
        import contextlib
        import io

        from kemai.doors.cli.main import run

        path, words = self.ledger(f"c{round_}", 20_000), io.StringIO()
        with contextlib.redirect_stderr(words), contextlib.redirect_stdout(io.StringIO()):
            status = run(["import", "sales", str(path), "--create-customers", "--json"])
        return f"status {status} {'硬盘满了' in words.getvalue()}"

    def uploaded(self) -> str:
        """A file through the page of imports."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        text = f"{HEADER}\n" + "S1,1,2026-01-05,镇江华瑞商贸有限公司,P1,1,10\n" * 40_000
        return self.answer(
            "/imports/", {"file": SimpleUploadedFile("大.csv", text.encode()), "kind": "sales"}
        )

    def kept(self) -> str:
        """A document of a customer."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        content = b"%PDF-1.7 " + os.urandom(2 * 1024 * 1024)
        return self.answer(f"/customers/{self.customer.code}/files/new/", {"files": SimpleUploadedFile("执照.pdf", content), "kind": "licence"})  # fmt: skip

    def exported(self) -> str:
        """All lines into a workbook on the same disk."""
        from kemai.doors.cli.main import run

        return f"status {run(['export', 'sales', '--to', str(self.folder / 'out.xlsx')])}"

    def entered(self, round_: str) -> str:
        """Customers by the form until the disk says no, forty at most: the log of the database grows with each."""
        for n in range(400):
            name = f"{round_}手工录入第{n}家{'长' * 60}商行"
            said = self.answer(
                "/customers/new/", {"name": name, "type": "enterprise", "anyway": "1", "address": "路" * 290}
            )
            if said != "302":
                return said
            self.entries = n + 1
            if round_ == "again" and n == 5:
                break
        return "302"

    entries = 0

    def searched(self) -> str:
        """A search for duplicates."""
        from kemai.oversight.dedupe.actions import find_duplicates

        return find_duplicates(actor=self.actor).status

    def answer(self, address: str, data: dict[str, Any]) -> str:
        """The status, and for a refusal whether the page names the disk."""
        got = self.browser.post(address, data)
        return (
            str(got.status_code)
            if got.status_code < 400
            else f"{got.status_code} {'硬盘' in got.content.decode()}"
        )

    def counts(self) -> dict[str, int]:
        """What readers see."""
        from kemai.business.archives.models import Customer
        from kemai.business.trade.models import SaleLine
        from kemai.foundation.access.scopes import restrict
        from kemai.foundation.files.models import StoredFile

        return {
            "customers": restrict(Customer.objects.all(), self.actor).count(), "lines": SaleLine.objects.landed().count(),
            "files": StoredFile.objects.count(), "entered": self.entries,
        }  # fmt: skip

    def sound(self) -> list[str]:
        """What is wrong with the database and the trail; nothing is an empty list."""
        from django.db import connection

        from kemai.foundation import trail

        wrong = [str(each) for each in trail.verify()]
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA integrity_check")
                wrong += [row[0] for row in cursor.fetchall() if row[0] != "ok"]
        return wrong

    def left_over(self) -> list[str]:
        """Folders of work in progress that should have gone."""
        return [
            path.name
            for path in self.folder.rglob("*")
            if path.is_dir() and path.name.startswith(("kemai-", "arriving-"))
        ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("beside", type=Path)
    asked = parser.parse_args()
    main(asked.folder, asked.beside)
