"""The measures that a formula may name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Name:
    """One measure: its key, its Chinese name, its unit (a key of `UNITS` or a quotient such as yuan/hour), and how many
    stored whole units make one displayed (fen: 100). `also` are other names of the same, as in traditional characters."""

    key: str
    label: str
    unit: str = "plain"
    factor: int = 1
    also: tuple[str, ...] = ()
