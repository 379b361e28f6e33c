"""How well and how fast duplicates are found over a whole base.

(a) people of febrl3.csv (5,000 records, the truth is in rec_id), (b) Chinese firms of a documented generator
(`_company_names`), both at the threshold of the product with a bare comparison of equal names beside; (c) firms by the
million: seconds and memory. What was tuned was tuned on seed 1; other seeds are reported.

    python benchmarks/duplicates.py --febrl febrl3.csv --customers 1000000
"""

from __future__ import annotations

import argparse
import csv
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import _company_names
from _people import PEOPLE, people_rows

from kemai.foundation.memory import forget_peak, peak_mib
from kemai.oversight.dedupe.linking import Limits, company_rows, link
from kemai.oversight.dedupe.linking.companies import COMPANIES, THRESHOLD

Pairs = set[tuple[int, int]]


def main() -> None:
    """Prints one line a figure; status 1 when a promise is broken."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--febrl", type=Path, help="febrl3.csv; left out where it is not given")
    parser.add_argument("--firms", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="+", default=[2, 3])
    parser.add_argument("--customers", type=int, default=0, help="0 leaves the measurement of speed out")
    parser.add_argument("--memory", default="3GB")
    asked = parser.parse_args()
    kept = [people(asked.febrl)] if asked.febrl else []
    kept += [firms(asked.firms, seed) for seed in asked.seeds]
    if asked.customers:
        kept.append(speed(asked.customers, asked.memory))
    sys.exit(0 if all(kept) else 1)


def people(path: Path) -> bool:
    """(a) F1 on febrl3: at least 0.97."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, skipinitialspace=True))
    truth = _same([row["rec_id"].split("-")[1] for row in rows])
    bare = _same([(row["given_name"], row["surname"], row["date_of_birth"]) for row in rows])
    found = link([people_rows(rows)], PEOPLE, threshold=THRESHOLD)
    print(_told("febrl3, equal name and birthday", bare, truth))
    print(_told("febrl3", _pairs(found), truth), flush=True)
    return _f1(_pairs(found), truth) >= 0.97


def firms(count: int, seed: int) -> bool:
    """(b) Precision 0.98 at recall 0.90 on generated firms."""
    rows = list(_company_names.records(count, seed))
    truth = _company_names.true_pairs(rows)
    bare = _same([row["name"] for row in rows], start=1)
    found = link(_tables(iter(rows)), COMPANIES, threshold=THRESHOLD)
    pairs = _pairs(found)
    print(_told(f"firms, seed {seed}, equal names", bare, truth))
    print(_told(f"firms, seed {seed}, learnt from {found.learnt_from:,} pairs", pairs, truth), flush=True)
    return _precision(pairs, truth) >= 0.98 and _recall(pairs, truth) >= 0.90


def speed(count: int, memory: str) -> bool:
    """(c) Minutes and memory at a size; the firms are made while they are read, as a database gives them."""
    truth_rows: list[dict[str, Any]] = []
    forget_peak()
    began = time.perf_counter()
    spent = [0.0]
    found = link(_tables(_kept(_company_names.records(count, 9), truth_rows), spent), COMPANIES, threshold=THRESHOLD, limits=Limits(memory=memory))  # fmt: skip
    took, peak = time.perf_counter() - began - spent[0], peak_mib()
    told = _told(f"{count:,} firms", _pairs(found), _company_names.true_pairs(truth_rows))
    print(f"{told}; {found.compared:,} pairs compared in {took:.0f} s, peak {peak:,.0f} MiB", flush=True)
    return took <= 20 * 60 and peak <= 8 * 1024


def _tables(rows: Iterator[dict[str, Any]], spent: list[float] | None = None) -> Iterator[Any]:
    """Tables of features; `spent` counts the seconds that went into making records."""
    import pyarrow as pa

    while True:
        began = time.perf_counter()
        some = list(islice(rows, 50_000))
        if spent is not None:
            spent[0] += time.perf_counter() - began
        if not some:
            return
        yield from company_rows(pa.Table.from_pylist(some), {})


def _kept(rows: Iterable[dict[str, Any]], truth: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        truth.append({"id": row["id"], "firm": row["firm"]})
        yield row


def _pairs(found: Any) -> Pairs:
    table = found.pairs
    return set(zip(table["left"].to_pylist(), table["right"].to_pylist(), strict=True))


def _same(labels: list[Any], start: int = 0) -> Pairs:
    """Pairs of places in the list that bear one label."""
    of: dict[Any, list[int]] = {}
    for number, label in enumerate(labels, start):
        of.setdefault(label, []).append(number)
    return {(a, b) for ids in of.values() for i, a in enumerate(ids) for b in ids[i + 1 :]}


def _precision(found: Pairs, truth: Pairs) -> float:
    return len(found & truth) / max(len(found), 1)


def _recall(found: Pairs, truth: Pairs) -> float:
    return len(found & truth) / max(len(truth), 1)


def _f1(found: Pairs, truth: Pairs) -> float:
    return 2 * len(found & truth) / max(len(found) + len(truth), 1)


def _told(what: str, found: Pairs, truth: Pairs) -> str:
    kinds: tuple[tuple[str, Callable[[Pairs, Pairs], float]], ...] = (("precision", _precision), ("recall", _recall), ("F1", _f1))  # fmt: skip
    said = ", ".join(f"{name} {of(found, truth):.4f}" for name, of in kinds)
    return f"{what}: {said} ({len(found):,} pairs found, {len(truth):,} true)"


if __name__ == "__main__":
    main()
