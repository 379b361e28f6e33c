"""Why two customers are taken for one: every piece of evidence with its weight, and how they add up."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext as _

from kemai.doors.web.pages.duplicates.pairs import percent
from kemai.doors.web.rendering import render
from kemai.doors.web.requests import ActorRequest, page
from kemai.oversight.dedupe import queries
from kemai.oversight.dedupe.labels import level_word


@page
def why(request: ActorRequest, pk: int) -> HttpResponse:
    """The popover, or a page of its own."""
    queries.last_search(request.actor)
    pair = queries.pair_by_id(request.actor, pk)
    lines = [(level_word(key, level), _points(bits), "") for key, level, bits in pair.evidence if bits]
    total = pair.prior + sum(bits for _key, _level, bits in pair.evidence)
    context = {
        "percent": percent(pair.probability), "names": (pair.left.name, pair.right.name), "total": _points(total),
        "lines": [(_("随便两家是同一家"), _points(pair.prior), ""), *lines],
    }  # fmt: skip
    return render(request, "duplicates/why.html", context)


def _points(bits: float) -> str:
    """A weight with its sign: each point doubles or halves the odds."""
    return f"{'+' if bits >= 0 else '−'}{abs(bits):.1f}"
