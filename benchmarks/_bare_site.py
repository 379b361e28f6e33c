"""The product's WSGI application with one more page: a bare view behind the same middleware, which says one word."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from kemai.config.wsgi import application
from kemai.doors.web import urls

__all__ = ["application"]


def bare(request: HttpRequest) -> HttpResponse:
    """What Django itself costs: session, person, rights, headers."""
    return HttpResponse("bare")


urls.urlpatterns.insert(0, path("bare/", bare))
