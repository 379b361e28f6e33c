"""What the records at hand teach about m: how often two records of one firm agree in this company's base."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kemai.oversight.dedupe.linking.model import Comparison, Model, Training

LEAST, MOST = 1e-4, 1 - 1e-4


def learnt(database: Any, model: Model) -> tuple[Model, int]:
    """The model with what it learnt, and from how many pairs; as it was where there are too few to learn from."""
    training = model.training
    if training is None:
        return model, 0
    pairs = _training_pairs(database, training)
    if pairs < training.least:
        return model, 0
    found = _trained(database, model, training)
    comparisons = tuple(
        _mixed(each, found.get(each.key, {}), pairs, training) if each.learns else each
        for each in model.comparisons
    )
    return replace(model, comparisons=comparisons), pairs


def _training_pairs(database: Any, training: Training) -> int:
    """How many pairs the smallest block has; counting stops where there are enough."""
    counts = [
        database.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM records l JOIN records r ON {block} AND l.id < r.id LIMIT 1000000)"
        ).fetchone()[0]
        for block in training.blocks
    ]
    return int(min(counts))


def _trained(database: Any, model: Model, training: Training) -> dict[str, dict[str, dict[str, float]]]:
    """{comparison: {level: {"m_probability", "u_probability"}}} as splink found them."""
    from kemai.oversight.dedupe.linking.engine import linker_of

    records = int(database.execute("SELECT count(*) FROM records").fetchone()[0])
    linker, _api = linker_of(database, model, records)
    if training.sampled:
        linker.training.estimate_u_using_random_sampling(max_pairs=training.sampled, seed=training.seed)
    for block in training.blocks:
        linker.training.estimate_parameters_using_expectation_maximisation(
            block, estimate_without_term_frequencies=True, max_pairs=training.most, record_sample_proportion=1.0
        )  # fmt: skip
    saved = linker.misc.save_model_to_json()
    return {
        each["output_column_name"]: {
            level["label_for_charts"]: level for level in each["comparison_levels"] if not level.get("is_null_level")
        }
        for each in saved["comparisons"]
    }  # fmt: skip


def _mixed(
    comparison: Comparison, found: dict[str, dict[str, float]], pairs: int, training: Training
) -> Comparison:
    """The learnt m beside the written one, by the number of pairs behind each; agreement never counts against a pair
    and the order of the levels stays, else the written numbers do."""
    weight = pairs / (pairs + training.pretended)
    levels = []
    for level in comparison.levels:
        seen = found.get(level.key, {})
        m = weight * seen.get("m_probability", level.m) + (1 - weight) * level.m
        u = seen.get("u_probability", level.u) if training.sampled else level.u
        levels.append(replace(level, m=min(max(m, LEAST), MOST), u=min(max(u, 1e-9), MOST)))
    bits = [level.bits for level in levels]
    return replace(comparison, levels=tuple(levels)) if bits[0] > 0 > bits[-1] else comparison
