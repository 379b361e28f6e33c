"""Who sees and who puts in files of which field group: `basics` goes with the customer, `credit` with its credit layer."""

from __future__ import annotations

from kemai.foundation.access.actor import Actor

GROUPS = ("basics", "credit")
DUTIES: dict[str, tuple[str, ...]] = {
    "basics": ("customer.edit",),
    "credit": ("credit.edit", "customer.edit"),
}
TRAIL = {"basics": "files.file", "credit": "files.credit_file"}
"""How the trail's verbs begin: a paper of the credit layer is not even mentioned to who may not see it."""


def groups_seen(actor: Actor, owner_id: int | None) -> tuple[str, ...]:
    """Groups whose files the actor may see of a customer owned by `owner_id`."""
    return tuple(group for group in GROUPS if actor.sees(group, owner_id))


def groups_kept(actor: Actor, owner_id: int | None) -> tuple[str, ...]:
    """Groups into which the actor may put files, and out of which he may take them."""
    seen = groups_seen(actor, owner_id)
    return tuple(group for group in seen if any(actor.may(duty) for duty in DUTIES[group]))
