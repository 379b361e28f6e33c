"""Browsers of the cast, signed in without a password."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def signed_in(people: Any) -> Callable[[str], Client]:
    """A client of one of the cast."""

    def opened(login: str) -> Client:
        client = Client()
        client.force_login(people.persons[login], backend="django.contrib.auth.backends.ModelBackend")
        return client

    return opened
