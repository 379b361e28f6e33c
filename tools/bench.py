"""Runs every script under benchmarks/, one after the other; each prints its figures itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

if __name__ == "__main__":
    scripts = sorted((ROOT / "benchmarks").glob("[!_]*.py"))
    sys.exit(max(subprocess.run([sys.executable, str(s)], cwd=ROOT, check=False).returncode for s in scripts))
