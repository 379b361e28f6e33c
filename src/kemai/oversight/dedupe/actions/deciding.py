"""What a person says of a pair: not the same, later, or to be looked at again. Merging is the archive's own action."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.foundation import trail
from kemai.foundation.access.actor import Actor
from kemai.oversight.dedupe.models import Pair
from kemai.oversight.dedupe.queries import visible_pairs

LATER_DAYS = 30


def tell_apart(*, actor: Actor, pair_id: int) -> Pair:
    """The two are not one: no search proposes them again unless what speaks for it changes."""
    return _decide(actor, pair_id, Pair.State.APART)


def put_off(*, actor: Actor, pair_id: int) -> Pair:
    """The pair leaves the list for thirty days."""
    return _decide(actor, pair_id, Pair.State.LATER)


def look_again(*, actor: Actor, pair_id: int) -> Pair:
    """Takes a decision back."""
    return _decide(actor, pair_id, Pair.State.OPEN)


def _decide(actor: Actor, pair_id: int, state: Pair.State) -> Pair:
    """Needs the duty customer.merge. Raises LookupError when one of the two is out of sight."""
    actor.require("customer.merge", _("是不是同一家由主管、领导或档案专员来定。"))
    with transaction.atomic():
        pair = visible_pairs(actor).select_for_update(of=("self",)).filter(pk=pair_id).first()
        if pair is None:
            raise LookupError(pair_id)
        before, is_open = pair.state, state == Pair.State.OPEN
        pair.state = state
        pair.later_until = actor.today + timedelta(days=LATER_DAYS) if state == Pair.State.LATER else None
        pair.decided_by = "" if is_open else actor.name[:60]
        pair.decided_at = None if is_open else timezone.now()
        pair.save(update_fields=["state", "later_until", "decided_by", "decided_at"])
        if before != state:
            trail.record(
                actor=actor, verb="dedupe.pair.decided", subject_type="duplicate_pair", subject_id=pair.pk,
                changes={"customers": [None, f"{pair.left_id} {pair.right_id}"], "state": [before, str(state)]},
            )  # fmt: skip
    return pair
