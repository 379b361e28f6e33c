"""The business day: today in the company's time zone, or KEMAI_TODAY in tests and demos."""

from datetime import date

from django.conf import settings
from django.utils import timezone


def business_today() -> date:
    """The date that doors hand to actions and queries."""
    if settings.BUSINESS_TODAY:
        return date.fromisoformat(settings.BUSINESS_TODAY)
    return timezone.localdate()
