"""The actor: who acts, with which scopes and duties, and which business day it is. Frozen for one request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from kemai.foundation.access.models import Assignment, OrgUnit, Person
from kemai.foundation.access.roles import FIELD_GROUPS, ROLES, UNIT_ROLES, Role, Sight


class Refused(Exception):
    """An action the actor may not do; the message is a sentence for the person."""

    status = 403


class Gone(LookupError):
    """What was there once and is no more; the message is a sentence for the person, with the mend."""


@dataclass(frozen=True)
class Actor:
    """One person's rights at one moment. `person_id` is None for the system operator."""

    person_id: int | None
    login: str
    name: str
    today: date
    roles: tuple[str, ...] = ()
    sees_all: bool = False
    units: frozenset[int] = frozenset()
    sees_own: bool = False
    sees_named: bool = False
    duties: frozenset[str] = frozenset()
    sights: dict[str, Sight] = field(default_factory=dict)
    own_sights: dict[str, Sight] = field(default_factory=dict)
    home_unit_id: int | None = None
    language: str = "zh-hans"
    theme: str = "auto"
    is_system: bool = False

    def may(self, duty: str) -> bool:
        """Whether the actor holds the duty."""
        return self.is_system or duty in self.duties

    def require(self, duty: str, sentence: str) -> None:
        """Raises Refused with the sentence unless the actor holds the duty."""
        if not self.may(duty):
            raise Refused(sentence)

    def require_any(self, duties: tuple[str, ...], sentence: str) -> None:
        """Raises Refused with the sentence unless the actor holds one of the duties."""
        if not any(self.may(duty) for duty in duties):
            raise Refused(sentence)

    def sight(self, group: str, owner_id: int | None = None) -> Sight:
        """How a field group of a customer owned by `owner_id` is shown: visible, masked or hidden."""
        if self.is_system:
            return "visible"
        own = owner_id is not None and owner_id == self.person_id
        return (self.own_sights if own else self.sights).get(group, "hidden")

    def sees(self, group: str, owner_id: int | None = None) -> bool:
        """Whether the group is plainly visible."""
        return self.sight(group, owner_id) == "visible"

    @property
    def sees_customers(self) -> bool:
        """Whether the actor may see any customer at all."""
        return self.is_system or self.sees_all or self.sees_own or self.sees_named or bool(self.units)


def system_actor(today: date) -> Actor:
    """The operator at the command line and the nightly work: all rights, named in the trail."""
    return Actor(None, "system", "系统", today, sees_all=True, is_system=True)


@dataclass(frozen=True)
class Held:
    """A role that a person holds today; `below` are the unit and everything under it where the role needs them."""

    role: str
    unit_id: int | None
    below: frozenset[int] = frozenset()


def actor_of(person: Person, today: date) -> Actor:
    """The rights of a person today, read fresh: revocation works at the next request."""
    held = [Held(a.role, a.unit_id) for a in current_assignments(person, today)] if person.is_active else []
    roots = [h.unit_id for h in held if h.role in UNIT_ROLES and h.unit_id]
    return actor_with(person, today, held, units_below(roots))


def actor_with(person: Person, today: date, held: Sequence[Held], units: frozenset[int]) -> Actor:
    """The same from roles and units that have been read already."""
    roles = [ROLES[h.role] for h in held if h.role in ROLES]
    return Actor(
        person_id=person.pk,
        login=person.login,
        name=person.name,
        today=today,
        roles=tuple(h.role for h in held),
        sees_all=any(r.scope == "all" for r in roles),
        units=units,
        sees_own=any(r.scope in ("own", "unit") for r in roles),
        sees_named=any(r.scope in ("own", "named", "unit") for r in roles),
        duties=frozenset().union(*(r.duties for r in roles)),
        sights={g: _best_sight(g, roles, own=False) for g in FIELD_GROUPS},
        own_sights={g: _best_sight(g, roles, own=True) for g in FIELD_GROUPS},
        home_unit_id=next((h.unit_id for h in held if h.unit_id), None),
        language=person.language,
        theme=person.theme,
    )


def current_assignments(person: Person, today: date) -> Iterable[Assignment]:
    """The person's assignments that hold today, oldest first."""
    return (
        Assignment.objects.filter(person=person)
        .filter(Q(starts_on=None) | Q(starts_on__lte=today), Q(ends_on=None) | Q(ends_on__gte=today))
        .order_by("pk")
    )


def units_below(roots: list[int]) -> frozenset[int]:
    """The ids of the units and of everything below them, in one query."""
    if not roots:
        return frozenset()
    below = Q()
    for root in roots:
        below |= Q(path__contains=f"/{root}/")
    return frozenset(OrgUnit.objects.filter(below).values_list("pk", flat=True))


def _best_sight(group: str, roles: list[Role], *, own: bool) -> Sight:
    """Several roles add up: the clearest view wins."""
    sights = {sight_of(group, role, own=own) for role in roles}
    return "visible" if "visible" in sights else "masked" if "masked" in sights else "hidden"


def sight_of(group: str, role: Role, *, own: bool) -> Sight:
    """How one role shows a field group, of one's own customers or of others'."""
    if role.scope == "none" or group in role.hidden or (not own and group in role.foreign_hidden):
        return "hidden"
    return "masked" if group in role.masked else "visible"
