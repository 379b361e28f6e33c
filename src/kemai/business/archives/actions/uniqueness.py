"""Which fields together must not repeat: defined, ended, and held whenever customers are written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db import connection, transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions.checking import Invalid
from kemai.business.archives.actions.field_sets import publish
from kemai.business.archives.models import UniqueTogether
from kemai.business.archives.uniqueness import called, doubled, eligible, holders, keys_of, name_for, rules
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor, Refused

_TURN = 0x6B6D75  # the key of the lock on PostgreSQL
FEWEST, MOST = 2, 4
MOST_RULES = 10


def define_together(*, actor: Actor, fields: Sequence[str]) -> UniqueTogether:
    """From now on no two customers have the same in all these fields. Raises Invalid where some do already."""
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    names = list(dict.fromkeys(fields))
    known = [name for name, _label in eligible()]
    if not FEWEST <= len(names) <= MOST or any(name not in known for name in names):
        raise Invalid({"fields": _("选两到四个字段。")})
    with transaction.atomic():
        one_at_a_time()
        if any(sorted(rule.fields) == sorted(names) for rule in rules()):
            raise Invalid({"fields": _("已经有这一条了。")})
        if len(rules()) >= MOST_RULES:
            raise Refused(_("最多 %(n)s 条，先去掉几条。") % {"n": MOST_RULES})
        rule = UniqueTogether.objects.create(fields=names)
        if found := doubled(rule):
            raise Invalid({"fields": _("现在就有 %(n)s 处重复，比如「%(example)s」，先改掉再设。") % {
                "n": len(found), "example": "、".join(found[0])
            }})  # fmt: skip
        _told(actor, rule, "defined", [None, called(rule)])
        publish(actor)
    return rule


def end_together(*, actor: Actor, rule: UniqueTogether) -> None:
    """The combination may repeat again."""
    actor.require("archive.design", _("字段由档案专员或领导来定。"))
    with transaction.atomic():
        if UniqueTogether.objects.filter(pk=rule.pk, is_active=True).update(is_active=False):
            _told(actor, rule, "ended", [called(rule), None])
            publish(actor)


def hold_together(actor: Actor, customer_ids: Collection[int], changed: Collection[str]) -> None:
    """Call it in the transaction that has written these fields of these customers. Raises Invalid, which undoes the
    write, when one of them has become like another."""
    touched = [rule for rule in rules() if set(rule.fields) & set(changed)]
    if touched:
        one_at_a_time()
    for rule in touched:
        mine = keys_of(rule, customer_ids)
        for pks in holders(rule, mine.values()).values():
            if len(pks) > 1:
                other = next((pk for pk in pks if pk not in mine), pks[1])
                said = _("和 %(other)s 的「%(fields)s」完全一样，合起来不能重复。") % {
                    "other": name_for(actor, other), "fields": called(rule)
                }  # fmt: skip
                first = next(name for name in rule.fields if name in changed)
                raise Invalid({first: said})


def one_at_a_time() -> None:
    """Until the transaction ends nobody else writes such fields: two that are alike could not see each other.

    SQLite lets one writer in at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _told(actor: Actor, rule: UniqueTogether, what: str, words: list[str | None]) -> None:
    trail.record(
        actor=actor, verb=f"archives.unique_together.{what}", subject_type="unique_together", subject_id=rule.pk,
        changes={"fields": words},
    )  # fmt: skip
