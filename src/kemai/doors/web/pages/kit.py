"""Every component on one page, for developers, screenshots and accessibility checks; test mode only."""

import math
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse

from kemai.doors.web.rendering import render

STEEPNESS = 0.072
"""Of the sample curve: 15 % of the customers hold about two thirds of the value."""


@dataclass(frozen=True)
class Onlooker:
    """Stands in for the actor: the page shows no record, so anybody may look."""

    name: str = "沈知遥"
    person_id: int | None = None
    login: str = "shen"
    language: str = "zh-hans"
    theme: str = "auto"
    sees_customers: bool = True
    duties: frozenset[str] = frozenset({"import.sales"})

    def may(self, duty: str) -> bool:
        """Everything, since nothing can be reached from here."""
        return True


def show(request: HttpRequest) -> HttpResponse:
    """The kit; `?theme=dark` fixes the colours."""
    onlooker = Onlooker(theme=request.GET.get("theme", "auto"))
    return render(
        request, "kit.html", {"actor": onlooker, "theme": onlooker.theme, "kit_points": sample_curve()}
    )


def sample_curve() -> list[list[float]]:
    """Points (percent of customers, percent of value) of a believable Pareto curve."""
    whole = 1 - math.exp(-100 * STEEPNESS)
    return [[x / 2, round(100 * (1 - math.exp(-x / 2 * STEEPNESS)) / whole, 2)] for x in range(201)]
