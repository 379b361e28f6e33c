"""Registers the app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "kemai.doors.web"
    label = "web"
    default_auto_field = "django.db.models.BigAutoField"
