"""Giving a dealer's customers to other suppliers from a day on, all in one step, and taking that back (S0.6)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.links import one_at_a_time
from kemai.business.archives.models import Customer, SupplyLink, SupplyMove
from kemai.business.archives.supply_links import all_ties, visible_links
from kemai.business.archives.supply_rules import Tie, beyond_whole, circling, doubled
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.scopes import restrict
from kemai.foundation.among import Among

NAMED = 3


def move_links(
    *, actor: Actor, dealer: Customer, to: Mapping[int, int | None], on: date, reason: str
) -> SupplyMove:
    """The customers of `to` go from `dealer` to the supplier beside each (None: straight from us) from the day `on`.

    What is in force ends the day before and begins anew; what begins later changes its dealer; the past stays as it was.
    Raises Refused or Invalid, and then nothing has changed: for a customer without a link, or a link that breaks a rule.
    """
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    if not to:
        raise Refused(_("还没选改由谁供：至少定一家下级客户。"))
    if not reason.strip():
        raise Invalid({"reason": _("换人要写原因，给以后的人看。")})
    with transaction.atomic():
        one_at_a_time()
        _all_seen(actor, {dealer.pk, *to, *(each for each in to.values() if each)})
        links = _held(actor, dealer, to, on)
        moved = _moved(links, to, on)
        _sensible(dealer, links, moved)
        made = _stored(actor, dealer, links, to, on, reason.strip()[:200])
        trail.record(
            actor=actor, verb="archives.supply_move.made", subject_type="supply_move", subject_id=made.pk,
            customer_id=dealer.pk, changes={"customers": [None, len(to)], "on": [None, on.isoformat()]}, reason=made.reason,
        )  # fmt: skip
    return made


def undo_move(*, actor: Actor, move: SupplyMove) -> SupplyMove:
    """Puts the links back as they were. Raises Refused where somebody has changed one of them since; nothing changes then."""
    actor.require("customer.edit", _("你的岗位不能改客户资料。"))
    with transaction.atomic():
        one_at_a_time()
        now = restrict(SupplyMove.objects.filter(pk=move.pk), actor).select_for_update(of=("self",)).first()
        if now is None:
            raise LookupError(move.pk)
        if now.undone_at:
            raise Refused(_("已经撤销过了。"))
        _unchanged(now)
        _put_back(now)
        now.undone_at = timezone.now()
        now.save(update_fields=["undone_at"])
        trail.record(
            actor=actor, verb="archives.supply_move.undone", subject_type="supply_move", subject_id=now.pk,
            customer_id=now.dealer_id, changes={"customers": [now.customers, None]},
        )  # fmt: skip
    return now


def _all_seen(actor: Actor, ids: Collection[int]) -> None:
    seen = restrict(Customer.objects.filter(Among("pk", sorted(ids))), actor).count()
    if seen != len(ids):
        raise LookupError(_("有的客户不在你的范围里。"))


def _held(actor: Actor, dealer: Customer, to: Mapping[int, int | None], on: date) -> list[SupplyLink]:
    """The dealer's links to these customers that hold on the day or begin later. Refused where one has none."""
    rows = visible_links(actor).filter(Among("customer_id", sorted(to)), dealer=dealer).order_by("pk")
    links = [link for link in rows if link.to_on is None or link.to_on >= on]
    if without := set(to) - {link.customer_id for link in links}:
        raise Refused(
            _("%(names)s 从那天起已经不由它供，一条都没改。请再看一遍。") % {"names": _names(without)}
        )
    return links


def _moved(links: Iterable[SupplyLink], to: Mapping[int, int | None], on: date) -> list[Tie]:
    """What the links are afterwards; new ones have keys below nothing."""
    made: list[Tie] = []
    for link in links:
        tie = Tie(
            link.pk, link.dealer_id, link.customer_id, link.product_line, link.share_bp, link.from_on, link.to_on
        )  # fmt: skip
        supplier = to[link.customer_id]
        if tie.first < on:
            made.append(replace(tie, to_on=on - timedelta(days=1)))
        if supplier:
            made.append(replace(tie, key=-link.pk, dealer=supplier, from_on=max(tie.first, on)))
    return made


