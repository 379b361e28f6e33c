"""A store of its own for each test, a customer of e1, and the way to put a file in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.cast import customer_of
from tests.foundation.files.samples import PDF

from kemai.foundation.files.actions import add_file
from kemai.foundation.files.models import StoredFile


@pytest.fixture(autouse=True)
def store(settings: Any, tmp_path: Any) -> Any:
    settings.DATA_DIR = tmp_path
    return tmp_path / "files"


@pytest.fixture
def customer(people: Any) -> Any:
    return customer_of(people, "e1", "镇江华瑞商贸有限公司")


@pytest.fixture
def put(people: Any, customer: Any) -> Callable[..., StoredFile]:
    """Puts a file in as somebody."""

    def done(login: str = "e1", name: str = "执照.pdf", content: bytes = PDF, **more: Any) -> StoredFile:
        return add_file(
            actor=people[login], customer_id=customer.pk, declared_name=name, chunks=[content], **more
        )

    return done
