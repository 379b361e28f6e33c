"""/healthz: whether pages can be served; says nothing about the inside."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate

from django.db import connection
from django.http import HttpRequest, JsonResponse

PATIENCE = 1.5  # seconds: a database that hangs is told as unavailable within two

_prober = ThreadPoolExecutor(1, thread_name_prefix="healthz")
_asked: Future[bool] | None = None


def show(request: HttpRequest) -> JsonResponse:
    """200 when the database answers in time, else 503."""
    if connection.in_atomic_block or _answers():  # inside a test's transaction the test itself is the answer
        return JsonResponse({"status": "ok"})
    return JsonResponse({"status": "unavailable"}, status=503)


def _answers() -> bool:
    """Asks in a thread of its own, and waits for the question before when that still hangs."""
    global _asked
    if _asked is None or _asked.done():
        _asked = _prober.submit(_probe)
    try:
        return _asked.result(PATIENCE)
    except TooLate:
        return False


def _probe() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return False
    finally:
        connection.close()
    return True
