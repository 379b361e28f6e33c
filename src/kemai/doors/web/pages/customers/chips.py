"""The conditions of the list as chips that one takes away, and as one sentence for files and paper."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kemai.doors.web.pages.customers.asking import Asked, address, labels, words
from kemai.doors.web.pages.customers.saying import said
from kemai.foundation.access.actor import Actor
from kemai.foundation.filters import Expression, Group, written


def where_chips(actor: Actor, data: QueryDict, now: Asked) -> list[dict[str, Any]]:
    """A chip for each condition of the outer "and", or one for the whole; each with the address without it."""
    where = now.query.where
    if where is None:
        return []
    if not isinstance(where, Group) or where.join != "and":
        return [{"key": None, "label": said(actor, where), "remove": address(data, drop="where")}]
    return [
        {"key": None, "label": said(actor, item, inner=True), "remove": _without(data, where, n)}
        for n, item in enumerate(where.items)
    ]


def _without(data: QueryDict, where: Group, at: int) -> str:
    left = where.items[:at] + where.items[at + 1 :]
    if not left:
        return address(data, drop="where")
    rest: Expression = left[0] if len(left) == 1 else Group(where.join, left)
    return address(data, where=written(rest))


def told(actor: Actor, now: Asked) -> str:
    """All conditions in words; nothing where there is none."""
    parts = [f"{labels()[k]} {_('、').join(v)}" for k, v in words(now.values).items()]
    where = [said(actor, now.query.where)] if now.query.where else []
    return _("；").join([*parts, *where])
