"""Registers the app: the facets it publishes to the directory, and what follows an import and a run."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.queries import register_money_at_risk
        from kemai.business.valuation import facets, forecasting, jobs, measures_asked, moved, stocking
        from kemai.business.valuation.parts import register_part
        from kemai.foundation import outbox

        facets.register()
        measures_asked.register()
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
        outbox.handler("exchange.batch.undone")(jobs.revalue_soon)
        outbox.handler("valuation.run.published")(jobs.tell_soon)
        register_money_at_risk(moved.money_lost)
        register_part(forecasting.part())
        register_part(stocking.part())
