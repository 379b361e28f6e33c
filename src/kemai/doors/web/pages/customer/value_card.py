"""The value card: one line a number, each made by a small function, so that whoever has another number adds a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer
from kemai.business.valuation.churn.reading import churn_of
from kemai.business.valuation.credit.reading import credit_use_of
from kemai.business.valuation.credit.reading import missing_word as credit_word
from kemai.business.valuation.forecasts.reading import forecast_of
from kemai.business.valuation.forecasts.words import reason_word
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.ranking.labels import level_word, missing_word
from kemai.business.valuation.worth.reading import history_rate, worth_of
from kemai.doors.web.formats import likelihood
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import short_text


@dataclass(frozen=True)
class About:
    """What every line may look at: rows are None where the run found nothing or the actor may not see values."""

    actor: Actor
    customer: Customer
    standing: Any
    churn: Any
    worth: Any

    @property
    def sees_margin(self) -> bool:
        """Whether numbers that rest on margin may stand on the page."""
        return self.actor.sees("margin", self.customer.owner_id)


@dataclass(frozen=True)
class Line:
    """A number in words, or why there is none; `href` opens its formula. `level` draws the churn mark before the text."""

    key: str
    label: str
    text: str = ""
    missing: str = ""
    href: str = ""
    level: str | None = None
    note: str = ""


def card_lines(actor: Actor, customer: Customer, standing: Any) -> list[Line]:
    """The lines that the actor may see."""
    if not actor.sees("value", customer.owner_id):
        return []
    about = About(actor, customer, standing, churn_of(actor, customer), worth_of(actor, customer))
    if about.worth is None and about.churn is None:
        return []
    return [line for make in CARD if (line := make(about)) is not None]


def _historical(about: About) -> Line | None:
    rate = history_rate(published_run())
    if rate is None:
        return _money(about, "historical", _("历史价值"), _("到目前赚到的，减去获客成本"))
    note = _("到目前赚到的，减去获客成本，按一年 %(n)s%% 折到估值日") % {"n": f"{(rate * 100).normalize():f}"}
    return _money(about, "historical", _("历史价值"), note)


def _current(about: About) -> Line | None:
    return _money(about, "current", _("现实价值"), _("照现在这样买下去"))


def _potential(about: About) -> Line | None:
    return _money(about, "potential", _("潜在价值"), _("多买的，加上介绍来的"))


def _lifetime(about: About) -> Line | None:
    return _money(about, "lifetime", _("终身价值"), _("现实 + 潜在，只看将来"))


def _model(about: About) -> Line | None:
    return _money(about, "model", _("模型估的终身价值"), _("按来买的规律估，和上面的互相对照"))


def _alive(about: About) -> Line | None:
    row = about.worth
    if row is None:
        return None
    text = likelihood(row.alive)
    note = (
        _("一年里大约再来 %(n)s 次") % {"n": f"{row.purchases_12m:.1f}"}
        if row.purchases_12m is not None
        else ""
    )
    return Line(
        "alive",
        _("还在买的可能"),
        text,
        "" if text else missing_word(row.alive_reason),
        _why(about, "alive"),
        note=note,
    )


def _churn(about: About) -> Line | None:
    row = about.churn
    if row is None:
        return Line("churn", _("流失预警"), missing=missing_word("no_purchase"))
    note = _("%(days)s 天没下单，平常 %(cycle)s 天一单") % {"days": row.days_since, "cycle": f"{row.cycle_days:.0f}"} if row.cycle_days else missing_word(row.reason)  # fmt: skip
    return Line(
        "churn", _("流失预警"), level_word(row.level), href=_why(about, "churn"), level=row.level, note=note
    )


def _stability(about: About) -> Line | None:
    row = about.standing
    if row is None:
        return None
    words = {"stable": _("稳定"), "fluctuating": _("波动"), "unstable": _("不稳")}
    if row.stability_cv is None:
        return Line("stability", _("稳定性"), missing=_("不到 6 个月") if row.stability_reason == "too_few_months" else _("算不出"), href=_why(about, "stability"))  # fmt: skip
    text = f"{words.get(row.stability_label or '', '')} {row.stability_cv:.2f}"
    return Line("stability", _("稳定性"), text, href=_why(about, "stability"), note=_("各月销售差多少"))


def _forecast(about: About) -> Line | None:
    found = forecast_of(about.actor, about.customer)
    if found is None:
        return None
    row, href = found.row, reverse("customer_sales", args=[about.customer.code]) + "#forecast"
    if row.next_12_fen is None:
        return Line("forecast", _("未来 12 个月"), missing=reason_word(row.reason), href=href)
    low, high = short_text(row.low_12_fen or 0), short_text(row.high_12_fen or 0)
    note = _("八成把握在 %(low)s 到 %(high)s") % {"low": low, "high": high}
    return Line("forecast", _("未来 12 个月"), short_text(row.next_12_fen), href=href, note=note)


def _credit(about: About) -> Line | None:
    used = credit_use_of(about.actor, about.customer)
    if used is None:
        return None
    href = reverse("customer_credit", args=[about.customer.code])
    if used.percent is not None:
        href = _why(about, "credit_use")
    if used.percent is None:
        return Line("credit", _("额度占用"), missing=credit_word(used.reason), href=href)
    note = _("占 %(used)s，额度 %(limit)s") % {
        "used": short_text(used.exposure_fen or 0), "limit": short_text(used.limit_fen or 0)
    }  # fmt: skip
    return Line("credit", _("额度占用"), f"{used.percent:.0f}%", href=href, note=note)


CARD: tuple[Callable[[About], Line | None], ...] = (
    _historical,
    _current,
    _potential,
    _lifetime,
    _model,
    _alive,
    _churn,
    _forecast,
    _stability,
    _credit,
)
"""The card from top to bottom; a further number is one function and one line here."""


def _money(about: About, key: str, label: str, note: str) -> Line | None:
    """A kind of value; nothing at all for who does not see margins."""
    if about.worth is None or not about.sees_margin:
        return None
    fen, reason = getattr(about.worth, f"{key}_fen"), getattr(about.worth, f"{key}_reason")
    if fen is None:
        return Line(key, label, missing=missing_word(reason), href=_why(about, key), note=note)
    return Line(key, label, short_text(fen), href=_why(about, key), note=note)


def _why(about: About, measure: str) -> str:
    return reverse("customer_why", args=[about.customer.code, measure])
