"""Registers the app."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"
