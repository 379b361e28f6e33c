"""我的设置: language and theme of the person."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override

from kemai.doors.web.pages.settings.frame import show as show_settings
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actions.me import change_my_looks
from kemai.foundation.access.roles import ROLE_LABELS


@page
def show(request: ActorRequest) -> HttpResponse:
    """The form, or the change of one or both settings and back to where the person was."""
    if request.method != "POST":
        held = [str(ROLE_LABELS.get(role, role)) for role in request.actor.roles]
        return show_settings(request, "me.html", "me", {"languages": settings.LANGUAGES, "held": held})
    language, theme = request.POST.get("language", ""), request.POST.get("theme", "")
    change_my_looks(
        actor=request.actor, language=language, theme=theme, languages=tuple(dict(settings.LANGUAGES))
    )
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    if not request.POST.get("next"):
        with override(language or request.actor.language):
            messages.success(request, _("已保存"))
    return HttpResponseRedirect(safe_next(request, reverse("me")))


def safe_next(request: ActorRequest, default: str) -> str:
    """The `next` address when it stays on this site, else the default."""
    target = request.POST.get("next", "")
    fits = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if target.startswith("/") and fits else default
