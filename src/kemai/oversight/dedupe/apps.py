"""Registers the app."""

from django.apps import AppConfig


class DedupeConfig(AppConfig):
    name = "kemai.oversight.dedupe"
    label = "dedupe"
    default_auto_field = "django.db.models.BigAutoField"
