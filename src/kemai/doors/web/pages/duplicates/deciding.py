"""Not the same, later, or back on the list; merging has a page of its own."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kemai.doors.web.pages.me import safe_next
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Refused
from kemai.oversight.dedupe import actions


@require_POST
@page
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Writes down what the person says of a pair and goes back to the list."""
    ways = {"apart": actions.tell_apart, "later": actions.put_off, "again": actions.look_again}
    said = {"apart": _("记下了，以后不再提"), "later": _("三十天后再看"), "again": _("放回名单了")}
    what = request.POST.get("what", "")
    if what not in ways:
        raise Refused(_("没说怎么办。"))
    ways[what](actor=request.actor, pair_id=pk)
    messages.success(request, said[what])
    return HttpResponseRedirect(safe_next(request, reverse("duplicates")))
