"""Rules of numbers: which parts they may name, and what the next number would look like."""

from __future__ import annotations

import re

PARTS = ("region", "type")
_RULE = re.compile(r"^(?:[\w\-.]|\{region\}|\{type\}|\{serial(?::0([1-9])d)?\})+$")
_NAMED = re.compile(r"\{(\w+)")


def problem_of(rule: str) -> str:
    """What is wrong with a rule: "serial" missing or twice, "form" for anything else, "" when it is fine."""
    named = _NAMED.findall(rule)
    if named.count("serial") != 1:
        return "serial"
    return "" if len(rule) <= 60 and _RULE.match(rule) else "form"


def padded(rule: str, text: str) -> list[str]:
    """The numbers of a rule that a text in small letters means, when its serial is typed without the leading zeros.

    >>> padded("KH-{serial:05d}", "kh-127"), padded("KH-{serial:05d}", "kh127"), padded("KH-{serial:05d}", "kh-00127")
    (['KH-00127'], ['KH-00127'], [])
    >>> padded("{region}-{type}-{serial:06d}", "bj-e-123")
    ['bj-e-000123', 'BJ-E-000123']
    """
    pieces = re.split(r"(\{[^}]+\})", rule)
    found = re.fullmatch("".join(_typed(piece) for piece in pieces if piece), text)
    width = re.search(r"\{serial:0(\d)d\}", rule)
    if not (found and width) or len(found["serial"]) >= int(width[1]):
        return []
    parts = {name: value for name, value in found.groupdict().items() if name != "serial"}
    written = (parts, {k: v.upper() for k, v in parts.items()})
    return list(dict.fromkeys(rule.format(serial=int(found["serial"]), **each) for each in written))


def _typed(piece: str) -> str:
    """What may be typed for a piece of a rule: case and hyphens make no difference."""
    if piece.startswith("{serial"):
        return r"(?P<serial>[0-9]{1,18})"
    if piece.startswith("{"):
        return rf"(?P<{piece[1:-1]}>[^\W\d_]{{1,20}})"
    return "".join(r"[-_.\s]*" if c in "-_." else re.escape(c.lower()) for c in piece)


def last_given(series: str) -> int:
    """The last number of a series, 0 when none was given; nothing is reserved."""
    from kemai.foundation.numbering.models import Counter

    return Counter.objects.filter(series=series).values_list("last", flat=True).first() or 0
