"""/healthz: whether pages can be served; says nothing about the inside."""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def show(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Exception:
        return JsonResponse({"status": "unavailable"}, status=503)
    return JsonResponse({"status": "ok"})
