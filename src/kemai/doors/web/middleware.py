"""Headers that every answer carries, and the actor behind every request."""

from collections.abc import Callable
from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from kemai.doors.web.requests import attach_actor
from kemai.foundation.moments import moment

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; font-src 'self'; "
    "form-action 'self'; img-src 'self' data:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'"
)
GetResponse = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """A constant policy: no inline script or style, nothing from elsewhere, private pages never stored."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"
        )
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
            for name in ("Cookie", "HX-Request"):
                response.headers["Vary"] = _with(response.headers.get("Vary", ""), name)
        return response


def _with(vary: str, name: str) -> str:
    return vary if name in vary else f"{vary}, {name}".lstrip(", ")


class ActorOnRequest:
    """Reads the signed-in person's rights afresh at each request and speaks their language."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reading = moment() if request.method in ("GET", "HEAD") else nullcontext()
        with reading:
            actor = None if request.path == "/healthz" else attach_actor(request)
            if actor is None:
                return self.get_response(request)
            with translation.override(actor.language):
                return self.get_response(request)
