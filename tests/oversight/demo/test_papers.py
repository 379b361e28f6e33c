"""The story's customers have papers to look at: a statement that adds up, and an agreement for credit's eyes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.cast import TODAY, customer_of

from kemai.foundation.access.models import Person
from kemai.foundation.files.models import StoredFile
from kemai.foundation.files.queries import files_of
from kemai.oversight.demo import story
from kemai.oversight.demo.papers import load_papers, statement_of


def test_a_statement_is_of_one_month_and_adds_up() -> None:
    month, text = statement_of(story.shops()[story.HUARUI - 1], TODAY)
    _head, *rows, total = text.splitlines()
    assert (month.day, month.isoformat()[:7]) == (1, "2026-10")
    assert rows
    assert all(row.startswith("2026-10-") for row in rows)
    assert total == f"合计,{sum(Decimal(row.partition(',')[2]) for row in rows)}"


@pytest.mark.django_db
def test_everybody_who_sees_the_customer_sees_the_statement_and_credit_the_agreement(
    people: Any, settings: Any, tmp_path: Any
) -> None:
    settings.DATA_DIR = tmp_path
    for login, now in (("c", "dang"), ("f1", "cai")):
        Person.objects.filter(login=login).update(login=now)
    shops = story.shops()
    made = [
        customer_of(people, "e1", shops[n - 1].name, code=shops[n - 1].code)
        for n in (story.HUARUI, story.RISER)
    ]
    load_papers(shops, TODAY)
    assert StoredFile.objects.count() == 4
    assert [f.kind for f in files_of(people["e1"], made[0].pk)] == ["statement"]
    assert [f.kind for f in files_of(people["f1"], made[0].pk)] == ["contract", "statement"]
