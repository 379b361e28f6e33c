"""The search in the background: every night, and when somebody asks for it."""

from __future__ import annotations

from datetime import time
from typing import Any

from kemai.foundation import jobs
from kemai.foundation.clock import business_today

NAME = "dedupe.search"


@jobs.job(NAME, max_attempts=3)
def search_job(trigger: str = "nightly", business_date: str = "", person_name: str = "") -> dict[str, Any]:
    """Looks through the whole base with the rights of the system."""
    from kemai.foundation.access.actor import system_actor
    from kemai.oversight.dedupe.actions import find_duplicates

    done = find_duplicates(actor=system_actor(business_today()), trigger=trigger, person_name=person_name)
    return {"search": done.pk, "pairs": done.pairs}


jobs.timetable(NAME, time(3, 30))
