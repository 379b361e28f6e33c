"""The list: groups of customers that may be one, pair by pair, side by side."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.doors.web.formats import moment, whole
from kemai.doors.web.pages.customer.words import number
from kemai.doors.web.pages.duplicates.pairs import card
from kemai.doors.web.pages.duplicates.searches import DUTY, running
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor
from kemai.foundation.traditional import in_script
from kemai.oversight.dedupe import queries
from kemai.oversight.dedupe.labels import sign_word
from kemai.oversight.dedupe.models import Pair, Search
from kemai.oversight.dedupe.queries import Asked

PAGE = 10
FARTHEST = 1_000_000


@page
def show(request: ActorRequest) -> HttpResponse:
    """One page of the list as it was asked for."""
    actor, may = request.actor, request.actor.may(DUTY)
    last, asked = queries.last_search(actor), _asked(request.GET)
    start = min(number(request.GET.get("start"), odd=0), FARTHEST)
    found = queries.listed(actor, asked, start, PAGE)
    pairs = [pair for _key, some in found.groups for pair in some]
    contacts = queries.contacts_named(actor, pairs)
    regions, owners = queries.regions_and_owners(actor)
    context: dict[str, Any] = {
        "may": may, "running": running(may), "last": _told(last) if last else "", "failed": _failure(actor),
        "groups": [[card(actor, pair, contacts) for pair in some] for _key, some in found.groups],
        "states": _states(actor, asked), "state": asked.state, "asked": asked, "pair_count": found.pair_count,
        "is_narrowed": bool(asked.region or asked.owner_id or asked.sign), "sorts": _sorts(actor, asked),
        "regions": [(name, name) for name in regions], "owners": owners, "signs": [(key, sign_word(key)) for key in queries.SIGNS], "never": last is None,
        "first": start + 1, "shown_to": start + len(found.groups), "group_count": found.group_count,
        "next": _address(asked, start + PAGE) if start + len(found.groups) < found.group_count else None,
        "previous": _address(asked, max(start - PAGE, 0)) if start else None, "here": _address(asked, start),
    }  # fmt: skip
    return render(request, "duplicates/page.html", context)


def _asked(data: QueryDict) -> Asked:
    states = {"later": Pair.State.LATER, "apart": Pair.State.APART}
    sort = data.get("sort", "")
    return Asked(
        state=states.get(data.get("state", ""), Pair.State.OPEN), region=data.get("region", "").replace("\0", "")[:60],
        owner_id=number(data.get("owner"), odd=0), sign=data.get("sign", "") if data.get("sign") in queries.SIGNS else "",
        sort=sort if sort in queries.SORTS else "likely",
    )  # fmt: skip


def _states(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    counts = queries.counts(actor)
    words = (
        (Pair.State.OPEN, _("待看")),
        (Pair.State.LATER, _("以后再看")),
        (Pair.State.APART, _("不是同一家")),
    )
    return [
        {"label": word, "count": whole(counts[state]), "current": state == asked.state, "href": _address(Asked(state=state), 0)}
        for state, word in words
    ]  # fmt: skip


def _sorts(actor: Actor, asked: Asked) -> list[dict[str, Any]]:
    """Value at stake is for those who see sales."""
    if not actor.sees("sales"):
        return []
    words = (("likely", _("最像的在前")), ("stake", _("金额大的在前")))
    return [
        {"label": word, "current": key == asked.sort, "href": _address(Asked(asked.state, asked.region, asked.owner_id, asked.sign, key), 0)}
        for key, word in words
    ]  # fmt: skip


def _address(asked: Asked, start: int) -> str:
    given = {
        "state": "" if asked.state == Pair.State.OPEN else str(asked.state), "region": asked.region, "owner": asked.owner_id or "",
        "sign": asked.sign, "sort": "" if asked.sort == "likely" else asked.sort, "start": start or "",
    }  # fmt: skip
    text = urlencode({key: value for key, value in given.items() if value})
    return reverse("duplicates") + (f"?{text}" if text else "")


def _told(search: Search) -> str:
    """When the base was looked through, and what that took."""
    return _("%(when)s 查过 %(n)s 家，用了 %(s)s 秒") % {
        "when": moment(search.finished_at), "n": whole(search.customers), "s": f"{search.seconds:.1f}"
    }  # fmt: skip


def _failure(actor: Actor) -> str:
    """Why the last search did not end well; what only a programmer would understand stays in the log."""
    failed = queries.last_failure(actor)
    if failed is None:
        return ""
    if any("\u4e00" <= letter <= "\u9fff" for letter in failed.error):
        return in_script(failed.error)
    return _("查到一半出了错，名单仍是上一次的。再查一次；还不行就请管理员看日志。")
