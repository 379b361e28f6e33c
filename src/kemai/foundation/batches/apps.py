"""Registers the app."""

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    name = "kemai.foundation.batches"
    label = "batches"
    default_auto_field = "django.db.models.BigAutoField"
