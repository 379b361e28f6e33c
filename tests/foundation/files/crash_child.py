"""Puts one file in, in a process of its own that a fault point kills; see test_crash."""

from __future__ import annotations

import os
import sys
from datetime import date


def main(customer_id: int) -> None:
    """The database and the data folder are the test's."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    django.setup()
    from kemai.foundation.access.actor import system_actor
    from kemai.foundation.files.actions import add_file

    add_file(
        actor=system_actor(date(2026, 11, 22)),
        customer_id=customer_id,
        declared_name="执照.pdf",
        chunks=[b"%PDF-1.7 ", bytes(100_000)],
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
