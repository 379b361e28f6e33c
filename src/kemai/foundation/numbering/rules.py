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


def last_given(series: str) -> int:
    """The last number of a series, 0 when none was given; nothing is reserved."""
    from kemai.foundation.numbering.models import Counter

    return Counter.objects.filter(series=series).values_list("last", flat=True).first() or 0
