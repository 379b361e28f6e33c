"""Pairs into the list: new ones come, known ones are renewed, those that no longer look alike go; what people decided
stays as long as what spoke for the pair is what it was."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Sum

from kemai.business.valuation.models import Standing
from kemai.business.valuation.queries import published_run
from kemai.foundation.among import Among
from kemai.foundation.faults import fault
from kemai.oversight.dedupe.linking.grouping import groups
from kemai.oversight.dedupe.models import Pair, Search

CHUNK = 2_000
RENEWED = (
    "group",
    "probability",
    "prior",
    "evidence",
    "signs",
    "speaks_for",
    "stake_fen",
    "search",
)


def store_pairs(search: Search, found: Any, progress: Callable[[float], None]) -> None:
    """Writes all pairs of a search, in transactions that hold the write lock briefly; `progress` hears the share."""
    judged, group_of = dict(_judged()), groups(found.pairs)
    total = len(found.pairs)
    for start in range(0, total, CHUNK):
        progress(start / total)
        rows = list(_pairs(search, found, start, group_of, judged))
        _staked(rows)
        with transaction.atomic():
            _write(rows, judged)
        fault("duplicates.chunk")
    _forget_others(search)


def _judged() -> Iterator[tuple[tuple[int, int], str]]:
    """What spoke for each pair that somebody has told apart."""
    rows = Pair.objects.filter(state=Pair.State.APART).values_list("left_id", "right_id", "speaks_for")
    return (((left, right), speaks_for) for left, right, speaks_for in rows.iterator())


def _pairs(
    search: Search, found: Any, start: int, group_of: dict[int, int], judged: dict[tuple[int, int], str]
) -> Iterator[Pair]:
    """Pairs as rows, but those that were told apart and say nothing new."""
    for row in found.pairs.slice(start, CHUNK).to_pylist():
        evidence, signs, speaks_for = _said(row, found.model)
        if judged.get((row["left"], row["right"])) == speaks_for:
            continue
        yield Pair(
            left_id=row["left"], right_id=row["right"], group=group_of[row["left"]], probability=row["probability"],
            prior=search.weights["prior"], evidence=evidence, signs=f",{','.join(signs)},", speaks_for=speaks_for, search=search,
        )  # fmt: skip


def _said(row: dict[str, Any], model: Any) -> tuple[list[list[Any]], list[str], str]:
    """What was compared with its weight, what of it speaks for the pair, and a hash of that."""
    evidence, signs, texts = [], [], []
    for each in model.comparisons:
        level = row[f"level_{each.key}"]
        if not level:
            continue
        evidence.append([each.key, level, row[f"bits_{each.key}"]])
        if level in each.for_it:
            signs.append(each.key)
            texts.append(f"{each.key}:{level}:{row[f'said_{each.key}']}")
    return evidence, signs, hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _staked(rows: list[Pair]) -> None:
    """Sales of twelve months of both, from the published valuation."""
    run = published_run()
    ids = sorted({pk for row in rows for pk in (row.left_id, row.right_id)})
    if run is None or not ids:
        return
    sales = Standing.objects.filter(Among("customer_id", ids), run_id=run.pk).values_list("customer_id")
    known = dict(sales.annotate(total=Sum("sales_12m_fen")))
    for row in rows:
        row.stake_fen = sum(known.get(pk) or 0 for pk in (row.left_id, row.right_id))


def _write(rows: list[Pair], judged: dict[tuple[int, int], str]) -> None:
    """New rows are open; a known one keeps its state, unless it was told apart for other reasons than it has now."""
    Pair.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["left", "right"], update_fields=list(RENEWED)
    )  # fmt: skip
    for row in rows:
        if (row.left_id, row.right_id) in judged:
            Pair.objects.filter(left_id=row.left_id, right_id=row.right_id).update(state=Pair.State.OPEN)


def _forget_others(search: Search) -> None:
    """Pairs that this search did not find and nobody has told apart."""
    gone = Pair.objects.exclude(search=search).exclude(state=Pair.State.APART)
    while ids := list(gone.values_list("pk", flat=True)[:CHUNK]):
        Pair.objects.filter(Among("pk", ids)).delete()
