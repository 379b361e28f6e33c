"""A model of people for the public set febrl3: the engine of the duplicates, told other columns."""

from __future__ import annotations

from typing import Any

from kemai.oversight.dedupe.linking import Comparison, Level, Model, Training
from kemai.oversight.dedupe.linking.model import Key

COLUMNS = (
    "given_name", "surname", "street_number", "address_1", "address_2", "suburb", "postcode", "state", "date_of_birth", "soc_sec_id"
)  # fmt: skip


def people_rows(rows: list[dict[str, str]]) -> Any:
    """The file's rows as one table; what is empty is null."""
    import pyarrow as pa

    columns = {name: [row[name].strip() or None for row in rows] for name in COLUMNS}
    return pa.table({"id": pa.array(range(len(rows)), pa.int64()), **columns})


def _text(name: str, *, near: float = 0.88) -> Comparison:
    return Comparison(
        name, f"{name}_l IS NULL OR {name}_r IS NULL",
        (
            Level("same", f"{name}_l = {name}_r", 0.7, 0.01),
            Level("like", f"jaro_winkler_similarity({name}_l, {name}_r) >= {near}", 0.2, 0.01),
            Level("other", "", 0.1, 0.98),
        ),
        learns=True,
    )  # fmt: skip


def _digits(name: str) -> Comparison:
    return Comparison(
        name, f"{name}_l IS NULL OR {name}_r IS NULL",
        (
            Level("same", f"{name}_l = {name}_r", 0.8, 0.001),
            Level("one_off", f"damerau_levenshtein({name}_l, {name}_r) <= 1", 0.12, 0.002),
            Level("other", "", 0.08, 0.997),
        ),
        learns=True,
    )  # fmt: skip


_NAMES = Comparison(
    "names", "given_name_l IS NULL OR surname_l IS NULL OR given_name_r IS NULL OR surname_r IS NULL",
    (
        Level("same", "given_name_l = given_name_r AND surname_l = surname_r", 0.5, 1e-4),
        Level("turned", "given_name_l = surname_r AND surname_l = given_name_r", 0.1, 1e-4),
        Level("surname", "surname_l = surname_r", 0.15, 0.005),
        Level("given_name", "given_name_l = given_name_r", 0.15, 0.01),
        Level("like", "jaro_winkler_similarity(given_name_l, given_name_r) >= 0.85 AND jaro_winkler_similarity(surname_l, surname_r) >= 0.85", 0.05, 0.001),
        Level("other", "", 0.05, 0.98),
    ),
    learns=True,
)  # fmt: skip

_VALUE = "SELECT id, {} AS value FROM records"
PEOPLE = Model(
    (_NAMES, _digits("soc_sec_id"), _digits("date_of_birth"), _digits("postcode"), _digits("street_number"), _text("address_1"), _text("suburb")),
    tuple(
        Key(value, _VALUE.format(value), 60)
        for value in (
            "soc_sec_id", "date_of_birth", "given_name || surname", "surname || given_name", "surname || postcode", "given_name || postcode",
            "address_1 || street_number", "left(soc_sec_id, 4) || surname", "right(soc_sec_id, 4) || given_name",
        )
    ),
    Training(("l.soc_sec_id = r.soc_sec_id", "l.date_of_birth = r.date_of_birth"), sampled=1e6),
    expected=0.6, at_least=100,
)  # fmt: skip
