"""Format, lint, types, import contracts, migrations, templates: every check, then one answer."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports"],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "deployment": ["django-admin", "check", "--deploy", "--fail-level", "ERROR"],
    "translations": ["python", "tools/translations.py", "check"],
    "templates": ["djlint", "src/kemai/doors/web/jinja2", "--lint", "--quiet"],
}


def main() -> int:
    """0 when all are green; each failure is printed in full."""
    with tempfile.TemporaryDirectory(prefix="kemai-check-") as folder:
        environment = {
            **os.environ, "KEMAI_MODE": "test", "KEMAI_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "kemai.config.settings", "PYTHONPATH": str(ROOT / "src"),
        }  # fmt: skip
        failed = [name for name, command in CHECKS.items() if not passes(name, command, environment)]
    print("all checks passed" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    """Runs one check quietly and shows its output only when it fails."""
    program = command[0] if command[0].startswith("/") else str(BIN / command[0])
    done = subprocess.run(
        [program, *command[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    print(f"{'ok  ' if done.returncode == 0 else 'FAIL'} {name}", flush=True)
    if done.returncode:
        print(done.stdout[-6000:] + done.stderr[-4000:])
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