def _sensible(dealer: Customer, links: Iterable[SupplyLink], moved: list[Tie]) -> None:
    """Raises Invalid with the first rule that one of the new links breaks, and whom it is about."""
    touched = {link.pk for link in links}
    after = [*(tie for tie in all_ties() if tie.key not in touched), *moved]
    new = {tie.key: tie.customer for tie in moved if tie.key < 0}
    if any(tie.dealer in (tie.customer, dealer.pk) for tie in moved if tie.key < 0):
        raise Invalid({"other": _("不能改由它自己供。")})
    said = {
        doubled: _("%(names)s 在那天以后已经由接手的这家供着同一条产品线。请先改那一条，一条都没改。"),
        beyond_whole: _("%(names)s 各家的份额加起来会超过百分之百，一条都没改。"),
        circling: _("%(names)s 绕了一圈：它已经在接手的这家上面，一条都没改。"),
    }
    for rule, sentence in said.items():
        if wrong := {new[key] for key in rule(after) if key in new}:
            raise Invalid({"other": sentence % {"names": _names(wrong)}})


def _names(ids: Collection[int]) -> str:
    found = (
        Customer.objects.filter(pk__in=sorted(ids)[:NAMED]).order_by("pk").values_list("short_name", "name")
    )
    names = "、".join(short or name for short, name in found)
    return names if len(ids) <= NAMED else _("%(names)s 等 %(n)s 家") % {"names": names, "n": len(ids)}


def _stored(
    actor: Actor, dealer: Customer, links: list[SupplyLink], to: Mapping[int, int | None], on: date, reason: str
) -> SupplyMove:  # fmt: skip
    """All of it set-based: one statement for what ends, one a supplier for what turns, one for what is new."""
    last = on - timedelta(days=1)
    begun = [link for link in links if (link.from_on or date.min) < on]
    later = [link for link in links if (link.from_on or date.min) >= on]
    _update([link.pk for link in begun], to_on=last)
    by_supplier: dict[int, list[int]] = defaultdict(list)
    gone = [link for link in later if not to[link.customer_id]]
    for link in later:
        if supplier := to[link.customer_id]:
            by_supplier[supplier].append(link.pk)
    for supplier, keys in by_supplier.items():
        _update(keys, dealer_id=supplier)
    # A link that would end before it begins never holds: straight supply simply never lets it begin.
    for link in gone:
        _update([link.pk], to_on=(link.from_on or on) - timedelta(days=1))
    new = SupplyLink.objects.bulk_create(
        [
            SupplyLink(
                dealer_id=supplier, customer_id=link.customer_id, product_line=link.product_line,
                share_bp=link.share_bp, from_on=on, to_on=link.to_on,
            )
            for link in begun if (supplier := to[link.customer_id])
        ]
    )  # fmt: skip
    return SupplyMove.objects.create(
        dealer=dealer, on=on, reason=reason, customers=len(to), person_id=actor.person_id, person_name=actor.name[:60],
        ended=[[k.pk, k.to_on and k.to_on.isoformat(), k.version + 1] for k in (*begun, *gone)],
        turned=[[link.pk, link.version + 1] for link in later if to[link.customer_id]], made=[link.pk for link in new],
    )  # fmt: skip


def _update(keys: list[int], **values: object) -> None:
    SupplyLink.objects.filter(Among("pk", keys)).update(version=F("version") + 1, **values)


def _unchanged(move: SupplyMove) -> None:
    """Raises Refused unless every link is as the plan left it."""
    expected = (
        {key: version for key, _to, version in move.ended} | dict(move.turned) | dict.fromkeys(move.made, 1)
    )
    now = dict(SupplyLink.objects.filter(Among("pk", list(expected))).values_list("pk", "version"))
    if now != expected:
        changed = sum(now.get(key) != version for key, version in expected.items())
        raise Refused(
            _("有 %(n)s 条渠道关系后来又改过，撤不回去了。请到客户的渠道页逐条改。") % {"n": changed}
        )


def _put_back(move: SupplyMove) -> None:
    """New links go (nothing was ever built on them: their version says so); the old ones hold again."""
    SupplyLink.objects.filter(Among("pk", list(move.made))).delete()
    by_end: dict[str | None, list[int]] = defaultdict(list)
    for key, ended, _version in move.ended:
        by_end[ended].append(key)
    for ended, keys in by_end.items():
        _update(keys, to_on=ended and date.fromisoformat(ended))
    _update([key for key, _version in move.turned], dealer_id=move.dealer_id)
