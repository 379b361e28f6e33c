"""One dealer of the channel for the page: its numbers, its map, and the plan line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.supply_links import moves_of
from kemai.business.valuation.channel import reading as channel
from kemai.business.valuation.credit.reading import credit_of
from kemai.business.valuation.models import DealerExposure, Run, SuppliedThrough
from kemai.doors.web.pages.customer.words import day_of, title_of
from kemai.doors.web.pages.valuation.flow import Stream, flow
from kemai.foundation.access.actor import Actor
from kemai.value.channel.plan import DIRECT, GIVEN_UP, TIES, UNDECIDED, Choice, with_half_known

ONE_BY_ONE = 12  # customers with a line of their own; the others are decided together
REST = "rest"


def one(actor: Actor, run: Run, row: DealerExposure, asked: Mapping[str, str]) -> dict[str, Any]:
    """The dealer's numbers, its map, and what the choices that were asked would keep."""
    dealer, rows = row.customer, channel.behind(actor, run, row.customer)
    on, bad_day = _asked_day(asked.get("on"), actor.today)
    chosen = choices(asked, rows)
    found = channel.plan(actor, row, rows, chosen, on)
    suppliers = channel.candidates(actor, dealer)
    words = {DIRECT: _("直供")} | {str(each.pk): title_of(each) for each in suppliers}
    can = channel.holding(actor, dealer, on)
    open_rows = [each for each in rows if each.customer_id in can]
    standing = credit_of(actor, dealer)
    return {
        "code": dealer.code, "name": title_of(dealer), "place": _("，").join(x for x in (dealer.region, dealer.owner.name if dealer.owner else "") if x),
        "row": row, "owed_fen": standing.net_fen if standing else None, "shows_credit": actor.sees("credit", dealer.owner_id),
        "risk_percent": row.at_risk_fen * 100 / row.gross_fen if row.gross_fen else None, "dependency": None if row.dependency_centi is None else Decimal(row.dependency_centi) / 100,
        "on": asked.get("on") if bad_day else on.isoformat(), "all": asked.get("all", ""), "all_keep": asked.get("all_keep", "normal"),
        "suppliers": [(UNDECIDED, _("未定")), (DIRECT, _("直供")), *((str(e.pk), f"{title_of(e)}（{e.region}）" if e.region != dealer.region else title_of(e)) for e in suppliers), (GIVEN_UP, _("留不住"))],
        "ties": [("strong", _("强 90%")), ("normal", _("普通 80%")), ("weak", _("弱 50%"))],
        "lines": [_line(each, asked, found.sums.kept) for each in open_rows[:ONE_BY_ONE]],
        "rest": _rest(open_rows[ONE_BY_ONE:], asked, found.sums.kept), "gone": [_gone(e) for e in rows if e.customer_id not in can][:ONE_BY_ONE],
        "sums": found.sums, "warnings": found.warnings, "moves": len(found.links), "half_fen": with_half_known(found.sums.at_risk, row.unmapped_fen),
        "flow": _flow(row, rows, found, words, chosen), "planned": [(words.get(k, k), fen) for k, fen in sorted(found.sums.moved.items(), key=lambda e: -e[1])],
        "history": moves_of(actor, dealer), "reason": asked.get("reason", ""),
    }  # fmt: skip


def _asked_day(text: str | None, today: date) -> tuple[date, bool]:
    try:
        return day_of(text) or today, False
    except ValueError:
        return today, True


def choices(asked: Mapping[str, str], rows: Sequence[SuppliedThrough]) -> dict[int, Choice]:
    """What the form says of each customer: its own line, else what stands for the rest, else what stands for all."""
    own = {each.customer_id for each in rows if f"to-{each.customer_id}" in asked}
    made = {}
    for each in rows:
        name = str(each.customer_id) if each.customer_id in own else REST
        supplier, tie = asked.get(f"to-{name}", ""), asked.get(f"keep-{name}", "normal")
        if not supplier:
            supplier, tie = asked.get("all", ""), asked.get("all_keep", tie)
        known = supplier in (DIRECT, GIVEN_UP) or (supplier.isdecimal() and len(supplier) < 18)
        made[each.customer_id] = Choice(supplier if known else UNDECIDED, tie if tie in TIES else "normal")
    return made


def _line(each: SuppliedThrough, asked: Mapping[str, str], kept: Mapping[str, int]) -> dict[str, Any]:
    pk = each.customer_id
    return {
        "key": pk, "name": title_of(each.customer), "href": reverse("customer_channel", args=[each.customer.code]), "fen": each.through_fen,
        "to": asked.get(f"to-{pk}", ""), "keep": asked.get(f"keep-{pk}", "normal"), "kept": kept.get(str(pk), 0), "lacks": lacks(each),
    }  # fmt: skip


def _rest(
    some: Sequence[SuppliedThrough], asked: Mapping[str, str], kept: Mapping[str, int]
) -> dict[str, Any] | None:
    if not some:
        return None
    return {
        "count": len(some), "fen": sum(each.through_fen for each in some), "to": asked.get("to-rest", ""), "keep": asked.get("keep-rest", "normal"),
        "kept": sum(kept.get(str(each.customer_id), 0) for each in some),
    }  # fmt: skip


def _gone(each: SuppliedThrough) -> dict[str, Any]:
    return {"name": title_of(each.customer), "fen": each.through_fen, "is_moved": bool(each.is_moved)}


def lacks(each: SuppliedThrough) -> str:
    """Why a customer does not count as reachable; "" for one that does."""
    words = {
        "archive": _("档案不到八成"),
        "contact": _("半年没核实过联系人"),
        "alternative": _("附近没有别家"),
    }
    return (
        _("，").join(words[x] for x in (each.missing or "").split(",") if x in words)
        if not each.is_reachable
        else ""
    )


def _flow(
    row: DealerExposure, rows: Sequence[SuppliedThrough], found: channel.Plan, words: Mapping[str, str], choices: Mapping[int, Choice]
) -> dict[str, Any] | None:  # fmt: skip
    """The largest customers each, the others together by whom they go to, and what nobody knows of."""
    kept, now = found.sums.kept, _("照现在算")
    ends = [now, *(words.get(key, key) for key in found.sums.moved)]
    places = {key: at for at, key in enumerate(found.sums.moved, start=1)}
    streams: list[Stream] = []
    rest: dict[int | None, list[int]] = {}
    for at, each in enumerate(rows):
        supplier = choices[each.customer_id].supplier
        to = places.get(supplier, None if supplier == GIVEN_UP else 0)
        saved = kept.get(str(each.customer_id), 0)
        if at < ONE_BY_ONE:
            streams.append(
                Stream(title_of(each.customer), each.through_fen, min(saved, each.through_fen), to)
            )
        else:
            both = rest.setdefault(to, [0, 0, 0])
            rest[to] = [both[0] + each.through_fen, both[1] + min(saved, each.through_fen), both[2] + 1]
    streams += [
        Stream(_("其余 %(n)s 家") % {"n": n}, through, saved, to) for to, (through, saved, n) in rest.items()
    ]
    unmapped = max(row.unmapped_fen, 0)
    return flow([*streams, Stream(_("没建档"), unmapped, 0, None)], ends, _("在险"))
