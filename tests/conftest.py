"""Fixtures that every room shares."""

from __future__ import annotations

import pytest
from tests.cast import Cast, make_cast


@pytest.fixture
def people(db: None) -> Cast:
    """The cast, in the database."""
    return make_cast()
