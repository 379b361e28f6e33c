"""Fixtures that every room shares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pytest
from django.db import transaction
from django.test import override_settings
from tests.cast import Cast, make_cast


@pytest.fixture
def people(db: None) -> Cast:
    """The cast, in the database."""
    return make_cast()


@pytest.fixture(scope="module")
def lasting(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any
) -> Iterator[Cast]:
    """The cast for a whole module, with a data folder of its own: what a fixture of the module builds on it (an import, a
    run) is built once, and what a test writes is taken back after it. Such a module has no test that uses `people`."""
    with (
        django_db_blocker.unblock(),
        override_settings(DATA_DIR=tmp_path_factory.mktemp("lasting")),
        only_parts(*parts_wanted(request.node)),
    ):
        whole = transaction.atomic()
        whole._from_testcase = True  # as the transaction of a test is: a durable one may begin within it
        with whole:
            yield make_cast()
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def parts_when_asked_for(request: pytest.FixtureRequest) -> Iterator[None]:
    """Runs go without their further parts (worth, churn, forecast …) unless a test is marked `parts`: with the keys of
    those it looks at, or with none for all. Most tests of runs look at ranks and classes, and each part takes its time.
    Journeys and commands of their own process have them all."""
    with only_parts(*parts_wanted(request.node)):
        yield


def parts_wanted(node: pytest.Item | pytest.Collector) -> Iterable[str]:
    """The keys of the parts that a test or a module is marked with."""
    marked = node.get_closest_marker("parts")
    if node.get_closest_marker("django_db") is None or (marked and not marked.args):
        return ("all",)
    return tuple(marked.args) if marked else ()


@contextmanager
def only_parts(*keys: str) -> Iterator[None]:
    """Runs work out only these parts meanwhile."""
    if "all" in keys:
        yield
        return
    from kemai.business.valuation.runs import parts

    with patch.object(parts, "_parts", {key: parts._parts[key] for key in parts._parts if key in keys}):
        yield
