"""How fast lifetime models are fitted, and beside them lifetimes or pymc-marketing on the same customers in the same run.

Fits BG/NBD, Pareto/NBD and Gamma-Gamma on CDNOW where `--cdnow` names its files (sample, master), and BG/NBD and
Gamma-Gamma on `--customers` made customers. Peers live in an environment of their own, whose interpreter `--peers` names:
each is given the same arrays and prints its seconds and log-likelihood; without one the promises are unjudged.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from _promises import book, sized

from kemai import value
from kemai.value.lifetime import BetaGeoNBD, GammaGamma, ParetoNBD

PEERS = Path(__file__).with_name("_lifetime_peers.py")
MODELS = {"bg_nbd": BetaGeoNBD, "pareto_nbd": ParetoNBD, "gamma_gamma": GammaGamma}
PROMISED = {
    "bg_nbd": "bg_nbd against a peer", "pareto_nbd": "pareto_nbd against a peer",
    "gamma_gamma": "gamma_gamma against a peer",
}  # fmt: skip
UNTIL = date(1997, 9, 30)
Columns = dict[str, Any]


def main() -> int:
    """1 when a promise is broken by more than a fifth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--cdnow", type=Path, nargs="*", default=[], help="CDNOW_sample.txt, CDNOW_master.txt"
    )
    parser.add_argument("--customers", type=int, default=sized(1_000_000, 50_000))
    parser.add_argument("--peers", help="an interpreter that has the peer")
    parser.add_argument("--peer", choices=["lifetimes", "pymc-marketing"], default="lifetimes")
    asked = parser.parse_args()
    for path in asked.cdnow:
        compare(path.stem, cdnow(path), tuple(MODELS), asked)
    compare("made", made(asked.customers), ("bg_nbd", "gamma_gamma"), asked)
    return book.exit_code()


def compare(name: str, people: Columns, models: tuple[str, ...], asked: argparse.Namespace) -> None:
    """One line a model: our seconds and likelihood, the peer's, and the ratio."""
    others = of_peers(asked.peers, asked.peer, people, models) if asked.peers else {}
    for model in models:
        took, likelihood = ours(model, people)
        beside, ratio = "no peer in this run", None
        if model in others:
            seconds, reached = others[model]["seconds"], under(model, people, others[model]["params"])
            ratio = seconds / took
            beside = f"{others[model]['peer']}: {seconds:.2f} s, log-likelihood {reached:.4f}"
        said = f"{name} {model}, {len(people['x']):,} customers: {took:.3f} s, log-likelihood {likelihood:.4f}; {beside}"
        print(said, flush=True)
        if ratio is not None:
            book.figure(PROMISED[model], ratio, name, size=len(people["x"]))


def under(model: str, people: Columns, params: dict[str, float]) -> float:
    """The log-likelihood of the peer's parameters, worked out in one way for both."""
    fitted: Any = MODELS[model].from_params(**params)
    if model == "gamma_gamma":
        return float(fitted.score(people["x"], people["m"]))
    return float(fitted.score(people["x"], people["t_x"], people["T"]))


def ours(model: str, people: Columns) -> tuple[float, float]:
    """Seconds of the better of two fits, and the log-likelihood."""
    best = float("inf")
    for _turn in range(2):
        began = time.perf_counter()
        if model == "gamma_gamma":
            fitted: Any = GammaGamma().fit(people["x"], people["m"])
        else:
            fitted = MODELS[model]().fit(people["x"], people["t_x"], people["T"])
        best = min(best, time.perf_counter() - began)
    return best, fitted.log_likelihood


def of_peers(
    interpreter: str, peer: str, people: Columns, models: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """The same by the peer, in a process of its own environment; one fit, since it takes minutes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.npz"
        np.savez(path, **people)
        done = subprocess.run(
            [interpreter, str(PEERS), str(path), peer, *models], stdout=subprocess.PIPE, text=True, check=True
        )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def cdnow(path: Path) -> Columns:
    """Customers of a CDNOW file, in weeks up to 30 September 1997."""
    import pyarrow as pa

    rows = [
        line.split()
        for line in path.read_text().splitlines()
        if line[:1].strip().isdigit() or line[:1] == " "
    ]
    parts = [(r[0], r[-3], r[-1]) for r in rows if r and r[0].isdigit()]
    days = [date(int(d[:4]), int(d[4:6]), int(d[6:])) for _c, d, _a in parts]
    table = pa.table({
        "customer_id": [c for c, _d, _a in parts], "day": days, "amount": [float(a) for _c, _d, a in parts],
        "order_no": [str(i) for i in range(len(parts))],
    })  # fmt: skip
    found = value.lifetime.summary(table, UNTIL).to_pandas()
    means = found.mean_value.fillna(0).to_numpy(dtype=float)
    return {"x": found.frequency.to_numpy(dtype=float), "t_x": found.recency.to_numpy(dtype=float), "T": found.age.to_numpy(dtype=float), "m": means}  # fmt: skip


def made(customers: int, seed: int = 1) -> Columns:
    """Customers of a known BG/NBD and Gamma-Gamma, watched for one month to two years, by whole days."""
    random = np.random.default_rng(seed)
    T = random.integers(30, 730, customers) / 7
    pace, leaves = random.gamma(0.5, 1 / 8, customers), random.beta(0.8, 2.5, customers)
    x, t_x, here = np.zeros(customers), np.zeros(customers), np.ones(customers, bool)
    then = random.exponential(1 / pace)
    while (buys := here & (then <= T)).any():
        x, t_x = x + buys, np.where(buys, then, t_x)
        here = buys & (random.random(customers) >= leaves)
        then = then + random.exponential(1 / pace)
    t_x = np.minimum(np.ceil(t_x * 7) / 7, T)
    scale = random.gamma(3.7, 1 / 15.4, customers)
    m = np.where(x > 0, random.gamma(6.25 * np.maximum(x, 1)) / (scale * np.maximum(x, 1)), 0.0)
    return {"x": x, "t_x": t_x, "T": T, "m": np.round(m, 2)}


if __name__ == "__main__":
    sys.exit(main())
