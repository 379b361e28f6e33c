"""The nightly job takes away sessions that have run out and leaves those in use."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from kemai.foundation.access.jobs import clear_sessions
from kemai.foundation.access.models import Session

pytestmark = pytest.mark.django_db


def test_only_what_has_run_out_goes():
    now = timezone.now()
    for key, ends in (("old", now - timedelta(days=1)), ("used", now + timedelta(hours=1))):
        Session.objects.create(session_key=key, session_data="", expire_date=ends)
    assert clear_sessions() == {"removed": 1}
    assert list(Session.objects.values_list("session_key", flat=True)) == ["used"]
