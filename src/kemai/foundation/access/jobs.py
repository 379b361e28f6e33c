"""Nightly: sessions that have run out are taken away, so that the table does not grow for ever."""

from __future__ import annotations

from datetime import time
from typing import Any

from kemai.foundation import jobs

NAME = "access.clear_sessions"


@jobs.job(NAME)
def clear_sessions(business_date: str = "") -> dict[str, Any]:
    """Removes expired sessions; a second run finds nothing."""
    from django.utils import timezone

    from kemai.foundation.access.models import Session

    return {"removed": Session.objects.filter(expire_date__lt=timezone.now()).delete()[0]}


jobs.timetable(NAME, time(3, 0))
