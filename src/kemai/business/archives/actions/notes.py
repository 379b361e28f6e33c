"""Notes about people, with a privacy class: what the account team keeps for itself stays with it (S0.14)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Contact, ContactNote, Customer
from kemai.business.archives.queries import is_on_team, notes_of
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused

LONGEST = 200


def add_note(
    *, actor: Actor, contact: Contact, text: str, kind: str = "other", on: date | None = None, privacy: str = "team"
) -> ContactNote:  # fmt: skip
    """Keeps a note. A private one only from the account team, which alone reads it; the trail never holds the text."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    wrong = {
        "text": (
            not text.strip() or len(text.strip()) > LONGEST,
            _("写一句，最多 %(n)s 个字。") % {"n": LONGEST},
        ),
        "kind": (kind not in ContactNote.Kind.values, _("没有这种备注。")),
        "privacy": (privacy not in ContactNote.Privacy.values, _("请选给谁看。")),
    }
    problems = {name: said for name, (is_wrong, said) in wrong.items() if is_wrong}
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        customer = _customer(actor, contact)
        if privacy == ContactNote.Privacy.TEAM and not is_on_team(actor, customer):
            raise Refused(_("只给团队的备注由负责人和团队来记。"))
        note = ContactNote.objects.create(
            contact=contact, kind=kind, text=text.strip(), on=on, privacy=privacy, person_id=actor.person_id,
            person_name=actor.name[:60],
        )  # fmt: skip
        _told(actor, note, customer, "added")
    return note


def retire_note(*, actor: Actor, note: ContactNote) -> None:
    """Takes a note out of use; who can't read it finds none."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        customer = _customer(actor, note.contact)
        if not notes_of(actor, customer).filter(pk=note.pk).exists():
            raise LookupError(note.pk)
        if ContactNote.objects.filter(pk=note.pk, is_active=True).update(is_active=False):
            _told(actor, note, customer, "retired")


def _customer(actor: Actor, contact: Contact) -> Customer:
    found = locked_customer(actor, contact.customer)
    if not actor.sees("contacts", found.owner_id):
        raise LookupError(contact.pk)
    return found


def _told(actor: Actor, note: ContactNote, customer: Customer, what: str) -> None:
    trail.record(
        actor=actor, verb=f"archives.contact_note.{what}", subject_type="contact", subject_id=note.contact_id,
        customer_id=customer.pk, changes={"name": [None, note.contact.name]},
    )  # fmt: skip
