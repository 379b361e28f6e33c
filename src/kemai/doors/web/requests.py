"""The request of a signed-in person, and the decorator that every page wears."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from kemai.business.archives.queries import Moved
from kemai.doors.web.rendering import refusal_page
from kemai.foundation.access.actor import Actor, Gone, Refused, actor_of
from kemai.foundation.access.models import Person
from kemai.foundation.access.sessions import signed_in
from kemai.foundation.clock import business_today


class ActorRequest(HttpRequest):
    """A request whose actor is known."""

    actor: Actor
    htmx: Any


View = Callable[..., Any]


def attach_actor(request: HttpRequest) -> Actor | None:
    """Puts `actor` on the request (None for a visitor): one query where all is in order, Django's way otherwise."""
    today = business_today()
    found = signed_in(request.session, today)
    if found:
        request._cached_user = found.person  # type: ignore[attr-defined]  # what `request.user` reads
        actor: Actor | None = found.actor
    else:
        person = request.user
        actor = actor_of(person, today) if isinstance(person, Person) and person.is_active else None
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def page(view: View) -> View:
    """Signed-in people only; a refusal becomes a page with its sentence, a missing record a 404."""

    @wraps(view)
    def guarded(request: ActorRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            return _to_sign_in(request)
        try:
            return view(request, *args, **kwargs)  # type: ignore[no-any-return]
        except Refused as refusal:
            return refusal_page(request, str(refusal), status=refusal.status)
        except Moved as moved:
            return _moved(request, moved, kwargs)
        except Gone as gone:
            return refusal_page(request, str(gone), status=410)
        except LookupError as missing:
            raise Http404 from missing

    return guarded


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page, and from there back to where the person was.

    A script that asks for a part of a page gets 401 and the address in HX-Redirect: a redirect it would follow by itself
    and put the sign-in page where the part belongs. A form that was sent goes back to its page, since its own address
    answers no GET.
    """
    by_script = request.headers.get("HX-Request") == "true"
    here = request.get_full_path()
    if by_script or request.method not in ("GET", "HEAD"):
        here = _page_of(request)
    answer = redirect_to_login(here)
    if not by_script:
        return answer
    return HttpResponse(status=401, headers={"HX-Redirect": answer.url})


def _page_of(request: HttpRequest) -> str:
    """Path and query of the page a request was sent from, as the browser says; 今日 where it is not one of ours."""
    said = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(said, {request.get_host()}, require_https=request.is_secure()):
        return reverse("today")
    parts = urlsplit(said)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def customers_page(view: View) -> View:
    """A page of the list: for people whose post sees customers at all; others get the sentence."""

    @wraps(view)
    def seen(request: ActorRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.actor.sees_customers:
            raise Refused(_("你的岗位不看客户。"))
        return view(request, *args, **kwargs)

    return page(seen)


def _moved(request: ActorRequest, moved: Moved, asked: dict[str, Any]) -> HttpResponse:
    """The same page of the customer that absorbed the one asked for; nothing is written under the old code."""
    if request.method not in ("GET", "HEAD") or request.resolver_match is None or "code" not in asked:
        return refusal_page(request, str(moved), status=409)
    name = request.resolver_match.view_name
    return HttpResponseRedirect(reverse(name, kwargs={**asked, "code": moved.code}))
