"""The tree of units keeps its shape, and rights follow it at once."""

from __future__ import annotations

from typing import Any

import pytest
from tests.cast import customer_of

from kemai.foundation.access.actions import units as acts
from kemai.foundation.access.actor import Refused, actor_of
from kemai.foundation.access.models import OrgUnit
from kemai.foundation.access.queries import tree

pytestmark = pytest.mark.django_db


def unit(name: str) -> OrgUnit:
    return OrgUnit.objects.get(name=name)


def paths() -> dict[str, str]:
    return dict(OrgUnit.objects.values_list("name", "path"))


def test_a12_a_unit_never_hangs_below_itself(people: Any) -> None:
    """A12: ME → MW → ME is refused, and so is a unit below itself."""
    acts.move_unit(actor=people["a"], unit=unit("West"), parent=unit("East"))
    before = paths()
    for name, under in (("East", "West"), ("East", "East"), ("总部", "West")):
        with pytest.raises(Refused, match="不能挪到自己"):
            acts.move_unit(actor=people["a"], unit=unit(name), parent=unit(under))
    assert paths() == before


def test_what_is_below_moves_along_and_rights_follow(people: Any) -> None:
    team = acts.add_unit(actor=people["a"], name="苏南", parent=unit("West"))
    acts.add_unit(actor=people["a"], name="镇江", parent=team)
    assert unit("镇江").pk not in actor_of(people.persons["me"], people["me"].today).units
    acts.move_unit(actor=people["a"], unit=team, parent=unit("East"))
    east, south, town = unit("East"), unit("苏南"), unit("镇江")
    assert (south.path, town.path) == (f"{east.path}{south.pk}/", f"{east.path}{south.pk}/{town.pk}/")
    assert {south.pk, town.pk} <= actor_of(people.persons["me"], people["me"].today).units
    assert not {south.pk, town.pk} & actor_of(people.persons["mw"], people["me"].today).units


def test_a12_twenty_levels_are_the_most(people: Any) -> None:
    at = unit("总部")
    for n in range(2, 21):
        at = acts.add_unit(actor=people["a"], name=f"第{n}层", parent=at)
    with pytest.raises(Refused, match="20 层"):
        acts.add_unit(actor=people["a"], name="太深", parent=at)
    with pytest.raises(Refused, match="20 层"):
        acts.move_unit(actor=people["a"], unit=unit("East"), parent=at)


def test_only_an_empty_unit_goes(people: Any) -> None:
    customer = customer_of(people, "e1", "东边的店")
    for name in ("总部", "East"):
        with pytest.raises(Refused, match="先挪走"):
            acts.remove_unit(actor=people["a"], unit=unit(name))
    empty = acts.add_unit(actor=people["a"], name="空的", parent=unit("East"))
    customer.unit = empty
    customer.save()
    with pytest.raises(Refused, match="先挪走"):
        acts.remove_unit(actor=people["a"], unit=empty)
    customer.unit = unit("East")
    customer.save()
    acts.remove_unit(actor=people["a"], unit=empty)
    assert "空的" not in paths()


def test_a_name_stands_once_below_its_parent(people: Any) -> None:
    for name in ("East", "  ", "a/b", "长" * 81):
        with pytest.raises(Refused):
            acts.add_unit(actor=people["a"], name=name, parent=unit("总部"))
    with pytest.raises(Refused, match="已经有"):
        acts.rename_unit(actor=people["a"], unit=unit("West"), name="East")
    acts.rename_unit(actor=people["a"], unit=unit("West"), name="西区")
    assert "西区" in paths()


def test_the_tree_is_refused_to_those_without_the_duty(people: Any) -> None:
    before = paths()
    for login in ("d", "me", "e1", "stranger"):
        for act in (
            lambda who: acts.add_unit(actor=who, name="新", parent=unit("总部")),
            lambda who: acts.rename_unit(actor=who, unit=unit("East"), name="新"),
            lambda who: acts.move_unit(actor=who, unit=unit("East"), parent=unit("West")),
            lambda who: acts.remove_unit(actor=who, unit=unit("West")),
        ):
            with pytest.raises(Refused):
                act(people[login])
    assert paths() == before


def test_the_tree_is_listed_parents_first(people: Any) -> None:
    acts.add_unit(actor=people["a"], name="苏南", parent=unit("East"))
    assert [(r.unit.name, r.depth) for r in tree(list(OrgUnit.objects.all()))] == [
        ("总部", 0), ("East", 1), ("苏南", 2), ("West", 1),
    ]  # fmt: skip
