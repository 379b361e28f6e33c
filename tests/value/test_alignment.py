"""Rows of sums find their customer by code, whatever order they come in, and the rest is told apart."""

from __future__ import annotations

import pyarrow as pa
import pytest

from kemai.value import FactError
from kemai.value.engine.alignment import Belonging, beside, numbered, places_in


def people(*codes: str | None) -> pa.Table:
    return numbered(pa.table({"customer_id": pa.array(codes, pa.string())}))


def test_people_are_numbered_by_code_point() -> None:
    found = people("甲", "b", "B")
    assert found.to_pydict() == {"customer_id": ["B", "b", "甲"], "seq": [0, 1, 2]}
    assert people().num_rows == 0


@pytest.mark.parametrize("codes", [("a", "a"), ("a", None)])
def test_a_code_twice_or_none_is_refused(codes) -> None:
    with pytest.raises(FactError):
        people(*codes)


def test_a_part_lies_beside_its_people_and_leaves_a_gap_where_it_has_no_row() -> None:
    everybody = people("a", "b", "c")
    part = pa.table({"customer_id": ["c", "ghost", None, "a"], "n": [3, 9, 8, 1]})
    joined = beside(everybody, zip([part], places_in(everybody, [part]), strict=True))
    assert joined["n"].to_pylist() == [1, None, 3]


def test_rows_of_nobody_and_of_nobody_known_are_counted_apart() -> None:
    part = pa.table({"customer_id": ["c", "ghost", None, "a"], "n": [3, 9, 8, 1]})
    [_, places] = places_in(people("a", "b", "c"), [part.slice(2), part])
    found = Belonging.of(part, places)
    assert (found.total("n"), found.total("n", "anonymous"), found.total("n", "unknown")) == (21, 8, 9)
    assert (found.count("anonymous"), found.count("unknown")) == (1, 1)
