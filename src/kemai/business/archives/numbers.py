"""What the next customer number would be by a rule, without giving it away (S4.86)."""

from __future__ import annotations

from kemai.business.archives.models import Customer
from kemai.foundation import numbering
from kemai.foundation.numbering.rules import last_given

LOOK_AHEAD = 500
SAMPLE = {"region": "BJ", "type": "E"}


def upcoming_codes(rule: str, count: int = 3) -> list[str]:
    """The next codes of a rule that `problem_of` has passed, over those already used; for a sample region and type."""
    names_parts = "{region}" in rule or "{type}" in rule
    series = numbering.format_number(rule, 0, **SAMPLE) if names_parts else "customer"
    serial, found = last_given(series), list[str]()
    while len(found) < count:
        tried = [
            numbering.format_number(rule, n, **SAMPLE) for n in range(serial + 1, serial + 1 + LOOK_AHEAD)
        ]
        taken = set(Customer.objects.filter(code__in=tried).values_list("code", flat=True))
        found += [code for code in tried if code not in taken]
        serial += LOOK_AHEAD
    return found[:count]
