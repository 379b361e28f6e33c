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
    """Runs go without their further parts (worth, churn, forecast …) unless a test is marked `parts`: with the keys of
    those it looks at, or with none for all. Most tests of runs look at ranks and classes, and each part takes its time.
    Journeys and commands of their own process have them all."""
    marked = request.node.get_closest_marker("parts")
    if not request.node.get_closest_marker("django_db") or (marked and not marked.args):
        return
    from kemai.business.valuation.runs import parts

    wanted = {key: parts._parts[key] for key in marked.args} if marked else {}
    monkeypatch.setattr(parts, "_parts", {key: part for key, part in parts._parts.items() if key in wanted})
