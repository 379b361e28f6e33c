"""What every page of one import shows: its name, its kind, its step; and how a POST comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.doors.web.requests import ActorRequest
from kemai.foundation.access.actor import Refused
from kemai.oversight.exchange.models import Import
from kemai.oversight.exchange.parsing.kinds import KINDS
from kemai.oversight.exchange.planning.request import ImportRefused

SYSTEM = "系统"  # as `system_actor` signs
STEPS = {
    "reading": 1,
    "mapping": 2,
    "checking": 3,
    "checked": 3,
    "landing": 4,
    "landed": 4,
    "undoing": 4,
    "undone": 4,
}


def kind_label(kind: str) -> str:
    """销售, 客户 …; before the header was read, a word for not knowing yet."""
    return KINDS.fixed(kind).label if kind in KINDS else str(_("在认"))


def person_word(name: str) -> str:
    """Who brought a file in; the command line and the nightly work are called so in the reader's language."""
    return str(_("系统")) if name == SYSTEM else name


def base(item: Import) -> dict[str, Any]:
    """The names every template of the wizard counts on."""
    card = {
        "pk": item.pk, "file_name": item.file_name, "kind": item.kind, "kind_label": kind_label(item.kind),
        "sheet": item.layout.get("sheet") or item.sheet, "refusal": item.refusal, "step": item.step,
    }  # fmt: skip
    return {"i": card, "step": STEPS.get(item.step, 1)}


def acted(request: ActorRequest, pk: int, act: Callable[[], Any]) -> HttpResponse:
    """Does what a POST asks for and goes to the import's page; a refusal is a page with its sentence."""
    if request.method != "POST":
        raise LookupError(pk)
    try:
        act()
    except ImportRefused as refused:
        raise Refused(str(refused)) from refused
    return HttpResponseRedirect(reverse("import", args=[pk]))
