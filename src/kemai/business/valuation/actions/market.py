"""Writing segments of the market and how large they were."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from kemai.business.archives.actions import Invalid
from kemai.business.valuation.models import MarketSegment, MarketYear
from kemai.foundation import trail
from kemai.foundation.access.actor import Actor

LARGEST_FEN = 10**17
YEARS = (1990, 2100)


def add_segment(*, actor: Actor, name: str, region: str = "", category: str = "") -> MarketSegment:
    """A segment of a region, a category, or both. Needs the duty scheme.edit; raises Invalid."""
    _may(actor)
    clean = {"name": name.strip()[:60], "region": region.strip()[:60], "category": category.strip()[:40]}
    if not clean["name"]:
        raise Invalid({"name": _("写上叫什么。")})
    if not clean["region"] and not clean["category"]:
        raise Invalid({"region": _("选一个地区或类别。")})
    try:
        with transaction.atomic():
            made = MarketSegment.objects.create(**clean)
            _told(actor, made, "segment_added", {key: [None, text] for key, text in clean.items() if text})
    except IntegrityError as twice:
        raise Invalid({"name": _("已经有叫这个名字的了。")}) from twice
    return made


def set_market_size(
    *, actor: Actor, segment: MarketSegment, year: int, size_fen: int, source: str
) -> MarketYear:
    """How large the segment was in a year, and where that is known from; entered again it replaces. Raises Invalid."""
    _may(actor)
    problems = {}
    if not YEARS[0] <= year <= YEARS[1]:
        problems["year"] = _("年份要在 1990 到 2100 之间。")
    if not 0 < size_fen <= LARGEST_FEN:
        problems["size"] = _("市场有多大要大于 0。")
    if not source.strip():
        problems["source"] = _("写上数从哪里来。")
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        old = MarketYear.objects.select_for_update().filter(segment=segment, year=year).first()
        made, _new = MarketYear.objects.update_or_create(
            segment=segment, year=year,
            defaults={"size_fen": size_fen, "source": source.strip()[:200], "person_name": actor.name[:60]},
        )  # fmt: skip
        changes = {"year": [None, year], "size_fen": [old.size_fen if old else None, size_fen]}
        _told(actor, segment, "sized", changes, made.source)
    return made


def _may(actor: Actor) -> None:
    actor.require("scheme.edit", _("市场有多大由领导来填。"))


def _told(
    actor: Actor, segment: MarketSegment, what: str, changes: dict[str, list[Any]], reason: str = ""
) -> None:
    trail.record(
        actor=actor, verb=f"valuation.market.{what}", subject_type="market_segment", subject_id=segment.pk, changes=changes,
        reason=reason,
    )  # fmt: skip
