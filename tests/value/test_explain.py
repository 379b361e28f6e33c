"""Why, what next, what if: every smallest move is checked by making it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kemai.value.explain import explain, lowest_step, simulate, smallest_move, would_move
from kemai.value.measures.registry import MEASURES
from kemai.value.schemes import BUILTIN, SchemeDefinition
from kemai.value.schemes.methods import METHODS, Totals

COUNT = SchemeDefinition("s", "count_share", "sales_12m", ("A", "B", "C"), (15, 20, 65))
SHARE = SchemeDefinition("s", "value_share", "sales_12m", ("A", "B", "C"), (80, 95))


def ranked(values, scheme=COUNT):
    """Wide rows and the summary for customers with these values, history equal to the value."""
    people = sorted(((-v, -v, f"K{i:03d}") for i, v in enumerate(values)))
    ordered = [-p[0] for p in people]
    labels = simulate(ordered, scheme)
    rows, before = [], 0
    for rank, ((_, _, code), value, label) in enumerate(zip(people, ordered, labels, strict=True), start=1):
        rows.append({
            "customer_id": code, "population": "all", "sales_all_fen": value, "s_value": value, "s_rank": rank,
            "s_before": before, "s_class": label, "s_reason": None, "ev_kind": "existing",
        })  # fmt: skip
        before += max(value, 0)
    lines = METHODS[scheme.method].lines(scheme, Totals(len(values), before))
    edges = []
    for i, line in enumerate(lines or ()):
        inside = [r for r in rows if r["s_class"] in scheme.classes[: i + 1]]
        at = rows[line - 1] if scheme.method == "count_share" and line else (inside[-1] if inside else None)
        at = None if scheme.method == "count_share" and not line else at
        edges.append(
            at
            and {
                "rank": at["s_rank"],
                "value": at["s_value"],
                "history": at["sales_all_fen"],
                "code": at["customer_id"],
            }
        )
    summary = {"populations": {"all": {"n": len(values), "total": before, "lines": lines, "edges": edges}}}
    return rows, summary


def after_raise(rows, code, more, scheme):
    values = {r["customer_id"]: r["s_value"] + (more if r["customer_id"] == code else 0) for r in rows}
    ordered = sorted(values, key=lambda c: (-values[c], -values[c], c))
    return dict(zip(ordered, simulate([values[c] for c in ordered], scheme), strict=True))[code]


def test_the_mover_must_beat_the_last_member_of_the_class_above():
    rows, summary = ranked([*range(2_000_000, 0, -100_000)])
    fourth = rows[3]
    move = smallest_move(fourth, COUNT, summary)
    assert (fourth["s_class"], move.to, move.beats) == ("B", "A", rows[2]["customer_id"])
    assert move.more == 100_001  # at equal value the code decides against it
    assert after_raise(rows, fourth["customer_id"], move.more, COUNT) == "A"
    assert after_raise(rows, fourth["customer_id"], move.more - 1, COUNT) == "B"


def test_the_best_class_has_no_move():
    rows, summary = ranked([3, 2, 1] * 7)
    assert smallest_move(rows[0], COUNT, summary) is None


@pytest.mark.parametrize("scheme", [COUNT, SHARE], ids=["count", "value"])
@given(values=st.lists(st.integers(-50, 1000), min_size=2, max_size=40))
def test_every_move_moves(scheme, values):
    rows, summary = ranked(values, scheme)
    for row in rows:
        move = smallest_move(row, scheme, summary)
        if move is not None:
            assert move.more > 0
            reached = after_raise(rows, row["customer_id"], move.more, scheme)
            assert scheme.classes.index(reached) <= scheme.classes.index(move.to)


@given(values=st.lists(st.integers(-5, 60), min_size=2, max_size=40))
def test_no_smaller_move_does_by_count(values):
    rows, summary = ranked(values)
    for row in rows:
        move = smallest_move(row, COUNT, summary)
        if move is not None:
            assert after_raise(rows, row["customer_id"], move.more - 1, COUNT) == row["s_class"]


def test_thresholds_say_what_is_missing():
    scheme = BUILTIN["quality"]
    row = {"population": "all", "quality_value": 7_550, "quality_class": "ordinary", "quality_rank": 3}
    summary = {"populations": {"all": {"n": 9, "total": 1, "lines": [8_000, 6_000], "edges": [None, None]}}}
    move = smallest_move(row, scheme, summary)
    assert (move.to, move.more, move.unit) == ("quality", 450, "point")
    knocked_out = row | {"quality_value": 0, "quality_class": "poor", "quality_reason": "knocked_out_credit"}
    assert smallest_move(knocked_out, scheme, summary) is None


def test_a_higher_step_of_p_may_do_it():
    prospect = {"ev_kind": "prospect", "mp_fen": 1_000_000, "es_bp": 5_000, "p_bp": 2_000}
    assert lowest_step(prospect, 250_000) == 5_000
    assert lowest_step(prospect, 250_001) == 8_000
    assert lowest_step(prospect, 400_001) is None
    existing = {"ev_kind": "existing", "cb_fen": 100, "av_fen": 100, "p_bp": None}
    assert lowest_step(existing, 120) == 2_000


def test_s2_15_an_explanation_names_formula_inputs_lines_and_rank():
    rows, summary = ranked([*range(20, 0, -1)])
    row = rows[3] | {"sales_12m_fen": 17, "returns_12m_fen": 0, "orders_12m": 1}
    found = explain(row, COUNT, summary)
    assert (found.formula, found.value, found.rank, found.n, found.label) == ("sum(amount)", 17, 4, 20, "B")
    assert found.lines == (("A", 3), ("B", 7))
    assert found.inputs["sales_12m_fen"] == 17
    assert found.move.to == "A"


def test_who_is_not_ranked_gets_the_reason_and_no_move():
    _, summary = ranked([1])
    row = {
        "customer_id": "x",
        "population": "all",
        "s_value": None,
        "s_rank": None,
        "s_class": None,
        "s_reason": "no_purchase",
    }
    found = explain(row, COUNT, summary)
    assert (found.label, found.reason, found.move) == (None, "no_purchase", None)


def test_every_measure_of_a_builtin_scheme_has_a_formula():
    from kemai.value.explain import FORMULAS

    used = {scheme.measure for scheme in BUILTIN.values()}
    assert used <= {key.split(":")[0] for key in FORMULAS} <= set(MEASURES)


def test_other_cuts_show_who_would_move():
    table = pa.table({"customer_id": [f"K{i:02d}" for i in range(20)], "value_fen": [*range(2000, 0, -100)]})
    wider = SchemeDefinition("s", "count_share", "sales_12m", ("A", "B", "C"), (20, 20, 60))
    found = would_move(table, COUNT, wider)
    assert [(each.label, each.before, each.after) for each in found.classes] == [
        ("A", 3, 4),
        ("B", 4, 4),
        ("C", 13, 12),
    ]
    assert [(row["customer_id"], row["from"], row["to"]) for row in found.moves.to_pylist()] == [
        ("K03", "B", "A"),
        ("K07", "C", "B"),
    ]
    assert (found.n, sum(each.before_value for each in found.classes)) == (20, found.total)
    assert would_move(table, COUNT, COUNT).moves.num_rows == 0


def test_another_measure_is_counted_and_summed_in_its_own_units():
    ids = [f"K{i:02d}" for i in range(20)]
    table = pa.table(
        {"customer_id": ids, "value_fen": [*range(2000, 0, -100)], "new_value_fen": [*range(1, 20), None]}
    )
    other = SchemeDefinition("s", "count_share", "orders_12m", ("A", "B", "C"), COUNT.cuts)
    found = would_move(table, COUNT, other)
    assert (found.total, found.after_total) == (sum(range(100, 2001, 100)), sum(range(1, 20)))
    assert sum(each.after_value for each in found.classes) == found.after_total
    moves = {row["customer_id"]: (row["from"], row["to"]) for row in found.moves.to_pylist()}
    assert (moves["K00"], moves["K18"], moves["K19"]) == (("A", "C"), ("C", "A"), ("C", None))
