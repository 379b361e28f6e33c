"""Classes and values of a scheme in words of the reader's language."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

WORDS = {
    "key": _("关键"), "major": _("主要"), "ordinary": _("普通"), "small": _("小"), "quality": _("优质"), "poor": _("低效"),
    "vip": "VIP", "large": _("大客户"), "medium": _("中客户"),
    "重要价值": _("重要价值"), "重要保持": _("重要保持"), "重要发展": _("重要发展"), "重要挽留": _("重要挽留"),
    "一般价值": _("一般价值"), "一般保持": _("一般保持"), "一般发展": _("一般发展"), "一般挽留": _("一般挽留"),
}  # fmt: skip


def class_word(label: str | None) -> str:
    """A class in words: 优质 / 普通 / 低效 are the good, the not good and the bad (S3.2, S4.65)."""
    word = WORDS.get(label or "")
    return str(word) if word is not None else label or ""


def amount(number: int | None, unit: str) -> str | None:
    """A value in its display unit: yuan and points with two decimals, scores with three."""
    if number is None:
        return None
    places = {"yuan": 2, "point": 2, "score": 3, "piece": 3}.get(unit, 0)
    return (
        str(Decimal(number).scaleb(-places).quantize(Decimal(1).scaleb(-places))) if places else str(number)
    )
