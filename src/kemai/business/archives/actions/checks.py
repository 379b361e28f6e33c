"""A part of the archive was held against the world: right, or wrong in some fields."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.layers import may_see_credit
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.layers import with_layers
from kemai.business.archives.models import ArchiveCheck, Customer, Part
from kemai.business.archives.quality import filled_fields
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor


def check_part(*, actor: Actor, customer: Customer, part: str, wrong: Collection[str] = ()) -> ArchiveCheck:
    """Notes that the part's filled fields were checked today, all right but for `wrong`; nothing else changes.

    Confirming without a change makes the part fresh again. Raises Invalid for a part without a filled field.
    """
    actor.require("customer.edit", _("你的岗位不能核对客户资料。"))
    if part not in Part.values:
        raise LookupError(part)
    if part == Part.CREDIT:
        may_see_credit(actor, customer)
    with transaction.atomic():
        locked_customer(actor, customer)
        now = with_layers(Customer.objects.filter(pk=customer.pk)).get()
        filled = filled_fields(now, part)
        if not filled:
            raise Invalid({"part": _("这一部分还没有填，没有可核对的。")})
        bad = [key for key in filled if key in wrong]
        check = ArchiveCheck.objects.create(
            customer=now, part=part, on=actor.today, right=[k for k in filled if k not in bad], wrong=bad,
            person_id=actor.person_id, person_name=actor.name[:60],
        )  # fmt: skip
        verb = "archives.credit.checked" if part == Part.CREDIT else "archives.part.checked"
        trail.record(
            actor=actor, verb=verb, subject_type="customer", subject_id=now.pk, customer_id=now.pk,
            changes={"part": [None, part], "wrong_fields": [None, "、".join(bad) or None]},
        )  # fmt: skip
    return check
