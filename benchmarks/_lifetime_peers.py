"""Fits the same customers with lifetimes or with pymc-marketing (MAP); run by an interpreter that has it, prints JSON."""

from __future__ import annotations

import json
import sys
import time
import warnings
from typing import Any

import numpy as np


def main(path: str, peer: str, *models: str) -> None:
    """{model: {peer, seconds, params}} of the arrays x, t_x, T, m in the file."""
    warnings.filterwarnings("ignore")
    people = dict(np.load(path))
    print(json.dumps({"lifetimes": by_lifetimes, "pymc-marketing": by_pymc}[peer](people, models)))


def by_lifetimes(people: dict[str, Any], models: tuple[str, ...]) -> dict[str, Any]:
    """Maximum likelihood by lifetimes."""
    import lifetimes

    found: dict[str, Any] = {}
    for model in models:
        began = time.perf_counter()
        fitter = FIT[model](lifetimes, people)
        seconds = time.perf_counter() - began
        params = {name: float(number) for name, number in fitter.params_.items()}
        found[model] = {"peer": f"lifetimes {lifetimes.__version__}", "seconds": seconds, "params": params}
    return found


def by_pymc(people: dict[str, Any], models: tuple[str, ...]) -> dict[str, Any]:
    """The most likely parameters under the library's own priors; compiling is part of every fit."""
    import pandas as pd
    import pymc_marketing
    from pymc_marketing import clv

    rows = (people["x"] > 0) & (people["m"] > 0)
    history = pd.DataFrame({"frequency": people["x"], "recency": people["t_x"], "T": people["T"]})
    spent = pd.DataFrame({"frequency": people["x"][rows], "monetary_value": people["m"][rows]})
    kinds = {
        "bg_nbd": (clv.BetaGeoModel, history, ("r", "alpha", "a", "b")),
        "pareto_nbd": (clv.ParetoNBDModel, history, ("r", "alpha", "s", "beta")),
        "gamma_gamma": (clv.GammaGammaModel, spent, ("p", "q", "v")),
    }
    found: dict[str, Any] = {}
    for model in models:
        kind, data, names = kinds[model]
        began = time.perf_counter()
        fitted = kind(data=data.assign(customer_id=range(len(data))))
        fitted.fit(method="map", progressbar=False)
        params = {name: float(fitted.fit_result[name].mean()) for name in names}
        seconds = time.perf_counter() - began
        peer = f"pymc-marketing {pymc_marketing.__version__} (MAP)"
        found[model] = {"peer": peer, "seconds": seconds, "params": params}
    return found


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
