"""Reads of the duplicates. A pair is there for those who may see both of its customers, and so is every count of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from kemai.business.archives.rights import landed
from kemai.foundation.access.actor import Actor
from kemai.foundation.access.scopes import restrict, visible_under
from kemai.oversight.dedupe.models import Pair, Search

MOST_COUNTED = 10_000
SHOWN_CONTACTS = 3
SIGNS = ("name", "code", "phone", "address", "principal", "domain")
SORTS = {"likely": ("-best", "group"), "stake": ("-stake", "-best", "group")}


@dataclass(frozen=True)
class Asked:
    """What the list is asked for; the empty text asks for everything."""

    state: str = Pair.State.OPEN
    region: str = ""
    owner_id: int = 0
    sign: str = ""
    sort: str = "likely"


@dataclass(frozen=True)
class Listed:
    """Some groups with their pairs, how many groups and pairs there are in all."""

    groups: tuple[tuple[int, tuple[Pair, ...]], ...]
    group_count: int
    pair_count: int
    start: int = 0


def visible_pairs(actor: Actor) -> QuerySet[Pair]:
    """Pairs of which the actor may see both customers; where one was merged away there is no pair any more."""
    rows = Pair.objects.filter(
        left__version__gte=0, right__version__gte=0
    )  # joins: a row without both is none
    for side in ("left", "right"):
        rows = rows.filter(landed(f"{side}__"))
        scope = visible_under(actor, side)
        if scope is not None:
            rows = rows.filter(scope)
    return rows


def pair_by_id(actor: Actor, pk: int) -> Pair:
    """One pair with both customers. Raises LookupError."""
    pair = visible_pairs(actor).select_related("left__owner", "right__owner").filter(pk=pk).first()
    if pair is None:
        raise LookupError(pk)
    return pair


def listed(actor: Actor, asked: Asked, start: int, size: int) -> Listed:
    """Groups from the place `start` on: likeliest first, or those with the largest sales of twelve months."""
    rows = _asked(actor, asked)
    counted = rows.aggregate(groups=Count("group", distinct=True), pairs=Count("pk"))
    order = SORTS[asked.sort] if asked.sort in SORTS and actor.sees("sales") else SORTS["likely"]
    found = rows.values("group").annotate(best=Max("probability"), stake=Max("stake_fen"))
    keys = [row["group"] for row in found.order_by(*order)[start : start + size]]
    pairs = rows.filter(group__in=keys).select_related("left__owner", "right__owner")
    of: dict[int, list[Pair]] = {key: [] for key in keys}
    for pair in pairs.order_by("-probability", "pk"):
        of[pair.group].append(pair)
    return Listed(
        tuple((k, tuple(v)) for k, v in of.items() if v), counted["groups"], counted["pairs"], start
    )


def likeliest(actor: Actor, most: int) -> list[Pair]:
    """The open pairs that are likeliest, with both customers."""
    rows = visible_pairs(actor).filter(_in_state(Pair.State.OPEN, actor)).select_related("left", "right")
    return list(rows.order_by("-probability", "pk")[:most])


def counts(actor: Actor) -> dict[str, int]:
    """How many pairs there are in each state."""
    rows = visible_pairs(actor)
    found = rows.aggregate(
        open=Count("pk", filter=_in_state(Pair.State.OPEN, actor)), later=Count("pk", filter=_in_state(Pair.State.LATER, actor)),
        apart=Count("pk", filter=_in_state(Pair.State.APART, actor)),
    )  # fmt: skip
    return {key: int(number) for key, number in found.items()}


def regions_and_owners(actor: Actor) -> tuple[list[str], list[tuple[int, str]]]:
    """What the open pairs can be narrowed by."""
    rows = visible_pairs(actor).filter(_in_state(Pair.State.OPEN, actor))
    regions, owners = set(), {}
    for side in ("left", "right"):
        found = rows.values_list(f"{side}__region", f"{side}__owner_id", f"{side}__owner__name").distinct()
        for region, owner_id, name in found.order_by()[:MOST_COUNTED]:
            regions.add(region)
            owners[owner_id] = name
    named = [(pk, name) for pk, name in owners.items() if pk]
    return sorted(regions - {""}), sorted(named, key=lambda each: each[1])


def last_search(actor: Actor) -> Search | None:
    """The last search that was finished."""
    _may_look(actor)
    return Search.objects.filter(status=Search.Status.DONE).first()


def last_failure(actor: Actor) -> Search | None:
    """The last search, if it ended badly and none was finished since."""
    _may_look(actor)
    latest = Search.objects.exclude(status=Search.Status.RUNNING).first()
    return latest if latest and latest.status == Search.Status.FAILED else None


def _may_look(actor: Actor) -> None:
    from kemai.foundation.access.actor import Refused

    if not actor.sees_customers:
        raise Refused(_("你的岗位看不到客户。"))


def _asked(actor: Actor, asked: Asked) -> QuerySet[Pair]:
    rows = visible_pairs(actor).filter(_in_state(asked.state, actor))
    if asked.region:
        rows = rows.filter(Q(left__region=asked.region) | Q(right__region=asked.region))
    if asked.owner_id:
        rows = rows.filter(Q(left__owner_id=asked.owner_id) | Q(right__owner_id=asked.owner_id))
    if asked.sign in SIGNS:
        rows = rows.filter(signs__contains=f",{asked.sign},")
    return rows


def _in_state(state: str, actor: Actor) -> Q:
    """A pair that was put off is open again when its day has come."""
    waits = Q(state=Pair.State.LATER, later_until__gt=actor.today)
    if state == Pair.State.LATER:
        return waits
    if state == Pair.State.OPEN:
        return Q(state=Pair.State.OPEN) | Q(state=Pair.State.LATER, later_until__lte=actor.today)
    return Q(state=Pair.State.APART)


def contacts_named(actor: Actor, pairs: Sequence[Pair]) -> dict[int, list[str]]:
    """Names and numbers of the active contacts of the pairs' customers, at most three each."""
    from kemai.business.archives.models import Contact

    ids = {pk for pair in pairs for pk in (pair.left_id, pair.right_id)}
    rows = restrict(Contact.objects.filter(customer_id__in=ids, is_active=True), actor)
    found: dict[int, list[str]] = {}
    for contact in rows.order_by("customer_id", "-is_primary", "pk"):
        named = found.setdefault(contact.customer_id, [])
        if len(named) < SHOWN_CONTACTS:
            named.append(f"{contact.name} {contact.mobile or contact.phone}".strip())
    return found
