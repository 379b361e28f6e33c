"""A company served as it is shipped, and people who sign in and work on it over HTTP."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "benchmark-2026-lan"
PATIENCE = 60.0


@contextmanager
def served(folder: Path) -> Iterator[int]:
    """`kemai serve` on the company of the environment; gives its port, ends it afterwards."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    with (folder / "serve.log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "kemai", "serve", "--port", str(port)], stdout=log, stderr=log, start_new_session=True
        )  # fmt: skip
        try:
            _wait(port, server)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(timeout=60)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    for _again in range(300):
        if server.poll() is not None:
            raise SystemExit("kemai serve ended at once; see serve.log")
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("kemai serve does not answer")


@dataclass
class Answer:
    """What came back: 0 stands for no answer at all."""

    status: int
    text: str
    location: str = ""


@dataclass
class Visitor:
    """One person's browser, as far as cookies and forms go."""

    port: int
    login: str
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> None:
        """Signs in; a refusal ends the benchmark."""
        page = self.get("/sign-in/")
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        said = self.post("/sign-in/", login=self.login, password=PASSWORD, csrfmiddlewaretoken=token[1] if token else "")  # fmt: skip
        if said.status != 302:
            raise SystemExit(f"{self.login} cannot sign in: {said.status} {said.text[:300]}")

    def get(self, address: str) -> Answer:
        """A page."""
        return self._ask("GET", address, None)

    def post(self, address: str, **form: str) -> Answer:
        """A form, with the token that the cookie holds."""
        form.setdefault("csrfmiddlewaretoken", self.cookies.get("csrftoken", ""))
        return self._ask("POST", address, urllib.parse.urlencode(form))

    def _ask(self, method: str, address: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Host": f"127.0.0.1:{self.port}"}  # fmt: skip
        if body is not None:
            headers |= {
                "Content-Type": "application/x-www-form-urlencoded",
                "Referer": f"http://127.0.0.1:{self.port}/",
            }
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, address, body, headers)
            got = connection.getresponse()
            text = got.read().decode("utf-8", "replace")
            for line in got.headers.get_all("Set-Cookie") or []:
                name, _is, value = line.split(";", 1)[0].partition("=")
                self.cookies[name] = value
            return Answer(got.status, text, got.headers.get("Location", ""))
        except (OSError, http.client.HTTPException) as error:
            return Answer(0, f"{type(error).__name__}: {error}")
        finally:
            connection.close()
