"""Builds the wheel, installs it into a fresh environment and opens the demo from it with no Node on the path; fails
when its sign-in page lacks a style sheet, a script or a picture, or the wheel a translation."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
NEEDED = (
    "kemai/locale/en/LC_MESSAGES/django.mo",
    "kemai/locale/zh_Hant/LC_MESSAGES/django.mo",
    "kemai/doors/web/assets/kemai.css",
    "kemai/doors/web/jinja2/today/page.html",
)


def main() -> int:
    """0 when the installed wheel shows its sign-in page with everything on it."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kemai-wheel-") as name:
        folder = Path(name)
        wheel = build(folder)
        holds(wheel)
        python = install(wheel, folder)
        counts = demo(python, folder)
        seen = visit(python, folder)
    print(
        f"wheel of {counts['customers']} demo customers and {seen} assets: {time.monotonic() - began:.0f} s"
    )
    return 0


def build(folder: Path) -> Path:
    """The wheel, built from a copy so that no stale build folder gets in."""
    subprocess.run([sys.executable, ROOT / "tools/messages.py"], check=True)
    copy = folder / "source"
    ignored = shutil.ignore_patterns(
        ".git", ".venv", "node_modules", "var", "build", "dist", "*.egg-info", "__pycache__", "tests"
    )
    shutil.copytree(ROOT, copy, ignore=ignored)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder / "dist", copy]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return next((folder / "dist").glob("*.whl"))


def holds(wheel: Path) -> None:
    """The files that only a complete build has are inside."""
    names = set(zipfile.ZipFile(wheel).namelist())
    missing = [name for name in NEEDED if name not in names]
    if missing or not any("/vendor/" in name for name in names):
        raise SystemExit(f"not in the wheel: {missing or 'vendor assets'}")


def install(wheel: Path, folder: Path) -> Path:
    """A fresh environment with the wheel and what it needs, by the locked versions."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv/bin/python"
    uv = [BIN / "uv", "pip", "install", "--quiet", "--python", python]
    subprocess.run([*uv, "--require-hashes", "-r", ROOT / "requirements/base.lock"], check=True)
    subprocess.run([*uv, "--no-deps", wheel], check=True)
    return python


def environment(folder: Path) -> dict[str, str]:
    """No Node, none of our sources, a data folder of its own."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": str(folder),
        "KEMAI_DATA_DIR": str(folder / "data"),
        "LANG": "C.UTF-8",
    }


def demo(python: Path, folder: Path) -> dict[str, int]:
    """Loads the demo company."""
    command = [python.with_name("kemai"), "demo", "--no-serve", "--json"]
    done = subprocess.run(
        command, cwd=folder, env=environment(folder), check=True, capture_output=True, text=True
    )
    return dict(json.loads(done.stdout))


def visit(python: Path, folder: Path) -> int:
    """Serves it and fetches every asset that the sign-in page names."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    given = {**environment(folder), "KEMAI_MODE": "demo"}
    command = [python.with_name("kemai"), "serve", "--port", str(port), "--workers", "1"]
    server = subprocess.Popen(command, cwd=folder, env=given, stderr=subprocess.DEVNULL)
    try:
        page = fetch(f"http://127.0.0.1:{port}/sign-in/", patience=60)
        assets = sorted(set(re.findall(r"""(?:src|href)="(/static/[^"#?]+)""", page)))
        for asset in assets:
            fetch(f"http://127.0.0.1:{port}{asset}")
        return len(assets)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=30)


def fetch(url: str, patience: float = 0.0) -> str:
    """The text behind an address, asked again until the patience is over."""
    until = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return str(answer.read().decode("utf-8", "replace"))
        except urllib.error.HTTPError as refused:
            raise SystemExit(f"{url}: {refused.code}") from refused
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
