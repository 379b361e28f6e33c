"""Registers the app: the facets it publishes to the directory, and what revalues after an import."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.valuation import facets, jobs
        from kemai.foundation import outbox

        facets.register()
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
