"""Imports one file in a process of its own, which a fault point or a signal kills; see test_crash."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path


def main(path: str, chunk: int, kind: str) -> None:
    """Small chunks make many moments between two of them."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    django.setup()
    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.exchange.actions import importing, run_import
    from kemai.oversight.exchange.landing import pace
    from kemai.oversight.exchange.planning.request import ImportRequest

    pace.FIRST = pace.LARGEST = pace.SMALLEST = importing.SMALL = chunk
    request = ImportRequest(
        actor=system_actor(date(2026, 11, 22)),
        kind=kind,
        path=Path(path),
        file_name=Path(path).name,
        create_customers=True,
    )
    print("ready", flush=True)
    outcome = run_import(request)
    print(outcome.batch_id, outcome.report.created, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
