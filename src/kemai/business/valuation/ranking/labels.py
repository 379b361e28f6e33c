"""Classes and values of a scheme in words of the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kemai.value.formulas import unit_of

WORDS = {
    "key": _("关键"), "major": _("主要"), "ordinary": _("普通"), "small": _("小"), "quality": _("优质"), "poor": _("低效"),
    "vip": "VIP", "large": _("大客户"), "medium": _("中客户"),
    "重要价值": _("重要价值"), "重要保持": _("重要保持"), "重要发展": _("重要发展"), "重要挽留": _("重要挽留"),
    "一般价值": _("一般价值"), "一般保持": _("一般保持"), "一般发展": _("一般发展"), "一般挽留": _("一般挽留"),
}  # fmt: skip

LEVEL_WORDS = {
    "green": _("稳定"), "yellow": _("留意"), "orange": _("预警"), "red": _("危险"), "lost_proposed": _("疑似流失"), "lost": _("已流失"),
}  # fmt: skip
SIGNAL_WORDS = {
    "cycle": _("过了自己的周期没下单"), "sales_drop": _("近 3 月比去年同期少"), "complaint": _("投诉没解决"), "csat": _("满意度低"),
    "competitor": _("对手签下了"), "contact_left": _("联系人走了没人接"),
}  # fmt: skip
MISSING_WORDS = {
    "no_purchase": _("从没买过"), "no_cost": _("没有成本，也没定毛利率"), "partial_cost": _("部分销售没有成本"), "no_estimate": _("没估过潜力"), "no_current": _("现实价值算不出"),
    "lost": _("已经流失，照现在这样没有将来"), "no_cycle": _("买得太少，同级的客户也看不出周期"), "too_few_repeat_buyers": _("回头客不到 50 家，模型不可信"),
    "parameter_at_bound": _("数据说不清模型的参数，不可信"), "not_converged": _("模型没有算到头，不可信"),
    "no_standard_error": _("参数的误差算不出，模型不可信"), "no_mean": _("单次消费没有均值"), "nobody": _("还没有人买过"),
}  # fmt: skip


def level_word(level: str | None) -> str:
    """How near a customer is to leaving, in one word."""
    word = LEVEL_WORDS.get(level or "")
    return str(word) if word is not None else ""


def signal_words(reasons: str) -> list[str]:
    """Why it has its level."""
    return [str(SIGNAL_WORDS[key]) for key in reasons.split(",") if key in SIGNAL_WORDS]


def missing_word(reason: str | None) -> str:
    """Why there is no number."""
    word = MISSING_WORDS.get(reason or "")
    return str(word) if word is not None else reason or ""


def class_word(label: str | None) -> str:
    """A class in words: 优质 / 普通 / 低效 are the good, the not good and the bad (S3.2, S4.65)."""
    word = WORDS.get(label or "")
    return str(word) if word is not None else label or ""


PLACES = {"yuan": 2, "point": 2, "score": 3, "piece": 3, "order": 0}


def amount(number: int | None, unit: str) -> str | None:
    """A value in its display unit: yuan and points with two decimals, scores with three; of an own measure as many as
    are kept."""
    if number is None:
        return None
    places = PLACES[unit] if unit in PLACES else len(str(unit_of(unit).factor)) - 1
    return (
        str(Decimal(number).scaleb(-places).quantize(Decimal(1).scaleb(-places))) if places else str(number)
    )
