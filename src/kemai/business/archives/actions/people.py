"""The form of a person: filled over the versions that were seen, for whoever may; the identity number is kept sealed."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives import persons
from kemai.business.archives.actions.checking import Invalid, each_cleaned, plain
from kemai.business.archives.actions.contacts import ContactConflict, change_contact, locked_contact
from kemai.business.archives.actions.locking import locked_customer
from kemai.business.archives.models import Contact, Customer, CustomerType, Individual
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.sealing import blind_index, seal, unseal


class PersonConflict(Refused):
    """Somebody else filled the form first."""

    status = 409

    def __init__(self, current: Contact) -> None:
        super().__init__(_("没存上：别人刚改过 %(name)s 的资料，请看了再改。") % {"name": current.name})
        self.current = current


def own_card(*, actor: Actor, customer: Customer) -> Contact:
    """The card of a retail customer that is the person himself, begun from what the customer's record says."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        now = locked_customer(actor, customer)
        if now.type != CustomerType.RETAIL:
            raise Refused(_("只有个人客户才有自己的个人档案；企业的人请加成联系人。"))
        found = Contact.objects.filter(customer=now, is_self=True).order_by("pk").first()
        if found is None:
            found = Contact.objects.create(
                customer=now, name=now.name[:60], phone=now.phone, email=now.email, is_self=True
            )
            trail.record(
                actor=actor, verb="archives.contact.added", subject_type="contact", subject_id=found.pk,
                customer_id=now.pk, changes={"name": [None, found.name]},
            )  # fmt: skip
    return found


def fill_person(
    *, actor: Actor, contact: Contact, versions: tuple[int, int], not_applicable: Collection[str] | None = None,
    among: Collection[str] = (), **changes: Any,
) -> Contact:  # fmt: skip
    """Fills fields of the form by their keys; gives the card as it stands then.

    `versions` are those of the card and of the individual (0 where there was none). `not_applicable` are the keys that do
    not apply of those in `among`. Raises Refused, Invalid with a sentence for each field, ContactConflict, PersonConflict.
    """
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    unknown = changes.keys() - persons.FIELDS.keys() | changes.keys() & {"id_number"}
    if unknown:
        raise Invalid({name: _("没有这个字段。") for name in unknown})
    with transaction.atomic():
        now = _seen(actor, *_begun_card(actor, contact, versions))
        card = {k: v for k, v in changes.items() if persons.FIELDS[k].on_card}
        clean = _checked(actor, now, {k: v for k, v in changes.items() if k not in card})
        if card:
            now = change_contact(actor=actor, contact=now, version=now.version, **card)
        if not_applicable is not None:
            kept = set(persons.individual_of(now).not_applicable) - set(among)
            clean["not_applicable"] = sorted(
                kept | (set(not_applicable) & set(among) & persons.FIELDS.keys())
            )
        _store(actor, now, clean)
    return Contact.objects.select_related("individual", "customer").get(pk=now.pk)


def set_id_number(*, actor: Actor, contact: Contact, versions: tuple[int, int], number: str) -> None:
    """Stores the identity number sealed or, with an empty text, removes it. Raises Invalid with what is wrong with it."""
    actor.require("contact.edit", _("你的岗位不能改联系人。"))
    with transaction.atomic():
        now = _seen(actor, *_begun_card(actor, contact, versions))
        if actor.sight("id_number", now.customer.owner_id) == "hidden":
            raise Refused(_("身份证号码由主管来记。"))
        text = each_cleaned({"id_number": number}, _identity)["id_number"]
        index = blind_index(text) if text else None
        _not_somebody_elses(actor, now, index)
        was = bool(persons.individual_of(now).id_number_sealed)
        individual = _begun(now)
        sealed = {"id_number_sealed": seal(text) if text else None, "id_number_index": index}
        Individual.objects.filter(pk=individual.pk).update(version=F("version") + 1, **sealed)
        _told(actor, now, "id_number", {"id_number": ["****" if was else None, "****" if text else None]})


def reveal_id_number(*, actor: Actor, contact: Contact) -> str:
    """The whole number, for whose duty it is; each look is in the trail."""
    actor.require("person.identify", _("看完整的身份证号码是主管和领导的事。"))
    with transaction.atomic():
        now = locked_contact(actor, contact)
        if actor.sight("id_number", now.customer.owner_id) == "hidden":
            raise Refused(_("你的岗位看不到身份证号码。"))
        sealed = persons.individual_of(now).id_number_sealed
        text = unseal(bytes(sealed)) if sealed else ""
        if text:
            trail.record(
                actor=actor, verb="archives.id_number.revealed", subject_type="contact", subject_id=now.pk,
                customer_id=now.customer_id, changes={"name": [None, now.name]},
            )  # fmt: skip
    return text


