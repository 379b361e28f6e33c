"""The list as a file: the question and the columns at hand; a large one has to say what for."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.directory import ListQuery
from kemai.doors.web.pages.customer.cards import as_file
from kemai.doors.web.pages.customers.asking import asked
from kemai.doors.web.pages.customers.chips import told
from kemai.doors.web.pages.customers.columns import chosen
from kemai.doors.web.pages.customers.views import at_hand
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.doors.web.tables import TYPES
from kemai.oversight.exchange.cards.writing import cards_of_list
from kemai.oversight.exchange.export.lists import REASON_FROM, count_of, list_file


@page
def show(request: ActorRequest) -> HttpResponse:
    """What would be exported, and then the file."""
    actor = request.actor
    actor.require("export", _("你没有导出的权限。"))
    now = asked(request.GET, actor)
    view = at_hand(actor, request.GET)
    columns = chosen(actor, view.columns if view else "")
    keys = [c.key for c in columns]
    said = told(actor, now)
    in_words = _("；").join(
        part for part in (f"{_('搜索')} {now.query.q}" if now.query.q else "", said) if part
    ) or _("全部客户")
    if request.method == "POST":
        return _file(request, now.query, keys, in_words)
    count = count_of(actor, now.query)
    context: dict[str, Any] = {
        "count": count, "told": in_words, "names": [c.label for c in columns], "needs_reason": count > REASON_FROM,
        "back": f"{reverse('customers')}?{request.GET.urlencode()}",
    }  # fmt: skip
    return render(request, "customers/export.html", context)


def _file(request: ActorRequest, query: ListQuery, keys: list[str], told: str) -> HttpResponse:
    """The list as a table, or its contacts as cards."""
    actor, reason = request.actor, request.POST.get("reason", "")
    if request.POST.get("format") == "vcf":
        cards = cards_of_list(actor=actor, query=query, told=told, reason=reason)
        return as_file(cards, f"contacts-{actor.today:%Y%m%d}")
    kind = str(request.POST.get("format") if request.POST.get("format") in TYPES else "xlsx")
    made = list_file(actor=actor, query=query, columns=keys, told=told, format=kind, reason=reason)
    answer = HttpResponse(made, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="customers-{actor.today:%Y%m%d}.{kind}"'
    return answer
