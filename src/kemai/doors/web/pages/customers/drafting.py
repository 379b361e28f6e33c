"""The form of the filter builder: an unfinished expression in form fields, changed by its buttons, and finished.

A node's path is its place: "r" is the outermost group, "r.0" its first item, "r.0.1" the second one in there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from kemai.business.archives.directory.askable import Askable, askable, askable_fields
from kemai.business.archives.directory.facets import joined_as
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.filters import Condition, Expression, Group
from kemai.foundation.filters.expression import DEEPEST, JOINS, MOST_CONDITIONS, WITHOUT_VALUE

ROOT = "r"
SIGNS = (",", "，", "、", ";", "；")


@dataclass
class Leaf:
    """One condition as it stands in the form."""

    key: str = ""
    operator: str = ""
    values: list[str] = field(default_factory=list)
    problem: str = ""


@dataclass
class Branch:
    """A group as it stands in the form."""

    join: str = "and"
    items: list[Leaf | Branch] = field(default_factory=list)


def drafted(expression: Expression | None) -> Branch:
    """An expression as a form, with one empty condition where there is none."""
    if expression is None:
        return Branch(items=[Leaf()])
    if isinstance(expression, Condition):
        return Branch(items=[_leaf(expression)])
    return Branch(expression.join, [_node(item) for item in expression.items])


def _node(expression: Expression) -> Leaf | Branch:
    return _leaf(expression) if isinstance(expression, Condition) else drafted(expression)


def _leaf(asked: Condition) -> Leaf:
    return Leaf(asked.field, asked.operator, list(asked.values))


def read_form(data: QueryDict) -> Branch:
    """The form that was sent; what does not fit is left out."""
    paths = sorted({key.partition("-")[2] for key in data if key.startswith(("join-", "f-"))}, key=_order)
    return _branch(data, ROOT, paths[: 2 * MOST_CONDITIONS], 1)


def _order(path: str) -> list[int]:
    return [
        int(part) if part.isascii() and part.isdigit() and len(part) < 4 else 0 for part in path.split(".")
    ]


def _branch(data: QueryDict, path: str, paths: list[str], depth: int) -> Branch:
    made = Branch(data.get(f"join-{path}", "and"))
    made.join = made.join if made.join in JOINS else "and"
    for child in (p for p in paths if p.rpartition(".")[0] == path):
        if f"join-{child}" not in data:
            values = [v[:200].replace("\0", "") for v in data.getlist(f"v-{child}") if v.strip()]
            made.items.append(Leaf(data.get(f"f-{child}", "")[:40], data.get(f"o-{child}", "")[:10], values))
        elif depth < DEEPEST:
            made.items.append(_branch(data, child, paths, depth + 1))
    return made


def changed(draft: Branch, do: str) -> Branch:
    """What a button does: "add:r.1" a condition, "group:r" a group, "drop:r.0" away with it."""
    what, _colon, path = do.partition(":")
    places = [int(p) for p in path.split(".")[1:] if p.isascii() and p.isdigit() and len(p) < 4]
    parent: Any = draft
    for place in places[:-1] if what == "drop" else places:
        if not isinstance(parent, Branch) or place >= len(parent.items):
            return draft
        parent = parent.items[place]
    if not isinstance(parent, Branch):
        return draft
    if what == "add":
        parent.items.append(Leaf())
    elif what == "group" and len(places) < DEEPEST - 1:
        parent.items.append(Branch("or" if parent.join == "and" else "and", [Leaf(), Leaf()]))
    elif what == "drop" and places and places[-1] < len(parent.items):
        del parent.items[places[-1]]
    return draft


def finished(actor: Actor, draft: Branch) -> tuple[Expression | None, bool]:
    """The expression of all conditions that are complete, and whether none is unfinished or wrong."""
    items, is_whole = [], True
    for item in draft.items:
        if isinstance(item, Branch):
            found, whole = finished(actor, item)
        else:
            found, whole = _condition(actor, item)
        is_whole = is_whole and whole
        items += [found] if found else []
    if len(items) < 2:
        return (items[0] if items else None), is_whole
    return Group(draft.join, tuple(items)), is_whole


def _condition(actor: Actor, leaf: Leaf) -> tuple[Expression | None, bool]:
    """An untouched condition is left out; an unfinished one says what it lacks."""
    if not leaf.key:
        return None, True
    try:
        known = askable(actor, leaf.key)
    except Refused as refused:
        leaf.problem = str(refused)
        return None, False
    if leaf.operator not in known.operators:
        leaf.operator = known.operators[0]
    values = _values(leaf)
    if leaf.operator in WITHOUT_VALUE:
        return Condition(leaf.key, leaf.operator), True
    if not values:
        leaf.problem = _("还没写值。")
        return None, False
    return Condition(leaf.key, leaf.operator, values), True


def _values(leaf: Leaf) -> tuple[str, ...]:
    if leaf.operator != "any":
        return tuple(leaf.values[:1])
    texts = leaf.values
    for sign in SIGNS:
        texts = (
            [part.strip() for text in texts for part in text.split(sign)] if len(leaf.values) == 1 else texts
        )
    return tuple(dict.fromkeys(t for t in texts if t))[:60]


def groups_of_fields(actor: Actor) -> Mapping[str, list[tuple[str, str]]]:
    """The fields by what they are about, as a select offers them."""
    made: dict[str, list[tuple[str, str]]] = {}
    for each in askable_fields(actor):
        made.setdefault(about(each), []).append((each.key, str(each.label)))
    return made


def about(field: Askable) -> str:
    """What a field is about, in a word or two."""
    if joined_as(field.place.partition("__")[0]):
        return _("指标")
    if field.place.startswith("own__"):
        return _("公司自己的字段")
    if field.place.startswith(("credit__", "operations__")):
        return _("信用与经营")
    if field.kind in ("day", "part") and field.key != "since":
        return _("来往")
    return _("基础资料")
