"""The map of one dealer's channel as plain SVG paths: dealer → customers → who supplies them then, thick by amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, BAR, GAP = 640, 420, 8, 6
FROM, MID, TO = 0, 250, 500
LEAST = 1.5


@dataclass(frozen=True)
class Stream:
    """One customer's (or the unmapped) amount: `kept` of `through` goes to `to` (an index of the ends), the rest is at
    risk; `name` stands at its bar."""

    name: str
    through: int
    kept: int
    to: int | None


def flow(streams: Sequence[Stream], ends: Sequence[str], risk_word: str) -> dict[str, Any] | None:
    """Bars and bands for the template (`kind` names the colour); None where nothing flows."""
    some = [each for each in streams if each.through > 0]
    total = sum(each.through for each in some)
    if total <= 0:
        return None
    names = [*ends, risk_word]
    sums = [0] * len(names)
    for each in some:
        if each.to is not None:
            sums[each.to] += each.kept
        sums[-1] += each.through - (each.kept if each.to is not None else 0)
    mids = _stacked([each.through for each in some], total)
    rights = _stacked(sums, total)
    scale = (HEIGHT - GAP * (len(some) - 1)) / total
    return {
        "width": WIDTH, "height": HEIGHT, "bands": _bands(some, mids, rights, scale, len(names) - 1),
        "left": {"y": 0, "height": round(total * scale, 1)},
        "middle": [_bar(MID, at, each.name, each.through, each.to is None) for each, at in zip(some, mids, strict=True)],
        "right": [
            _bar(TO, at, name, fen, at_end == len(names) - 1)
            for at_end, (name, fen, at) in enumerate(zip(names, sums, rights, strict=True)) if fen > 0
        ],
    }  # fmt: skip


def _stacked(parts: Sequence[int], total: int) -> list[tuple[float, float]]:
    """(top, height) of bars below each other that fill the height, gaps between them."""
    shown = [fen for fen in parts if fen > 0]
    scale = (HEIGHT - GAP * max(len(shown) - 1, 0)) / total
    found, top = [], 0.0
    for fen in parts:
        height = max(fen * scale, 0.0)
        found.append((top, height))
        top += height + (GAP if fen > 0 else 0)
    return found


def _bar(x: int, at: tuple[float, float], name: str, fen: int, risk: bool) -> dict[str, Any]:
    top, height = at
    return {
        "x": x, "y": round(top, 1), "height": round(max(height, LEAST), 1), "name": name, "fen": fen, "risk": risk,
        "text_y": round(top + height / 2 + 4, 1), "labelled": height >= 11,
    }  # fmt: skip


def _bands(
    some: Sequence[Stream], mids: list[tuple[float, float]], rights: list[tuple[float, float]], scale: float, risk: int
) -> list[dict[str, str]]:  # fmt: skip
    left, used, bands = 0.0, [0.0] * len(rights), []
    ends = [at[1] for at in rights]
    wholes = [max(_whole_of(some, n, risk), 1) for n in range(len(rights))]
    for each, (top, height) in zip(some, mids, strict=True):
        part = each.through * scale
        bands.append(
            _band((FROM + BAR, left, part), (MID, top, height), "risk" if each.to is None else "now")
        )
        left += part
        kept = each.kept if each.to is not None else 0
        done = 0.0
        for n, fen, kind in ((each.to, kept, "kept"), (risk, each.through - kept, "risk")):
            if n is None or fen <= 0:
                continue
            thick, thin = height * fen / each.through, ends[n] * fen / wholes[n]
            bands.append(_band((MID + BAR, top + done, thick), (TO, rights[n][0] + used[n], thin), kind))
            done += thick
            used[n] += thin
    return bands


def _whole_of(some: Sequence[Stream], n: int, risk: int) -> int:
    if n == risk:
        return sum(e.through - (e.kept if e.to is not None else 0) for e in some)
    return sum(e.kept for e in some if e.to == n)


def _band(start: tuple[float, float, float], end: tuple[float, float, float], kind: str) -> dict[str, str]:
    (x1, y1, h1), (x2, y2, h2) = start, end
    mid = (x1 + x2) / 2
    points = (
        f"M{x1:.0f} {y1:.1f}C{mid:.0f} {y1:.1f} {mid:.0f} {y2:.1f} {x2:.0f} {y2:.1f}"
        f"V{y2 + h2:.1f}C{mid:.0f} {y2 + h2:.1f} {mid:.0f} {y1 + h1:.1f} {x1:.0f} {y1 + h1:.1f}Z"
    )
    return {"d": points, "kind": kind}
