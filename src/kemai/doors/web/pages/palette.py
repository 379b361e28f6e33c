"""What Ctrl-K finds: customers and places."""

from django.http import HttpResponse
from django.urls import reverse

from kemai.business.archives.queries import search
from kemai.doors.web.rendering import navigation, render
from kemai.doors.web.requests import ActorRequest, page


@page
def show(request: ActorRequest) -> HttpResponse:
    """Rows for the palette."""
    text = request.GET.get("q", "").strip()[:60]
    found = search(request.actor, text, limit=8) if text else []
    customers = [
        {
            "href": reverse("customer", args=[c.code]),
            "name": c.short_name or c.name,
            "full_name": c.name,
            "class_key": None,
            "code": c.code,
        }
        for c in found
    ]
    places = [
        p
        for p in navigation(request, request.actor)
        if not text or text in p["label"] or text.lower() in p["key"]
    ]
    context = {
        "customers": customers,
        "places": places,
        "q": text,
        "may_create": request.actor.may("customer.create"),
    }
    return render(request, "palette.html", context)
