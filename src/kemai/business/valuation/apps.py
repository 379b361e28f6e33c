"""Registers the app: the facets it publishes to the directory, and what follows an import and a run."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.queries import register_money_at_risk
        from kemai.business.valuation import (
            effort,
            facets,
            jobs,
            measures_asked,
            moved,
            nameable,
            own_facets,
            own_measures,
            value_classing,
        )
        from kemai.business.valuation.models import Exclusion
        from kemai.business.valuation.parameter_groups import register_parameters
        from kemai.business.valuation.parts import register_part
        from kemai.foundation import outbox
        from kemai.foundation.access.scopes import register_path
        from kemai.foundation.registry import verb_groups

        register_path(Exclusion, "customer")
        verb_groups.register("valuation.exclusion", "margin")
        facets.register()
        measures_asked.register()
        own_facets.register()
        nameable.register_nameable(*nameable.ENGINE, *nameable.EFFORT, *nameable.VALUE_CLASSES)
        for each in (effort, value_classing):
            register_parameters(each.GROUP)
            register_part(each.part())
        register_part(own_measures.part())  # last: it looks at what the others found
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
        outbox.handler("exchange.batch.undone")(jobs.revalue_soon)
        outbox.handler("valuation.run.published")(jobs.tell_soon)
        register_money_at_risk(moved.money_lost)
