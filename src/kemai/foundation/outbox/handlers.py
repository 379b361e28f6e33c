"""Announcing events and delivering them at least once to whoever listens."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

Handler = Callable[..., None]
log = logging.getLogger(__name__)
_handlers: dict[str, list[Handler]] = defaultdict(list)
MAX_ATTEMPTS = 8


def announce(name: str, **payload: Any) -> None:
    """Writes an event into the current transaction; it vanishes with it or stays with it."""
    from kemai.foundation.outbox.models import Event

    Event.objects.create(name=name, payload=payload)


def handler(name: str) -> Callable[[Handler], Handler]:
    """Registers an idempotent function for an event name; it gets the payload as keyword arguments."""

    def register(function: Handler) -> Handler:
        if function not in _handlers[name]:
            _handlers[name].append(function)
        return function

    return register


def deliver_waiting(limit: int = 200) -> int:
    """Delivers the oldest waiting events in order and gives how many went through.

    An event that fails stays waiting and is tried again, up to MAX_ATTEMPTS times; others are not held up.
    """
    from kemai.foundation.outbox.models import Event

    waiting = Event.objects.filter(delivered_at=None, attempts__lt=MAX_ATTEMPTS).order_by("pk")[:limit]
    return sum(_delivered(event) for event in waiting)


def _delivered(event: Any) -> bool:
    rows = type(event).objects.filter(pk=event.pk, delivered_at=None)
    try:
        with transaction.atomic():
            for function in _handlers[event.name]:
                function(**event.payload)
            return bool(rows.update(delivered_at=timezone.now()))
    except Exception as error:
        log.exception("event %s was not delivered", event.pk)
        rows.update(attempts=F("attempts") + 1, last_error=repr(error)[:500])
        return False
