"""Registers the app: contacts made and tasks follow the rights of their customer."""

from django.apps import AppConfig


class AgendaConfig(AppConfig):
    name = "kemai.business.agenda"
    label = "agenda"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.actions.publishing import publish_joined
        from kemai.business.agenda.models import ContactLog, Task
        from kemai.foundation.access.scopes import register_path
        from kemai.foundation.registry import customers_joined, verb_groups

        register_path(ContactLog, "customer")
        register_path(Task, "customer")
        customers_joined.register("agenda", publish_joined)
        verb_groups.register("agenda", "agenda")
