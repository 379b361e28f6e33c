"""Supply links: who stands behind which dealer, from when to when; added, changed, ended, never deleted (S0.5)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid, each_cleaned, fitting, plain
from kemai.business.archives.actions.rows import share_of
from kemai.business.archives.models import Customer, SupplyLink
from kemai.business.archives.supply_links import ties_above, ties_to
from kemai.business.archives.supply_rules import Tie, beyond_whole, circling, doubled
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict, visible_under

FIELDS = ("product_line", "share_bp", "from_on", "to_on")
NEW = 0
_TURN = 0x6B6D6C  # the key of the lock on PostgreSQL


class LinkConflict(Refused):
    """Somebody else changed the link first."""

    status = 409

    def __init__(self, current: SupplyLink) -> None:
        super().__init__(_("没存上：别人刚改过这条渠道关系，请看了再改。"))
        self.current = current


def add_link(*, actor: Actor, dealer: Customer, customer: Customer, **given: Any) -> SupplyLink:
    """Says that `dealer` supplies `customer`; fields are product_line, share_bp, from_on and to_on.

    Raises Invalid for days out of order, a second link over the same days, shares above 100 %, or a circle.
    """
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    clean = _cleaned_all(given)
    with transaction.atomic():
        one_at_a_time()
        _both_seen(actor, dealer, customer)
        link = SupplyLink(dealer=dealer, customer=customer, **clean)
        _sensible(link)
        link.save(force_insert=True)
        told = {"dealer_id": dealer.pk, **clean}
        _told(actor, link, "added", {k: [None, plain(v)] for k, v in told.items() if v not in (None, "")})
    return link


def change_link(*, actor: Actor, link: SupplyLink, version: int, **changes: Any) -> SupplyLink:
    """Changes a link as it was seen. Raises LinkConflict when it is no longer that version."""
    return _changed(actor, link, version, changes, "changed")


def end_link(*, actor: Actor, link: SupplyLink, version: int, to_on: date | None) -> SupplyLink:
    """The last day of a link; it stays in the archive. Raises Invalid without a day."""
    if to_on is None:
        raise Invalid({"to_on": _("写上哪天结束。")})
    return _changed(actor, link, version, {"to_on": to_on}, "ended")


def one_at_a_time() -> None:
    """Until the transaction ends nobody else changes links: two that are right alone may close a circle together.

    SQLite lets one writer in at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _changed(actor: Actor, link: SupplyLink, version: int, changes: dict[str, Any], verb: str) -> SupplyLink:
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        one_at_a_time()
        now = _seen(actor, link)
        if now.version != version:
            raise LinkConflict(now)
        clean = _cleaned_all(changes)
        diff = {k: [getattr(now, k), v] for k, v in clean.items() if getattr(now, k) != v}
        for key, (_old, new) in diff.items():
            setattr(now, key, new)
        if diff:
            _sensible(now)
            SupplyLink.objects.filter(pk=now.pk).update(
                version=F("version") + 1, **{k: new for k, (_old, new) in diff.items()}
            )
            _told(actor, now, verb, {k: [plain(v) for v in pair] for k, pair in diff.items()})
        now.refresh_from_db()
    return now


def _seen(actor: Actor, link: SupplyLink) -> SupplyLink:
    rows = restrict(SupplyLink.objects.filter(pk=link.pk), actor)
    dealer = visible_under(actor, "dealer")
    found = (rows if dealer is None else rows.filter(dealer)).select_for_update(of=("self",)).first()
    if found is None:
        raise LookupError(link.pk)
    return found


def _both_seen(actor: Actor, *both: Customer) -> None:
    for one in both:
        if not restrict(Customer.objects.filter(pk=one.pk), actor).exists():
            raise LookupError(one.code)


def _sensible(link: SupplyLink) -> None:
    """Raises Invalid with the sentence of the first rule that the link breaks."""
    if link.dealer_id == link.customer_id:
        raise Invalid({"other": _("不能做自己的经销商。")})
    if link.from_on and link.to_on and link.to_on < link.from_on:
        raise Invalid({"to_on": _("结束不能早于开始。")})
    mine = Tie(
        link.pk or NEW, link.dealer_id, link.customer_id, link.product_line, link.share_bp, link.from_on, link.to_on
    )  # fmt: skip
    beside = [mine, *(tie for tie in ties_to(link.customer_id) if tie.key != mine.key)]
    if mine.key in doubled(beside):
        raise Invalid({"from_on": _("这段日子里两家之间已经有一条同产品线的关系，请改那一条。")})
    if mine.key in beyond_whole(beside):
        raise Invalid({"share_bp": _("同一段日子里各家经销商的份额加起来超过百分之百。")})
    if mine.key in circling([mine, *(tie for tie in ties_above(link.dealer_id) if tie.key != mine.key)]):
        raise Invalid({"other": _("绕了一圈：它已经在这位经销商的上面。")})


def _cleaned_all(given: dict[str, Any]) -> dict[str, Any]:
    unknown = given.keys() - set(FIELDS)
    if unknown:
        raise Invalid({name: _("没有这个字段。") for name in unknown})
    return each_cleaned(given, _cleaned)


def _cleaned(key: str, value: Any) -> Any:
    text = value.strip() if isinstance(value, str) else value
    if text in (None, ""):
        return "" if key == "product_line" else None
    if key == "share_bp":
        return share_of(text)
    if key == "product_line":
        return fitting(text, SupplyLink._meta.get_field(key).max_length)  # type: ignore[union-attr]
    return text if isinstance(text, date) else _day(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as odd:
        raise ValueError(_("日期要写成 2026-11-23。")) from odd


def _told(actor: Actor, link: SupplyLink, what: str, changes: dict[str, list[Any]]) -> None:
    trail.record(
        actor=actor, verb=f"archives.supply_link.{what}", subject_type="supply_link", subject_id=link.pk,
        customer_id=link.customer_id, changes=changes,
    )  # fmt: skip
