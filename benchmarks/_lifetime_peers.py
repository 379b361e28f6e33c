"""Fits the same customers with lifetimes; run by the interpreter of an environment that has it, prints JSON."""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

import numpy as np


def main(path: str, *models: str) -> None:
    """{model: {peer, seconds, params}} of the arrays x, t_x, T, m in the file."""
    import lifetimes

    warnings.filterwarnings("ignore")
    people = dict(np.load(path))
    found: dict[str, Any] = {}
    for model in models:
        began = time.perf_counter()
        fitter = FIT[model](lifetimes, people)
        seconds = time.perf_counter() - began
        params = {name: float(number) for name, number in fitter.params_.items()}
        found[model] = {"peer": f"lifetimes {lifetimes.__version__}", "seconds": seconds, "params": params}
    print(json.dumps(found))


def _bg_nbd(lifetimes: Any, people: dict[str, Any]) -> Any:
    fitter = lifetimes.BetaGeoFitter(penalizer_coef=0.0)
    fitter.fit(people["x"], people["t_x"], people["T"])
    return fitter


def _pareto_nbd(lifetimes: Any, people: dict[str, Any]) -> Any:
    fitter = lifetimes.ParetoNBDFitter(penalizer_coef=0.0)
    fitter.fit(people["x"], people["t_x"], people["T"])
    return fitter


def _gamma_gamma(lifetimes: Any, people: dict[str, Any]) -> Any:
    rows = (people["x"] > 0) & (people["m"] > 0)
    fitter = lifetimes.GammaGammaFitter(penalizer_coef=0.0)
    fitter.fit(people["x"][rows], people["m"][rows])
    return fitter


FIT = {"bg_nbd": _bg_nbd, "pareto_nbd": _pareto_nbd, "gamma_gamma": _gamma_gamma}

if __name__ == "__main__":
    main(*sys.argv[1:])
