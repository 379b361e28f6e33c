"""Every way into the database stores the same: days, bytes, blanks, quotes, and what is alike in all rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection, transaction
from django.utils import timezone

from kemai.business.archives.models import Customer, CustomerSearch
from kemai.foundation.arrow.arriving import Rows, Staging
from kemai.foundation.trail.digests import canonical_of, created_texts

NOW = timezone.now()
pytestmark = pytest.mark.django_db(transaction=True)
ODD = ('a"b\\c', "x,y\nz", "", "重庆\t'")


def arriving() -> Rows:
    """Customers with everything odd."""
    fields = {f.column: f for f in Customer._meta.concrete_fields}
    given = {"id", "code", "name", "since", "bank_account_sealed", "region"}
    same: dict[str, Any] = {
        name: field.get_db_prep_save(field.get_default() if not name.endswith("_at") else NOW, connection)
        for name, field in fields.items()
        if name not in given
    }
    values = pl.DataFrame(
        {
            "id": [5, 6, 7, 8],
            "code": ["K5", "K6", "K7", "K8"],
            "name": list(ODD),
            "since": [date(2026, 2, 28), None, date(1999, 1, 1), None],
            "bank_account_sealed": pl.Series([b"\x00\xff'", None, b"", b'"'], dtype=pl.Binary),
        }
    )
    return Rows(Customer._meta.db_table, values, {**same, "region": 'R"1\n'})


@pytest.mark.parametrize("in_transaction", [True, False])
def test_every_way_stores_the_same(in_transaction: bool, tmp_path: Path) -> None:
    words = Rows(CustomerSearch._meta.db_table, pl.DataFrame({"id": [5, 6], "tokens": ["a b", "c"]}))
    nobody = Rows(CustomerSearch._meta.db_table, words.values.clear())
    if in_transaction:
        with transaction.atomic():
            Staging(tmp_path).ready(arriving(), words, nobody).write()
    else:
        ready = Staging(tmp_path).ready(arriving(), words, nobody)
        with ready.at_hand(), transaction.atomic():
            ready.write()
    found = Customer.objects.order_by("pk").values_list("pk", "code", "name", "since", "region", "state")
    assert list(found) == [
        (5, "K5", ODD[0], date(2026, 2, 28), 'R"1\n', "potential"),
        (6, "K6", ODD[1], None, 'R"1\n', "potential"),
        (7, "K7", ODD[2], date(1999, 1, 1), 'R"1\n', "potential"),
        (8, "K8", ODD[3], None, 'R"1\n', "potential"),
    ]
    sealed = Customer.objects.order_by("pk").values_list("bank_account_sealed", flat=True)
    assert [None if each is None else bytes(each) for each in sealed] == [b"\x00\xff'", None, b"", b'"']
    assert list(CustomerSearch.objects.order_by("pk").values_list("pk", "tokens")) == [(5, "a b"), (6, "c")]
    assert not list(tmp_path.iterdir())


def test_what_is_rolled_back_is_not_there_and_the_file_goes(tmp_path: Path) -> None:
    ready = Staging(tmp_path).ready(arriving())

    def written_and_broken() -> None:
        with ready.at_hand(), transaction.atomic():
            ready.write()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        written_and_broken()
    assert not Customer.objects.exists()
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("odd", [*ODD, "\x7f", "\x00", "\x1b"])
def test_the_texts_of_new_records_are_the_canonical_ones(odd: str) -> None:
    frame = pl.DataFrame({"name": [odd, "b"], "code": ["1", None], "owner_id": [7, None]})
    wanted = [
        {n: [None, v] for n, v in row.items() if v not in (None, "")} for row in frame.iter_rows(named=True)
    ]
    assert created_texts(frame) == [canonical_of(row) for row in wanted]
