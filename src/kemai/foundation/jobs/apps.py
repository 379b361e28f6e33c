"""Registers the app."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "kemai.foundation.jobs"
    label = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
