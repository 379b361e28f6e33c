"""A model in the words of splink."""

from __future__ import annotations

from typing import Any

from kemai.oversight.dedupe.linking.model import Comparison, Level, Model


def splink_settings(model: Model, records: int) -> dict[str, Any]:
    """The settings of a linker over `records` rows."""
    return {
        "link_type": "dedupe_only", "unique_id_column_name": "id",
        "probability_two_random_records_match": model.prior(records), "comparisons": [_comparison(c) for c in model.comparisons],
        "blocking_rules_to_generate_predictions": [], "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": True,
    }  # fmt: skip


def _comparison(comparison: Comparison) -> dict[str, Any]:
    missing = {"sql_condition": comparison.missing, "label_for_charts": "missing", "is_null_level": True}
    *named, rest = comparison.levels
    levels = [missing, *(_level(each, each.sql) for each in named), _level(rest, "ELSE")]
    return {"output_column_name": comparison.key, "comparison_levels": levels}


def _level(level: Level, sql: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "sql_condition": sql, "label_for_charts": level.key, "m_probability": level.m, "u_probability": level.u
    }  # fmt: skip
    if level.frequency:
        found |= {
            "tf_adjustment_column": level.frequency, "tf_adjustment_weight": 1.0, "tf_minimum_u_value": level.least_u,
            "disable_tf_exact_match_detection": True,
        }  # fmt: skip
    return found
