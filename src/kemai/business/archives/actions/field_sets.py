"""Each change of the own fields publishes the next version of their set, in the same transaction."""

from __future__ import annotations

from kemai.business.archives.field_sets import as_they_are
from kemai.business.archives.models import FieldSet
from kemai.foundation.access.actor import Actor


def publish(actor: Actor) -> FieldSet:
    """The set as it stands as a new version; nothing where it is what was published last. Call it in a transaction."""
    fields, combinations = as_they_are()
    last = FieldSet.objects.select_for_update().order_by("-number").first()
    if last and (last.fields, last.combinations) == (fields, combinations):
        return last
    return FieldSet.objects.create(
        number=(last.number if last else 0) + 1,
        fields=fields,
        combinations=combinations,
        person_name=actor.name[:60],
    )
