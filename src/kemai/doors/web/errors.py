"""Error pages in our own look, without a word about the inside."""

import sys
from typing import Any

from django.http import HttpRequest, HttpResponse

from kemai.doors.web.rendering import render
from kemai.foundation.disk import is_full


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return render(request, "errors/400.html", status=400)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also for records that belong to somebody else."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return render(request, "errors/403.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; where the disk is full, 507 and what to do about it."""
    if is_full(sys.exc_info()[1]):
        return render(request, "errors/full.html", status=507)
    return render(request, "errors/500.html", status=500)


def csrf_failure(request: HttpRequest, reason: str = "", **kwargs: Any) -> HttpResponse:
    """The form was open too long, or came from another site."""
    return render(request, "errors/csrf.html", status=403)
