"""Fixtures that every room shares."""

from __future__ import annotations

import pytest
from tests.cast import Cast, make_cast


@pytest.fixture
def people(db: None) -> Cast:
    """The cast, in the database."""
    return make_cast()


@pytest.fixture(autouse=True)
def parts_when_asked_for(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs go without their further parts (worth, churn, forecast …) unless a test is marked `parts`: most tests of runs
    look at ranks and classes, and the parts take seconds. Journeys and commands of their own process have them all."""
    if request.node.get_closest_marker("parts") is None and request.node.get_closest_marker("django_db"):
        from kemai.business.valuation.runs import parts

        monkeypatch.setattr(parts, "_parts", {})
