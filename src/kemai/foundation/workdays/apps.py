"""Registers the app."""

from django.apps import AppConfig


class WorkdaysConfig(AppConfig):
    name = "kemai.foundation.workdays"
    label = "workdays"
    default_auto_field = "django.db.models.BigAutoField"
