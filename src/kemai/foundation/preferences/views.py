"""Saved views of a list: one's own and those shared by others, with one's unit or with everybody."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import OrgUnit
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.preferences.models import SavedView
from kemai.foundation.prepared import prepared

LONGEST = 4000
MOST = 100
SHARES = ("", "unit", "all")


def views_of(actor: Actor, screen: str = "customers") -> list[SavedView]:
    """The actor's views and those shared with him, in order."""
    views = [view for view in _of_all_screens(actor.person_id or 0) if view.screen == screen]
    return [v for v in views if v.person_id == actor.person_id or _reaches(v, actor)]


def _reaches(view: SavedView, actor: Actor) -> bool:
    return (
        view.unit_id is None
        or view.unit_id in actor.units
        or view.unit_id in _units_above(actor.home_unit_id)
    )


@kept_for_a_moment
def _of_all_screens(person_id: int) -> tuple[SavedView, ...]:
    """All in one query: they are few, and a list asks for its columns as well."""
    return tuple(_views(None, person_id=person_id))


@prepared
def _views(_nobody: None, *, person_id: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(Q(person_id=person_id) | Q(is_shared=True))


@kept_for_a_moment
def _units_above(unit_id: int | None) -> tuple[int, ...]:
    """The unit and those it lies in."""
    path = OrgUnit.objects.filter(pk=unit_id).values_list("path", flat=True).first() if unit_id else ""
    return tuple(int(part) for part in (path or "").split("/") if part)


def may_share(actor: Actor, share: str) -> bool:
    """A view gives nobody rights: with one's unit everybody shares, with the whole company who leads or sees it."""
    if share == "unit":
        return actor.home_unit_id is not None
    return share == "" or actor.sees_all or bool(actor.units)


def save_view(
    *, actor: Actor, name: str, query: str, share: str = "", screen: str = "customers", columns: str = "",
    density: str = "",
) -> SavedView:  # fmt: skip
    """Keeps a list's query under a name; the same name again replaces it. Raises Refused with a sentence."""
    if actor.person_id is None:
        raise Refused(_("系统账号不存视图。"))
    if not name.strip():
        raise Refused(_("视图要有名字。"))
    if len(query) > LONGEST:
        raise Refused(_("条件太长了，存不成视图。"))
    mine = SavedView.objects.filter(person_id=actor.person_id, screen=screen)
    if mine.count() >= MOST and not mine.filter(name=name.strip()[:40]).exists():
        raise Refused(_("最多 %(n)s 个视图，先删几个。") % {"n": MOST})
    view, _made = SavedView.objects.update_or_create(
        person_id=actor.person_id, screen=screen, name=name.strip()[:40],
        defaults={"query": query, "columns": columns[:1000], "density": density[:8], **_shared(actor, share)},
    )  # fmt: skip
    return view


def delete_view(*, actor: Actor, view_id: int) -> None:
    """Removes one of the actor's own views. Raises LookupError for another's."""
    if not SavedView.objects.filter(pk=view_id, person_id=actor.person_id or 0).delete()[0]:
        raise LookupError(view_id)


def rename_view(*, actor: Actor, view_id: int, name: str, share: str) -> SavedView:
    """Gives one of the actor's own views another name and says who sees it. Raises LookupError for another's."""
    view = own_view(actor, view_id)
    if not name.strip():
        raise Refused(_("视图要有名字。"))
    same = SavedView.objects.filter(person_id=view.person_id, screen=view.screen, name=name.strip()[:40])
    if same.exclude(pk=view.pk).exists():
        raise Refused(_("你已经有一个叫这个名字的视图。"))
    view.name = name.strip()[:40]
    for key, value in _shared(actor, share).items():
        setattr(view, key, value)
    view.save(update_fields=["name", "is_shared", "unit_id"])
    return view


def renew_view(*, actor: Actor, view_id: int, query: str, columns: str, density: str) -> SavedView:
    """One of the actor's own views shows from now on what is given. Raises LookupError for another's."""
    view = own_view(actor, view_id)
    if len(query) > LONGEST:
        raise Refused(_("条件太长了，存不成视图。"))
    view.query, view.columns, view.density = query, columns[:1000], density[:8]
    view.save(update_fields=["query", "columns", "density"])
    return view


def own_view(actor: Actor, view_id: int) -> SavedView:
    """One of the actor's own views. Raises LookupError for another's."""
    view = SavedView.objects.filter(pk=view_id, person_id=actor.person_id or 0).first()
    if view is None:
        raise LookupError(view_id)
    return view


def _shared(actor: Actor, share: str) -> dict[str, object]:
    if share not in SHARES or not may_share(actor, share):
        raise Refused(_("和全公司共用视图要主管来做；和本单位共用谁都可以。"))
    return {"is_shared": bool(share), "unit_id": actor.home_unit_id if share == "unit" else None}
