"""Revalues once in a process of its own, which a fault point kills; see test_crash."""

from __future__ import annotations

import os
import sys
from datetime import date


def main(as_of: str) -> None:
    """Chunks of two rows, so that there is a moment between two of them."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    django.setup()
    from kemai.business.valuation.actions import revaluing, storing
    from kemai.business.valuation.runs import parts
    from kemai.foundation.access.actor import system_actor

    storing.CHUNK = 2
    parts._parts = {"churn": parts._parts["churn"]}  # one stands for all of them
    run = revaluing.revalue(actor=system_actor(date(2026, 7, 1)), as_of=date.fromisoformat(as_of))
    print(run.result_hash, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
