"""One import of a kind at a time: a row holds who is at it and until when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.foundation.processes import is_dead, this_process
from kemai.oversight.exchange.models import ImportLease
from kemai.oversight.exchange.planning.request import ImportRefused, never

LEASE = timedelta(seconds=120)
_LOOK_SECONDS = 0.25


@contextmanager
def held(
    kind: str, *, wait_seconds: float = 0.0, check_cancelled: Callable[[], None] = never
) -> Iterator[Lease]:
    """Holds the lease of a kind; raises ImportRefused when another import still has it after the wait."""
    lease = Lease(kind)
    until = time.monotonic() + wait_seconds
    while not lease.take():
        if time.monotonic() >= until:
            raise ImportRefused(_("另一份同类的文件正在入账，请等它完成再试。"))
        check_cancelled()
        time.sleep(_LOOK_SECONDS)
    try:
        yield lease
    finally:
        lease.give_back()


class Lease:
    """The right to import one kind, renewed while the work goes on."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._holder = f"{this_process()}/{time.monotonic_ns()}"
        self._renewed = 0.0

    def take(self) -> bool:
        """True if nobody else has it: it is free, has run out, or its holder on this machine is dead."""
        ImportLease.objects.get_or_create(kind=self._kind)
        row = ImportLease.objects.get(kind=self._kind)
        free = Q(holder="") | Q(until__lt=timezone.now())
        if is_dead(row.holder):
            free |= Q(holder=row.holder)
        taken = ImportLease.objects.filter(free, kind=self._kind)
        return bool(taken.update(holder=self._holder, until=timezone.now() + LEASE))

    def renew(self) -> None:
        """Holds it for another while; raises ImportRefused when somebody else has taken it."""
        if time.monotonic() - self._renewed < LEASE.total_seconds() / 6:
            return
        if not self._mine().update(until=timezone.now() + LEASE):  # type: ignore[no-untyped-call]
            raise ImportRefused(_("入账停得太久，已让给别的导入；请再导一次。"))
        self._renewed = time.monotonic()

    def give_back(self) -> None:
        """Free for the next."""
        self._mine().update(holder="")  # type: ignore[no-untyped-call]

    def _mine(self) -> QuerySet[ImportLease]:
        return ImportLease.objects.filter(kind=self._kind, holder=self._holder)
