"""The leading scheme: the one whose class, rank, value and moves every page shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from kemai import value
from kemai.business.valuation.models import Run
from kemai.business.valuation.queries import published_run
from kemai.business.valuation.reading import MARGIN_SCHEMES, definition
from kemai.business.valuation.schemes import NAMES
from kemai.foundation.moments import kept_for_a_moment
from kemai.foundation.preferences.company import company_setting

DEFAULT = value.schemes.DEFAULT_KEY
MAY_LEAD = tuple(key for key in NAMES if key not in MARGIN_SCHEMES)
"""Schemes over margins may not: most people could not see the class of any customer."""


@kept_for_a_moment
def leading_scheme() -> str:
    """The company's choice; the default where the published run has not ranked by it."""
    key = str(company_setting("valuation.leading_scheme"))
    if key == DEFAULT or key not in MAY_LEAD:
        return DEFAULT
    run = published_run()
    return DEFAULT if run is not None and run.schemes and not _led(run, key) else key


def _led(run: Run, key: str) -> bool:
    """Whether the run ranked by it in time for the parts that look at its classes."""
    return key in run.schemes and not definition(run, key).is_own


def leading_definition(run: Run | None) -> value.SchemeDefinition:
    """The leading scheme as the run used it, or as it comes where there is no run."""
    key = leading_scheme()
    if run is None or key not in run.schemes:
        return value.schemes.BUILTIN[key]
    return definition(run, key)  # type: ignore[no-any-return]


def is_money(run: Run | None) -> bool:
    """Whether the leading scheme ranks by an amount."""
    return bool(leading_definition(run).measure_spec.unit == "yuan")


def fell(classes: Sequence[str], old: str, new: str) -> bool:
    """Whether `new` is a lower class than `old`; no class at all is below the last."""
    place = {label: at for at, label in enumerate(classes)}
    return place.get(new, len(place)) > place.get(old, len(place))


def ways(classes: Sequence[str]) -> dict[str, Q]:
    """Conditions of a class change for who went up, went down and came in; `classes` are best first."""
    had, has = ~Q(old_class=""), ~Q(new_class="")
    up, down = Q(pk__in=[]), had & Q(new_class="")
    for at, label in enumerate(classes):
        up |= Q(old_class=label, new_class__in=classes[:at])
        down |= Q(old_class=label, new_class__in=classes[at + 1 :])
    return {"up": up, "down": down, "new": ~had & has}


def column(name: str) -> Any:
    """The standing's column behind "lead_class", "lead_rank", "lead_value"; any other name as it is."""
    part = name.removeprefix("lead_")
    return name if part == name else f"{leading_scheme()}_{part}"
