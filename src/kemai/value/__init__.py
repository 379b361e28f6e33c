"""What a customer is worth: a pure library that knows no Django, no clock and no database of ours.

    from kemai import value
    value.rfm(sales, date(2026, 6, 30)).to_pandas()

A table is anything Arrow can read (pyarrow, pandas, Polars, a DuckDB relation, a Parquet path) or an Ibis table; results
are Ibis tables, rows in no promised order. Money is yuan (decimals), shares are percent, rates that one passes are
fractions; what cannot be worked out is null with a `reason`. Importing is quick: the engines are loaded by the first call.

Where to begin: `rfm`, `abc`, `pyramid`, `classify`, `concentration`, `stability`, `churn`, `cohorts`, `forecast` over sales
or values; `lifetime` for BG/NBD, Pareto/NBD and Gamma-Gamma; `clv` for customers with a contract; `ageing`, `dso`,
`credit_limit` for credit; `transition_matrix` for Markov chains; `formulas` for measures of one's own; `write_sales`,
`customers_of` and `revalue` for everything at once, `explain` for the why. Guide: docs/guide/library.en.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from kemai.value.errors import EngineError, FactError, FactWarning, HorizonError, SchemeError

if TYPE_CHECKING:
    from kemai.value import composition, engine, explain, facts, formulas, lifetime, schemes
    from kemai.value.channel.counts import stock_report
    from kemai.value.channel.exposure import exposure, exposure_detail
    from kemai.value.channel.links import move_links
    from kemai.value.channel.plan import replacement
    from kemai.value.channel.stock import consumption, consumption_forecast, sold_out, suggested_order
    from kemai.value.composition import concentration, pareto
    from kemai.value.credit.ageing import ageing, open_invoices
    from kemai.value.credit.dso import average_days_delinquent, best_possible_dso, dso
    from kemai.value.credit.grade import credit_grade, credit_terms, five_c
    from kemai.value.credit.limits import (
        credit_limit,
        heuristic_percent,
        limit_by_heuristic,
        limit_by_need,
        limit_by_net_worth,
        limit_by_own_exposure,
        limit_by_working_assets,
        limit_by_working_capital,
    )
    from kemai.value.credit.matching import matches
    from kemai.value.credit.solvency import operations, solvency
    from kemai.value.credit.standing import credit_standing
    from kemai.value.engine import EngineSettings, RevalueResult, condense, customers_of, revalue, write_sales
    from kemai.value.forecasts.report import forecast, forecast_accuracy
    from kemai.value.measures.archive import archive_quality, rate_archive
    from kemai.value.measures.classes import abc, classify, pyramid
    from kemai.value.measures.clv import (
        acquisition_cost,
        clv,
        cross_selling_value,
        economics,
        historical_value,
        lifetime_purchases_value,
        lifetime_value,
        referral_value,
    )
    from kemai.value.measures.cohorts import cohorts
    from kemai.value.measures.concentrations import concentrations
    from kemai.value.measures.contribution import contribution_minus_time, contribution_share_minus_time
    from kemai.value.measures.development import development
    from kemai.value.measures.expected import customer_expected_value, prospect_expected_value
    from kemai.value.measures.metals import value_potential_matrix
    from kemai.value.measures.performance import performance_indices
    from kemai.value.measures.quality import quality_score
    from kemai.value.measures.ratios import (
        account_profit,
        benefit_share,
        discount_roi,
        extra_margin,
        investment_ratios,
        investment_return,
        market_share,
        share_of_wallet,
    )
    from kemai.value.measures.rfm import rfm
    from kemai.value.measures.serialization import early_adopters, serialization_degree
    from kemai.value.measures.stability import stability
    from kemai.value.measures.target_to_date import target_to_date
    from kemai.value.measures.value_classes import value_classes
    from kemai.value.schemes.definition import SchemeDefinition
    from kemai.value.schemes.matrix import credit_performance, performance_loyalty, value_potential
    from kemai.value.schemes.spread import class_places, class_spread, class_spreads
    from kemai.value.scorecards.behaviour import behaviour_scores
    from kemai.value.scorecards.loyalty import is_loyal, loyalty_index, loyalty_type, rate_loyalty
    from kemai.value.states.churn import churn, state_moves
    from kemai.value.states.history import quarter_ends, states_at
    from kemai.value.states.markov import forecast_states, state_values, transition_matrix
    from kemai.value.states.rates import churn_rate, churn_rates, retention_rate, win_back_value
    from kemai.value.targets import allocate_target, completion, performance_index

_HOMES = {
    "rfm": "measures.rfm",
    "abc": "measures.classes",
    "classify": "measures.classes",
    "archive_quality": "measures.archive",
    "rate_archive": "measures.archive",
    "pyramid": "measures.classes",
    "prospect_expected_value": "measures.expected",
    "customer_expected_value": "measures.expected",
    "contribution_minus_time": "measures.contribution",
    "contribution_share_minus_time": "measures.contribution",
    "quality_score": "measures.quality",
    "stability": "measures.stability",
    "concentration": "composition",
    "pareto": "composition",
    "revalue": "engine",
    "EngineSettings": "engine",
    "condense": "engine",
    "customers_of": "engine",
    "write_sales": "engine",
    "RevalueResult": "engine",
    "SchemeDefinition": "schemes.definition",
    "clv": "measures.clv",
    "acquisition_cost": "measures.clv",
    "historical_value": "measures.clv",
    "cross_selling_value": "measures.clv",
    "referral_value": "measures.clv",
    "lifetime_value": "measures.clv",
    "lifetime_purchases_value": "measures.clv",
    "economics": "measures.clv",
    "value_classes": "measures.value_classes",
    "transition_matrix": "states.markov",
    "forecast_states": "states.markov",
    "state_values": "states.markov",
    "exposure": "channel.exposure",
    "exposure_detail": "channel.exposure",
    "move_links": "channel.links",
    "replacement": "channel.plan",
    "ageing": "credit.ageing",
    "open_invoices": "credit.ageing",
    "matches": "credit.matching",
    "credit_standing": "credit.standing",
    "dso": "credit.dso",
    "best_possible_dso": "credit.dso",
    "average_days_delinquent": "credit.dso",
    "five_c": "credit.grade",
    "credit_grade": "credit.grade",
    "credit_terms": "credit.grade",
    "credit_limit": "credit.limits",
    "heuristic_percent": "credit.limits",
    "limit_by_need": "credit.limits",
    "limit_by_net_worth": "credit.limits",
    "limit_by_working_capital": "credit.limits",
    "limit_by_own_exposure": "credit.limits",
    "limit_by_heuristic": "credit.limits",
    "limit_by_working_assets": "credit.limits",
    "solvency": "credit.solvency",
    "churn": "states.churn",
    "state_moves": "states.churn",
    "churn_rate": "states.rates",
    "retention_rate": "states.rates",
    "churn_rates": "states.rates",
    "win_back_value": "states.rates",
    "consumption": "channel.stock",
    "sold_out": "channel.stock",
    "suggested_order": "channel.stock",
    "consumption_forecast": "channel.stock",
    "allocate_target": "targets",
    "completion": "targets",
    "performance_index": "targets",
    "performance_loyalty": "schemes.matrix",
    "credit_performance": "schemes.matrix",
    "value_potential": "schemes.matrix",
    "value_potential_matrix": "measures.metals",
    "loyalty_index": "scorecards.loyalty",
    "rate_loyalty": "scorecards.loyalty",
    "loyalty_type": "scorecards.loyalty",
    "is_loyal": "scorecards.loyalty",
    "serialization_degree": "measures.serialization",
    "early_adopters": "measures.serialization",
    "share_of_wallet": "measures.ratios",
    "market_share": "measures.ratios",
    "extra_margin": "measures.ratios",
    "discount_roi": "measures.ratios",
    "account_profit": "measures.ratios",
    "investment_return": "measures.ratios",
    "benefit_share": "measures.ratios",
    "investment_ratios": "measures.ratios",
    "performance_indices": "measures.performance",
    "operations": "credit.solvency",
    "stock_report": "channel.counts",
    "forecast": "forecasts.report",
    "forecast_accuracy": "forecasts.report",
    "development": "measures.development",
    "cohorts": "measures.cohorts",
    "target_to_date": "measures.target_to_date",
    "concentrations": "measures.concentrations",
    "states_at": "states.history",
    "quarter_ends": "states.history",
    "behaviour_scores": "scorecards.behaviour",
    "class_places": "schemes.spread",
    "class_spread": "schemes.spread",
    "class_spreads": "schemes.spread",
}
_ROOMS = ("composition", "engine", "explain", "facts", "formulas", "lifetime", "schemes")

__all__ = [
    "EngineError",
    "EngineSettings",
    "FactError",
    "FactWarning",
    "HorizonError",
    "RevalueResult",
    "SchemeDefinition",
    "SchemeError",
    "abc",
    "account_profit",
    "acquisition_cost",
    "ageing",
    "allocate_target",
    "archive_quality",
    "average_days_delinquent",
    "behaviour_scores",
    "benefit_share",
    "best_possible_dso",
    "churn",
    "churn_rate",
    "churn_rates",
    "class_places",
    "class_spread",
    "class_spreads",
    "classify",
    "clv",
    "cohorts",
    "completion",
    "composition",
    "concentration",
    "concentrations",
    "condense",
    "consumption",
    "consumption_forecast",
    "contribution_minus_time",
    "contribution_share_minus_time",
    "credit_grade",
    "credit_limit",
    "credit_performance",
    "credit_standing",
    "credit_terms",
    "cross_selling_value",
    "customer_expected_value",
    "customers_of",
    "development",
    "discount_roi",
    "dso",
    "early_adopters",
    "economics",
    "engine",
    "explain",
    "exposure",
    "exposure_detail",
    "extra_margin",
    "facts",
    "five_c",
    "forecast",
    "forecast_accuracy",
    "forecast_states",
    "formulas",
    "heuristic_percent",
    "historical_value",
    "investment_ratios",
    "investment_return",
    "is_loyal",
    "lifetime",
    "lifetime_purchases_value",
    "lifetime_value",
    "limit_by_heuristic",
    "limit_by_need",
    "limit_by_net_worth",
    "limit_by_own_exposure",
    "limit_by_working_assets",
    "limit_by_working_capital",
    "loyalty_index",
    "loyalty_type",
    "market_share",
    "matches",
    "move_links",
    "open_invoices",
    "operations",
    "pareto",
    "performance_index",
    "performance_indices",
    "performance_loyalty",
    "prospect_expected_value",
    "pyramid",
    "quality_score",
    "quarter_ends",
    "rate_archive",
    "rate_loyalty",
    "referral_value",
    "replacement",
    "retention_rate",
    "revalue",
    "rfm",
    "schemes",
    "serialization_degree",
    "share_of_wallet",
    "sold_out",
    "solvency",
    "stability",
    "state_moves",
    "state_values",
    "states_at",
    "stock_report",
    "suggested_order",
    "target_to_date",
    "transition_matrix",
    "value_classes",
    "value_potential",
    "value_potential_matrix",
    "win_back_value",
    "write_sales",
]


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return import_module(f"{__name__}.{name}")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
