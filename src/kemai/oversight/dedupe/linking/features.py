"""What a record says, in the one form in which two records can be held against each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kemai.business.archives.names import folded
from kemai.oversight.dedupe.linking.names import parts
from kemai.oversight.dedupe.linking.places import leading_places, place_named
from kemai.oversight.dedupe.linking.words import FREE_MAIL

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 50_000
PLAIN = ("name", "type", "uscc", "tax_number", "phone", "address", "principal", "email", "website", "region")
_MARKS = re.compile(r"[\W_]+")
_HOST = re.compile(r"(?:https?://)?(?:www\.)?([a-z0-9.-]+\.[a-z]{2,})")
_HOUSE = re.compile(r"(\d+)号")
_DIGITS = re.compile(r"\d+")
_USCC = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")


def company_rows(raw: pa.Table, phones: dict[int, list[str]]) -> Iterator[pa.Table]:
    """Tables of features, some rows at a time. `raw` has id and the columns of PLAIN, all text and "" for missing;
    `phones` are further numbers by id."""
    import pyarrow as pa

    schema = pa.schema(
        [("id", pa.int64()), *[(name, pa.string()) for name in _TEXTS], ("gaps", _words()), ("phones", _words())]
    )  # fmt: skip
    for start in range(0, len(raw), CHUNK):
        rows = raw.slice(start, CHUNK).to_pylist()
        yield pa.Table.from_pylist([_features(row, phones.get(row["id"], [])) for row in rows], schema)


_TEXTS = (
    "core",
    "word",
    "trade",
    "sound",
    "place",
    "branch",
    "code",
    "valid",
    "address",
    "house",
    "principal",
    "domain",
)


def _words() -> Any:
    import pyarrow as pa

    return pa.list_(pa.string())


def _features(row: dict[str, Any], phones: list[str]) -> dict[str, Any]:
    named = parts(row["name"])
    where, street = _address(row["address"])
    code = credit_code(row["uscc"]) or credit_code(row["tax_number"])
    found = {
        "id": row["id"], "core": named.core, "word": named.word, "trade": named.trade, "sound": named.sound,
        "place": named.place or place_of(row["region"]) or where, "branch": named.branch, "code": code,
        "valid": code if is_valid_code(code) else "", "address": street, "house": _house(street),
        "principal": _person(row["principal"]), "domain": _domain(row["email"]) or _domain(row["website"]),
    }  # fmt: skip
    if row["type"] == "retail":  # a person's name is not a firm's: many bear it
        found |= {"word": named.core, "trade": ""}
    said: dict[str, Any] = {key: value or None for key, value in found.items()}
    said["branch"], said["trade"] = found["branch"], found["trade"]
    said["gaps"] = [] if row["type"] == "retail" else named.gaps
    said["phones"] = sorted({number for each in (row["phone"], *phones) if (number := _number(each))})
    return said


@lru_cache(maxsize=10_000)
def place_of(region: str) -> str:
    """The code of a region as people write it, 苏州 or 江苏苏州, or ""."""
    return place_named(_MARKS.sub("", folded(region))) if region else ""


def credit_code(text: str) -> str:
    """A credit code in capitals, right or wrong; shorter numbers are something else."""
    code = _MARKS.sub("", text).upper()
    return code if 15 <= len(code) <= 19 else ""


def is_valid_code(code: str) -> bool:
    """Whether the check digit of a credit code holds."""
    if not _USCC.fullmatch(code):
        return False
    from stdnum.cn import uscc

    return bool(uscc.is_valid(code))


def _address(text: str) -> tuple[str, str]:
    """The place that an address opens with, and the rest; one without a number leads nowhere."""
    if not text:
        return "", ""
    plain = _MARKS.sub("", folded(text))
    code, end = leading_places(plain)
    street = plain[end:]
    return code, street if len(street) >= 4 and _DIGITS.search(street) else ""


def _house(street: str) -> str:
    found = _HOUSE.search(street) or _DIGITS.search(street)
    return found[found.lastindex or 0] if found else ""


def _number(text: str) -> str:
    """The digits of a telephone number without its extension."""
    if not text:
        return ""
    area, _dash, rest = text.partition("-")
    digits = "".join(_DIGITS.findall(f"{area}{rest.partition('-')[0]}"))
    return digits if len(digits) >= 7 else ""


def _person(text: str) -> str:
    name = _MARKS.sub("", folded(text))
    return name if len(name) >= 2 else ""


def _domain(text: str) -> str:
    found = _HOST.search(folded(text).rpartition("@")[2]) if text else None
    domain = found[1] if found else ""
    return "" if domain in FREE_MAIL else domain
