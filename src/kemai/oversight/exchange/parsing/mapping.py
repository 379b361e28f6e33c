"""Which column of a file is which field: the person's decision, kept by header name.

As TOML (`--map`)::

    kind = "sales"

    [columns]
    "出库单号" = "order_no"
    "规格" = ""                 # not imported
    "金额#2" = "amount"          # the second column of that name

    [options]
    fill_down = ["order_no"]
    date_order = "dmy"
"""

import hashlib
import json
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from kemai.oversight.exchange.parsing.headings import normalised_heading
from kemai.oversight.exchange.parsing.kinds import KINDS


class MappingRefused(ValueError):
    """The mapping does not fit the kind or the header; the message says where."""


@dataclass(frozen=True)
class Mapping:
    """`fields` maps a field key to the place of its column; `options` are those of ConvertOptions."""

    kind: str
    fields: dict[str, int]
    header: tuple[str, ...]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def signature(self) -> str:
        """The same for files with the same kind and header names, in any order."""
        return header_signature(self.kind, self.header)

    def missing(self) -> tuple[str, ...]:
        """Needed fields (or the first of a group of which one is needed) without a column."""
        kind = KINDS[self.kind]
        needed = [one.key for one in kind.fields if one.needed and one.key not in self.fields]
        groups = [group[0] for group in kind.one_of if not any(key in self.fields for key in group)]
        return tuple(needed + groups)

    def to_toml(self) -> str:
        """The mapping as a file for `--map`."""
        by_place = {place: key for key, place in self.fields.items()}
        lines = [f"kind = {_quoted(self.kind)}", "", "[columns]"]
        lines += [
            f"{_quoted(name)} = {_quoted(by_place.get(place, ''))}"
            for place, name in enumerate(unique_names(self.header))
        ]
        if self.options:
            lines += [
                "",
                "[options]",
                *(f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in self.options.items()),
            ]
        return "\n".join(lines) + "\n"


def mapping_from_toml(text: str, header: Sequence[str]) -> Mapping:
    """Read a mapping for a file with this header; raises MappingRefused that names what is wrong."""
    try:
        stored = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingRefused(str(error)) from error
    kind = stored.get("kind", "")
    if kind not in KINDS:
        raise MappingRefused(f"kind: {kind!r}")
    return mapping_from_names(kind, stored.get("columns", {}), header, stored.get("options", {}))


def mapping_from_names(
    kind: str, columns: dict[str, str], header: Sequence[str], options: dict[str, Any] | None = None
) -> Mapping:
    """A mapping from column names (as `unique_names` gives them) to field keys; "" is not imported."""
    places = {
        normalised_name: place for place, normalised_name in enumerate(map(_plain, unique_names(header)))
    }
    fields: dict[str, int] = {}
    for name, key in columns.items():
        if not key:
            continue
        if KINDS[kind].find(key) is None:
            raise MappingRefused(f"{name}: {key}")
        if _plain(name) not in places:
            raise MappingRefused(name)
        if key in fields:
            raise MappingRefused(f"{key}: {name}")
        fields[key] = places[_plain(name)]
    return Mapping(kind, fields, tuple(header), dict(options or {}))


def unique_names(header: Sequence[str]) -> list[str]:
    """Names of the columns with `#2`, `#3` behind repeated ones and `#` and its place for empty ones.

    >>> unique_names(["金额", "", "金额"])
    ['金额', '#2', '金额#2']
    """
    seen: Counter[str] = Counter()
    names = []
    for place, name in enumerate(header, start=1):
        seen[name] += 1
        names.append(f"#{place}" if not name else name if seen[name] == 1 else f"{name}#{seen[name]}")
    return names


def header_signature(kind: str, header: Sequence[str]) -> str:
    """128-bit hex over the kind and the normalised header names; order does not matter."""
    names = sorted(normalised_heading(name) for name in header if name)
    return hashlib.blake2b("\x1f".join([kind, *names]).encode(), digest_size=16).hexdigest()


def _plain(name: str) -> str:
    base, sign, number = name.rpartition("#")
    if sign and number.isdigit():
        return f"{normalised_heading(base)}#{number}"
    return normalised_heading(name)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