def _begun_card(actor: Actor, contact: Contact, versions: tuple[int, int]) -> tuple[Contact, tuple[int, int]]:
    """A retail customer's own card is begun with the first thing that is written on it."""
    if contact.pk is not None:
        return contact, versions
    made = own_card(actor=actor, customer=contact.customer)
    return made, (versions[0] or made.version, versions[1])


def _seen(actor: Actor, contact: Contact, versions: tuple[int, int]) -> Contact:
    """The card as it stands, both rows locked and as they were seen."""
    now = locked_contact(actor, contact)
    if not actor.sees("contacts", now.customer.owner_id):
        raise LookupError(contact.pk)
    held = Individual.objects.select_for_update().filter(pk=now.individual_id or 0)
    individual = held.first()
    now.individual = individual
    if now.version != versions[0]:
        raise ContactConflict(now)
    if (individual.version if individual else 0) != versions[1]:
        raise PersonConflict(now)
    return now


def _checked(actor: Actor, now: Contact, changes: dict[str, Any]) -> dict[str, Any]:
    stands = persons.individual_of(now)
    changed = {k: v for k, v in changes.items() if getattr(stands, k) != v}
    clean = each_cleaned(changed, lambda key, value: persons.cleaned(persons.FIELDS[key], value))
    clean = {k: v for k, v in clean.items() if getattr(stands, k) != v}
    if problems := persons.wrong_years(stands, clean):
        raise Invalid(problems)
    if clean.keys() & persons.PRIVATE_KEYS:
        _may_keep(actor, now, stands, clean)
    return clean


def _may_keep(actor: Actor, now: Contact, stands: Individual, clean: dict[str, Any]) -> None:
    """Family and personal life: kept for a purpose that the company named, by who looks after the customer, and with the
    person's consent (S4.70, S4.71)."""
    if not persons.keeps_private():
        raise Refused(_("公司没有启用家庭情况和个人生活，先在设置里写明目的和依据。"))
    if not actor.sees("private", now.customer.owner_id):
        raise Refused(_("家庭情况和个人生活由客户的负责人来记。"))
    consented = clean.get(persons.CONSENT, stands.consented_on)
    kept = [clean.get(key, getattr(stands, key)) for key in persons.PRIVATE_KEYS - {persons.CONSENT}]
    if consented is None and any(value not in ("", None) for value in kept):
        raise Invalid({persons.CONSENT: _("本人同意了才能记这些：写哪天同意的，或把它们都清空。")})
    if consented and consented > actor.today:
        raise Invalid({persons.CONSENT: _("同意的日子不能在今天以后。")})


def _store(actor: Actor, now: Contact, clean: dict[str, Any]) -> None:
    stands = persons.individual_of(now)
    diff = {k: [getattr(stands, k), v] for k, v in clean.items() if getattr(stands, k) != v}
    if not diff:
        return
    individual = _begun(now)
    values = {k: new for k, (_old, new) in diff.items()}
    Individual.objects.filter(pk=individual.pk).update(version=F("version") + 1, **values)
    open_ones = {k: [_said(v) for v in pair] for k, pair in diff.items() if k not in persons.PRIVATE_KEYS}
    if open_ones:
        _told(actor, now, "person", open_ones)
    if diff.keys() & persons.PRIVATE_KEYS:
        _told(actor, now, "private", {"name": [None, now.name]})


def _said(value: Any) -> Any:
    return "、".join(value) or None if isinstance(value, list) else plain(value)


def _begun(now: Contact) -> Individual:
    """The individual of the card, begun where there was none."""
    if now.individual is None:
        now.individual = Individual.objects.create(version=0)
        Contact.objects.filter(pk=now.pk).update(individual=now.individual)
    return now.individual


def _identity(_key: str, value: str) -> str:
    return persons.id_number(value) if value.strip() else ""


def _not_somebody_elses(actor: Actor, now: Contact, index: bytes | None) -> None:
    """Of people that the actor sees; of others nothing is said."""
    if index is None:
        return
    held = restrict(Contact.objects.filter(individual__id_number_index=index), actor)
    other = held.exclude(individual=now.individual).select_related("customer").first()
    if other:
        where = {"name": other.name, "customer": other.customer.name}
        raise Invalid(
            {
                "id_number": _("这个号码已经记在 %(name)s（%(customer)s）名下；同一个人请用同一张档案。")
                % where
            }
        )


def _told(actor: Actor, now: Contact, what: str, changes: dict[str, list[Any]]) -> None:
    """One entry for each customer at which the person has a card, so that its archive can be read as of any day."""
    for pk, customer_id in Contact.objects.filter(individual=now.individual).values_list("pk", "customer_id"):
        trail.record(
            actor=actor, verb=f"archives.{what}.changed", subject_type="contact", subject_id=pk,
            customer_id=customer_id, changes=changes,
        )  # fmt: skip
