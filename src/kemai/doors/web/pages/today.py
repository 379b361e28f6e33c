"""今日: what to do today."""

from django.http import HttpResponse

from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page


@page
def show(request: ActorRequest) -> HttpResponse:
    """The work list of the person."""
    return render(request, "today.html")
