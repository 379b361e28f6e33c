"""Brings a customer's last contact and next step up to the agenda, for lists that sort by them."""

from __future__ import annotations

from kemai.business.agenda.models import ContactLog, Task
from kemai.business.archives.actions import publish_live_facets
from kemai.foundation.access.actor import Actor


def publish(customer_id: int | None) -> None:
    """Recomputes both from the records, so that an undo is as good as a do."""
    if customer_id is None:
        return
    last = (
        ContactLog.objects.filter(customer_id=customer_id)
        .select_related("person")
        .order_by("-on", "-id")
        .first()
    )
    following = (
        Task.objects.filter(customer_id=customer_id, status=Task.Status.OPEN)
        .order_by("due_on", "due_at", "id")
        .first()
    )
    publish_live_facets(
        customer_id,
        last_contact_on=last.on if last else None,
        last_contact_by=last.person.name[:20] if last else "",
        next_step_on=following.due_on if following else None,
        next_step=following.title if following else "",
    )


def publish_joined(actor: Actor, customer_ids: list[int]) -> None:
    """The same for customers whose records were moved between them."""
    for customer_id in customer_ids:
        publish(customer_id)
