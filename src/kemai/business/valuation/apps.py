"""Registers the app: the facets it publishes to the directory, the parts of a run, and what follows an import and a run."""

from django.apps import AppConfig


class ValuationConfig(AppConfig):
    name = "kemai.business.valuation"
    label = "valuation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from kemai.business.agenda.queries import register_money_at_risk
        from kemai.business.archives.merging import only_one
        from kemai.business.valuation import facets, jobs, reach
        from kemai.business.valuation.channel import part as channel_part
        from kemai.business.valuation.credit import part as credit_part
        from kemai.business.valuation.effort import part as effort
        from kemai.business.valuation.forecasts import part as forecasting
        from kemai.business.valuation.models import Attitude, Exclusion
        from kemai.business.valuation.own import asked as measures_asked
        from kemai.business.valuation.own import facets as own_facets
        from kemai.business.valuation.own import nameable
        from kemai.business.valuation.own import part as own_measures
        from kemai.business.valuation.parameter_groups import register_parameters
        from kemai.business.valuation.pictures import register_pictures
        from kemai.business.valuation.runs import moved
        from kemai.business.valuation.runs.parts import register_part
        from kemai.business.valuation.stock import part as stocking
        from kemai.business.valuation.value_classes import part as value_classing
        from kemai.foundation import outbox
        from kemai.foundation.access.scopes import register_path
        from kemai.foundation.registry import verb_groups

        register_path(Exclusion, "customer")
        only_one(Exclusion, {"status": "open"}, status="declined")
        verb_groups.register("valuation.exclusion", "margin")
        facets.register()
        credit_part.register()
        channel_part.register()
        reach.register()
        measures_asked.register()
        own_facets.register()
        nameable.register_nameable(*nameable.ENGINE, *nameable.PARTS)
        for each in (effort, value_classing):
            register_parameters(each.GROUP)
            register_part(each.part())
        outbox.handler("exchange.batch.landed")(jobs.revalue_soon)
        outbox.handler("exchange.batch.undone")(jobs.revalue_soon)
        outbox.handler("valuation.run.published")(jobs.tell_soon)
        outbox.handler("valuation.run.published")(jobs.propose_soon)
        register_money_at_risk(moved.money_lost)
        register_part(forecasting.part())
        register_part(stocking.part())
        _worth()
        register_path(Attitude, "customer")
        only_one(Attitude, {"is_current": True}, is_current=False)
        verb_groups.register("valuation.attitude", "value")
        register_pictures()
        register_part(own_measures.part())  # last: it looks at what the others found


def _worth() -> None:
    """Churn and worth: two parts of a run, their parameters, and the books that people keep for them."""
    from kemai.business.archives.merging import one_each
    from kemai.business.valuation.churn import part as churn_part
    from kemai.business.valuation.models import Benefit, MissingLine
    from kemai.business.valuation.parameter_groups import register_parameters
    from kemai.business.valuation.runs.parts import register_part
    from kemai.business.valuation.worth import assumptions as worth_parameters
    from kemai.business.valuation.worth import part as worth_part
    from kemai.foundation.access.scopes import register_path

    register_part(churn_part.part())
    register_part(worth_part.part())
    register_parameters(worth_parameters.group())
    for model in (Benefit, MissingLine):
        register_path(model, "customer")
    one_each(Benefit, lambda b: (b.period, b.kind))
    one_each(MissingLine, lambda m: (m.kind, m.name))
