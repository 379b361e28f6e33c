"""Registers the app: who may see the trail of credit papers, and what `kemai doctor` asks."""

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "kemai.foundation.files"
    label = "files"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.foundation import registry
        from kemai.foundation.files import checks
        from kemai.foundation.files.rights import TRAIL

        registry.verb_groups.register(TRAIL["credit"], "credit")
        registry.checks.register("files.store", checks.problems)
        registry.thorough_checks.register("files.content", checks.altered)
