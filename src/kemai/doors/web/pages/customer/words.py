"""Small words that the tabs of a customer share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from kemai.business.archives.models import Customer


def class_word(label: str | None) -> str:
    """A class in words."""
    words = {
        "key": _("关键"), "major": _("主要"), "ordinary": _("普通"), "small": _("小"), "quality": _("优质"), "poor": _("低效"),
        "vip": "VIP", "large": _("大客户"), "medium": _("中客户"),
    }  # fmt: skip
    return words.get(label or "", label or "")


def title_of(customer: Customer) -> str:
    return customer.short_name or customer.name


def card(customer: Customer) -> dict[str, Any]:
    return {
        "code": customer.code,
        "name": customer.name,
        "title": title_of(customer),
        "phone": customer.phone,
    }


def run_note(run: Any) -> str:
    return _("第 %(n)s 次估值，截至 %(day)s") % {"n": run.pk, "day": run.as_of} if run else ""


def day_word(day: date, today: date) -> str:
    return _("今天") if day == today else f"{day:%m-%d}" if day.year == today.year else f"{day:%y-%m}"


def link(name: str, customer: Customer, label: str) -> Any:
    return format_html('<a href="{}">{}</a>', reverse(name, args=[customer.code]), label)


def number(text: str | None) -> int:
    return int(text) if text and text.isdigit() and len(text) < 12 else 1
