"""What a change of suppliers would keep of a dealer's sales, before anybody decides (S0.6).

Who is moved keeps `sell-through * keep` by the tie to the new supplier; who is given up keeps nothing; who is not decided
on keeps what the exposure counts now. What no known customer takes is at risk in any case. All in whole fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from kemai.value.errors import FactError
from kemai.value.exact import half_up

WHOLE = 10_000
TIES: Mapping[str, int] = {"strong": 9_000, "normal": 8_000, "weak": 5_000}
UNDECIDED, GIVEN_UP, DIRECT = "", "none", "direct"


@dataclass(frozen=True, slots=True)
class Behind:
    """A customer behind the dealer: what it takes through him and what of that counts as recoverable now, in fen."""

    key: str
    through_fen: int
    saved_fen: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Who is to supply it (a dealer, DIRECT, GIVEN_UP or UNDECIDED), and how firm the tie is: strong, normal, weak."""

    supplier: str = UNDECIDED
    tie: str = "normal"


@dataclass(frozen=True, slots=True)
class Replacement:
    """Sums in fen: `retained` + `at_risk` = gross. `before` is what counts as retained now, `moved` how much goes to each
    new supplier, `kept` what is retained of each customer, `undecided` how many still have none."""

    gross: int
    before: int
    retained: int
    at_risk: int
    moved: Mapping[str, int]
    kept: Mapping[str, int]
    undecided: int


def replacement(gross: int, behind: Iterable[Behind], choices: Mapping[str, Choice]) -> Replacement:
    """What `choices` (by customer) would keep of `gross`. Sell-through beyond gross is scaled to it, as in `exposure`.

    FactError for a tie there is not.

    >>> found = replacement(800, [Behind("a", 360, 288), Behind("b", 200, 160)], {"a": Choice("E", "strong")})
    >>> found.before, found.retained, found.at_risk, dict(found.moved)
    (448, 484, 316, {'E': 360})
    """
    rows = list(behind)
    through = sum(max(row.through_fen, 0) for row in rows)
    scale = Fraction(max(gross, 0), through) if through > max(gross, 0) else Fraction(1)
    kept = {row.key: _kept(row, choices.get(row.key, Choice()), scale) for row in rows}
    moved: dict[str, int] = {}
    for row in rows:
        supplier = choices.get(row.key, Choice()).supplier
        if supplier not in (UNDECIDED, GIVEN_UP):
            moved[supplier] = moved.get(supplier, 0) + half_up(scale * max(row.through_fen, 0))
    before, retained = sum(half_up(scale * row.saved_fen) for row in rows), sum(kept.values())
    undecided = sum(choices.get(row.key, Choice()).supplier == UNDECIDED for row in rows)
    return Replacement(gross, before, retained, max(gross, 0) - retained, moved, kept, undecided)


def with_half_known(at_risk: int, unmapped: int) -> int:
    """What would be at risk if half of what nobody knows of got into the archive and stayed by a normal tie.

    >>> with_half_known(335, 240)
    239
    """
    return at_risk - half_up(Fraction(max(unmapped, 0) * TIES["normal"], 2 * WHOLE))


def _kept(row: Behind, choice: Choice, scale: Fraction) -> int:
    if choice.supplier == UNDECIDED:
        return half_up(scale * row.saved_fen)
    if choice.supplier == GIVEN_UP:
        return 0
    if choice.tie not in TIES:
        raise FactError(f"tie 只能是 {'、'.join(TIES)}", code="unknown_tie", column="tie")
    return half_up(scale * max(row.through_fen, 0) * Fraction(TIES[choice.tie], WHOLE))
