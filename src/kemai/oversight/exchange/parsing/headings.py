"""Which field a header cell means, whatever width, case, unit or script it was written in."""

import re
import unicodedata
from functools import cache

from kemai.foundation.chinese import mainland
from kemai.oversight.exchange.parsing.fields import Kind
from kemai.oversight.exchange.parsing.kinds import KINDS

_UNIT = re.compile(
    r"\((?:单位[:：]?)?(?:人民币|元|¥|rmb|cny|cny元|必填|选填|可空|件|个|箱|天|月|%|yyyy[^)]*)+\)$"
)
_DROPPED = re.compile(r"[\s_\-*:：.·/\\　​﻿]+")


def normalised_heading(text: str) -> str:
    """A header as it is compared: NFKC, lower case, simplified, without blanks and units.

    >>> normalised_heading(" ＊客戶名稱 "), normalised_heading("金额（元）"), normalised_heading("Order_No.")
    ('客户名称', '金额', 'orderno')
    """
    text = _DROPPED.sub("", mainland(unicodedata.normalize("NFKC", text).casefold()))
    return _UNIT.sub("", text) or text


@cache
def meanings(kind_key: str) -> dict[str, tuple[tuple[str, str], ...]]:
    """Normalised header → ((field key, how sure), …), best first; how: name, same, maybe. Fixed fields only."""
    found: dict[str, list[tuple[str, str]]] = {}
    kind = KINDS.fixed(kind_key)
    for how, words in _words(kind):
        for field_key, word in words:
            entry = found.setdefault(normalised_heading(word), [])
            if all(key != field_key for key, _ in entry):
                entry.append((field_key, how))
    return {heading: tuple(entry) for heading, entry in found.items()}


def meant_by(kind: Kind, heading: str) -> tuple[tuple[str, str], ...]:
    """What a header cell means in a kind with the company's own fields: their names go before a mere synonym."""
    word, fixed = normalised_heading(heading), meanings(kind.key)
    known = fixed.get(word, ())
    if any(how == "name" for _key, how in known):
        return known
    more = kind.fields[len(KINDS.fixed(kind.key).fields) :]
    own = tuple((f.key, "name") for f in more if word in map(normalised_heading, (f.heading, f.key, *f.same)))
    return own or known


def _words(kind: Kind) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        ("name", [(f.key, word) for f in kind.fields for word in (f.heading, f.key)]),
        ("same", [(f.key, word) for f in kind.fields for word in f.same]),
        ("maybe", [(f.key, word) for f in kind.fields for word in f.maybe]),
    ]


def recognised(cells: list[str | None], kind_key: str | None = None) -> int:
    """How many different header cells mean a field of the kind (of the best kind when none is given)."""
    headings = {normalised_heading(cell) for cell in cells if cell and len(cell) <= 40}
    kinds = [kind_key] if kind_key else list(KINDS)
    return max(sum(heading in meanings(kind) for heading in headings) for kind in kinds)
