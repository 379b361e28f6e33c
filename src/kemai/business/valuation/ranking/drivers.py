"""The one line beside a rank that says something: what moved it, what would, or what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run, Standing
from kemai.business.valuation.ranking.wording import class_word, move_line
from kemai.business.valuation.reading import RankRow, is_past
from kemai.business.valuation.runs.past_runs import past_standings
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import short_text
from kemai.value.measures.quality import is_knocked_out

AT_MOST = 2
QUIET_DAYS, QUIET_TIMES = 30, 2
NEAR = Decimal("0.15")
CHANGED = Decimal("0.03")
RETURNED = Decimal("0.1")


def rows_by_customer(actor: Actor, run: Run | None, ids: Sequence[int]) -> dict[int, Standing]:
    """{customer id: what the run found} for those that the actor sees; empty where the run is gone."""
    if run is None:
        return {}
    try:
        return past_standings(actor, run, ids) if is_past(run) else _kept(actor, run, ids)
    except LookupError:
        return {}


def driver_lines(
    run: Run, key: str, rows: Sequence[RankRow], now: dict[int, Standing], before: dict[int, Standing]
) -> dict[int, str]:
    """{customer id: at most two reasons}, the strongest first."""
    return {
        row.customer_id: _("；").join(
            _first(_reasons(run, key, row, now[row.customer_id], before.get(row.customer_id)))
        )
        for row in rows
        if row.customer_id in now
    }


def _kept(actor: Actor, run: Run, ids: Sequence[int]) -> dict[int, Standing]:
    return {s.customer_id: s for s in queries.standings_among(actor, run, ids)}


def _first(found: Iterator[str]) -> list[str]:
    kept: list[str] = []
    for text in found:
        if text and len(kept) < AT_MOST:
            kept.append(text)
    return kept


def _reasons(run: Run, key: str, row: RankRow, now: Standing, before: Standing | None) -> Iterator[str]:
    yield queries.reason_text(row.reason) if is_knocked_out(row.reason) else ""
    yield _class_moved(key, row, before)
    yield _went_quiet(now)
    yield _near_line(run, key, row, now)
    yield _changed_since(run, key, row, before)
    yield _returns(now)
    yield _against_last_year(now)
    yield _estimate(now, key)


def _class_moved(key: str, row: RankRow, before: Standing | None) -> str:
    old = getattr(before, f"{key}_class", None) if before else row.label
    if old == row.label:
        return ""
    if old is None:
        return _("新上榜")
    old_rank = getattr(before, f"{key}_rank")
    words = {"c": class_word(old)}
    return _("由 %(c)s 降") % words if old_rank and old_rank < row.rank else _("由 %(c)s 升") % words


def _went_quiet(now: Standing) -> str:
    """No order for twice as long as usual, and at least a month."""
    if now.recency_days is None:
        return _("从没买过")
    usual = 365 / now.orders_12m if now.orders_12m else 365
    quiet = now.recency_days > QUIET_DAYS and now.recency_days > QUIET_TIMES * usual
    return _("%(n)s 天没下单") % {"n": now.recency_days} if quiet else ""


def _near_line(run: Run, key: str, row: RankRow, now: Standing) -> str:
    found = queries.explanation(run, now, row.code, key)
    if found.move is None or not row.value or Decimal(found.move.more) / abs(row.value) > NEAR:
        return ""
    return move_line(found)


def _changed_since(run: Run, key: str, row: RankRow, before: Standing | None) -> str:
    old = getattr(before, f"{key}_value", None) if before else None
    if old is None or row.value is None or not old or not _is_money(run, key):
        return ""
    change = row.value - old
    if abs(Decimal(change) / abs(old)) < CHANGED:
        return ""
    return _("比上次 %(n)s") % {"n": short_text(change, sign=True)}


def _returns(now: Standing) -> str:
    returned, sold = now.returns_12m_fen or 0, now.sales_12m_fen or 0
    if returned <= 0 or sold <= 0 or Decimal(returned) / (sold + returned) < RETURNED:
        return ""
    return _("退货 %(n)s") % {"n": short_text(returned)}


def _against_last_year(now: Standing) -> str:
    sold, prior = now.sales_12m_fen, now.sales_prior_12m_fen
    if sold is None:
        return ""
    if not prior or prior <= 0:
        return _("头一年买") if sold > 0 else _("12 个月没买")
    change = (Decimal(sold) - prior) * 100 / prior
    whole = int(change.quantize(Decimal(1)))
    return _("比上年 %(n)s%%") % {"n": f"{whole:+d}".replace("-", "−")} if whole else _("跟上年持平")


def _estimate(now: Standing, key: str) -> str:
    if key != "ev_abc" or now.p_bp is None or not (now.av_fen or now.mp_fen):
        return ""
    chance = f"{Decimal(now.p_bp) / 100:g}%"
    if now.ev_kind == "prospect":
        return _("潜力 %(n)s，把握 %(p)s") % {"n": short_text(now.mp_fen or 0), "p": chance}
    return _("预计再增 %(n)s，把握 %(p)s") % {"n": short_text(now.av_fen or 0), "p": chance}


def _is_money(run: Run, key: str) -> bool:
    return bool(queries.definition(run, key).measure_spec.unit == "yuan")
