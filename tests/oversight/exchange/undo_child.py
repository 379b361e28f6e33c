"""Undoes one import in a process of its own, which a fault point kills; see test_undo_crash."""

from __future__ import annotations

import os
import sys
from datetime import date


def main(batch_id: int, small: int) -> None:
    """A low limit for small imports makes many short transactions."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    django.setup()
    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.exchange.actions import undo
    from kemai.oversight.exchange.undoing import changed, created, versions

    undo.SMALL = small
    changed.CHUNK = created.CHUNK = versions.CHUNK = 20
    undo.undo_import(actor=system_actor(date(2026, 11, 22)), batch_id=batch_id, reason="导错了")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
