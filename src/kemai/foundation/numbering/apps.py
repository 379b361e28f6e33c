"""Registers the app."""

from django.apps import AppConfig


class NumberingConfig(AppConfig):
    name = "kemai.foundation.numbering"
    label = "numbering"
    default_auto_field = "django.db.models.BigAutoField"
