"""Journeys run against the product as it is shipped: `kemai demo` loads a company, `kemai serve` serves it,
and a real Chromium clicks. Each database gets its own data folder and its own database."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or ""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
AXE = Path("node_modules/axe-core/axe.min.js")
PASSWORD = "lan-ting-2026"


@dataclass(frozen=True)
class Company:
    """A served company: where it is and how to run `kemai` on it."""

    url: str
    environment: dict[str, str]

    def kemai(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs a command on the same database."""
        return subprocess.run(
            [sys.executable, "-m", "kemai", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture(scope="module")
def empty_company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company on its first day: one director, no customer, no ledger."""
    yield from _served(tmp_path_factory.mktemp("empty"), ["migrate"], first_person="boss")


def _served(folder: Path, load: list[str], first_person: str = "") -> Iterator[Company]:
    port = _free_port()
    environment = _environment(folder)
    database = _copied(load, folder, environment)
    company = Company(f"http://127.0.0.1:{port}", environment)
    if first_person:
        _add_director(company, first_person)
    server = subprocess.Popen(
        [sys.executable, "-m", "kemai", "serve", "--port", str(port)],
        env=environment, stdout=subprocess.DEVNULL, stderr=(folder / "serve.log").open("wb"), start_new_session=True,
    )  # fmt: skip
    try:
        _wait_for(company.url + "/healthz", server, folder / "serve.log")
        yield company
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=30)
        _drop_database(database)


def _environment(folder: Path) -> dict[str, str]:
    environment = {**os.environ, "KEMAI_MODE": "demo", "KEMAI_DATA_DIR": str(folder), "PYTHONUNBUFFERED": "1"}
    for name in ("KEMAI_TODAY", "KEMAI_FAULTS", "KEMAI_SECRET_KEY"):
        environment.pop(name, None)
    return environment


def _copied(load: list[str], folder: Path, environment: dict[str, str]) -> tuple[str, str] | None:
    """A copy of the company that `load` makes, in `folder` and a database of its own: it is loaded once for all workers
    of a run of the tests, since a demo company takes a minute and every new one its migrations."""
    shared = Path(os.environ["KEMAI_DATA_DIR"])
    shared = (shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared) / f"company-{load[0]}"
    shared.parent.mkdir(parents=True, exist_ok=True)
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared.with_suffix(".database")
        if not made.exists():
            first = _environment(shared)
            database = _own_database(first)
            _must(Company("", first).kemai(*load))
            made.write_text(database[1] if database else "")
        shutil.copytree(shared, folder, dirs_exist_ok=True)
        return _own_database(environment, template=made.read_text())


def _add_director(company: Company, login: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kemai", "user", "add", login, "--name", "沈知遥", "--role", "executive", "--unit", "总部",
         "--create-unit", "--password-stdin"], env=company.environment, input=PASSWORD, capture_output=True, text=True, check=False,
    )  # fmt: skip
    _must(done)


def _must(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout + done.stderr


def _own_database(environment: dict[str, str], template: str = "template1") -> tuple[str, str] | None:
    """On PostgreSQL a database of its own, a copy of `template`; on SQLite the data folder is enough."""
    url = environment.get("KEMAI_DATABASE_URL", "")
    if not url.startswith("postgres"):
        environment.pop("KEMAI_DATABASE_URL", None)
        return None
    name = f"journey_{uuid.uuid4().hex[:10]}"
    _administer(url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    head, _, tail = url.partition("?")
    environment["KEMAI_DATABASE_URL"] = f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{tail}" if tail else "")
    return url, name


def _drop_database(database: tuple[str, str] | None) -> None:
    if database:
        _administer(database[0], f'DROP DATABASE "{database[1]}" WITH (FORCE)')


def _administer(url: str, statement: str) -> None:
    import psycopg

    from kemai.config.databases import postgres

    known = postgres(url)
    with psycopg.connect(
        dbname="postgres", user=known["USER"], host=known["HOST"], port=known["PORT"] or None, autocommit=True
    ) as c:
        c.execute(statement)


def _free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text(errors="replace")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text(errors="replace"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all journeys."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


class Visitor:
    """A person at a browser: signs in, walks, and has axe look at each page."""

    def __init__(
        self,
        browser: Browser,
        company: Company,
        *,
        phone: bool = False,
        dark: bool = False,
        locale: str = "zh-CN",
    ) -> None:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        self.context = browser.new_context(
            viewport=size, base_url=company.url, locale=locale, color_scheme="dark" if dark else "light",
            has_touch=phone, is_mobile=phone, accept_downloads=True,
        )  # fmt: skip
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(30_000)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "response",
            lambda r: self.errors.append(f"{r.status} {r.url}") if r.status in (404, 500) else None,
        )
        self.page.on(
            "console",
            lambda line: (
                self.errors.append(line.text)
                if line.type == "error" and "Failed to load" not in line.text
                else None
            ),
        )

    def sign_in(self, login: str, password: str = PASSWORD) -> Page:
        """Signs in and lands on 今日."""
        self.page.goto("/sign-in/")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", password)
        self.page.click("button[type=submit]")
        self.page.wait_for_url("**/today/")
        return self.page

    def axe(self) -> list[str]:
        """What axe finds on the page as it stands, one line a rule."""
        self.page.evaluate(AXE.read_text(encoding="utf8"))
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
        return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found["violations"]]


@pytest.fixture
def visit(browser: Browser) -> Iterator[object]:
    """Opens visitors and, at the end, says when a page of theirs broke in the console."""
    visitors: list[Visitor] = []

    def opened(company: Company, **options: object) -> Visitor:
        visitors.append(Visitor(browser, company, **options))  # type: ignore[arg-type]
        return visitors[-1]

    yield opened
    problems = [error for visitor in visitors for error in visitor.errors]
    for visitor in visitors:
        visitor.context.close()
    assert problems == []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a journey."""
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.journey)
