"""Registers the app."""

from django.apps import AppConfig


class ArchivesConfig(AppConfig):
    name = "kemai.business.archives"
    label = "archives"
    default_auto_field = "django.db.models.BigAutoField"
