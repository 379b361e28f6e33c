"""Saved views of a list: one's own and those shared by others."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.preferences.models import SavedView
from kemai.foundation.prepared import prepared


def views_of(actor: Actor, screen: str = "customers") -> list[SavedView]:
    """The actor's views and the shared ones, in order."""
    return [view for view in _of_all_screens(actor.person_id or 0) if view.screen == screen]


@kept_for_a_moment
def _of_all_screens(person_id: int) -> tuple[SavedView, ...]:
    """All in one query: they are few, and a list asks for its columns as well."""
    return tuple(_views(None, person_id=person_id))


@prepared
def _views(_nobody: None, *, person_id: int) -> QuerySet[SavedView]:
    return SavedView.objects.filter(Q(person_id=person_id) | Q(is_shared=True))


def save_view(
    *, actor: Actor, name: str, query: str, shared: bool = False, screen: str = "customers"
) -> SavedView:
    """Keeps a list's query under a name; the same name again replaces it."""
    if actor.person_id is None:
        raise Refused("系统账号不存视图。")
    if not name.strip():
        raise Refused("视图要有名字。")
    view, _ = SavedView.objects.update_or_create(
        person_id=actor.person_id,
        screen=screen,
        name=name.strip()[:40],
        defaults={"query": query[:1000], "is_shared": shared},
    )
    return view


def delete_view(*, actor: Actor, view_id: int) -> None:
    """Removes one of the actor's own views. Raises LookupError for another's."""
    if not SavedView.objects.filter(pk=view_id, person_id=actor.person_id or 0).delete()[0]:
        raise LookupError(view_id)


def rename_view(*, actor: Actor, view_id: int, name: str, shared: bool) -> SavedView:
    """Gives one of the actor's own views another name and says who sees it. Raises LookupError for another's."""
    view = SavedView.objects.filter(pk=view_id, person_id=actor.person_id or 0).first()
    if view is None:
        raise LookupError(view_id)
    if not name.strip():
        raise Refused("视图要有名字。")
    same = SavedView.objects.filter(person_id=view.person_id, screen=view.screen, name=name.strip()[:40])
    if same.exclude(pk=view.pk).exists():
        raise Refused("你已经有一个叫这个名字的视图。")
    view.name, view.is_shared = name.strip()[:40], shared
    view.save(update_fields=["name", "is_shared"])
    return view
