"""Numbers given by rule, each once and never again."""

from __future__ import annotations


def next_number(series: str) -> int:
    """The next number of a series; call it inside the transaction that uses the number."""
    from kemai.foundation.numbering.counters import reserve as _reserve

    return _reserve(series, 1)[0]


def reserve(series: str, count: int) -> range:
    """`count` numbers in a row."""
    from kemai.foundation.numbering.counters import reserve as _reserve

    return _reserve(series, count)


def format_number(rule: str, serial: int, **parts: str) -> str:
    """A number by its rule: "{region}-{type}-{serial:06d}" with BJ, E and 123 gives "BJ-E-000123".

    Raises KeyError when the rule names a part that is not given.
    """
    return rule.format(serial=serial, **parts)
