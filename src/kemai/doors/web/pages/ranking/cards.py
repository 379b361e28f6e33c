"""The classes beside the curve: how many, which share, who came in and went out, how often they are seen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.curve import Curve
from kemai.business.valuation.ranking.what_if import CADENCE_DAYS
from kemai.business.valuation.ranking.wording import class_word

DEPTHS = ("A", "B", "C", "D")


def band_cards(run: Run, key: str, bands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One card a class, best first."""
    return [
        {
            **band, "label": class_word(band["key"]), "depth": DEPTHS[min(i, 3)] if key != "rfm" else "C",
            "tone": DEPTHS[min(i, 3)].lower(), "note": _rhythm(band["key"]),
        }
        for i, band in enumerate(bands)
    ]  # fmt: skip


def curve_bands(curve: Curve, bands: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where each class starts and ends on the curve, in percent."""
    made, place, n = [], 0, max(curve.n, 1)
    for depth, band in zip(DEPTHS, bands, strict=False):
        start, place = place, place + band["count"]
        share = curve.share_of_first(place) if place else 0.0
        made.append({
            "class": depth, "name": class_word(band["key"]), "start": round(start * 100 / n, 2), "end": round(place * 100 / n, 2),
            "value": round(share or 0.0, 1),
        })  # fmt: skip
    return made


def depth_of(key: str, labels: list[str], label: str | None) -> str:
    """How deep the badge's blue is; RFM segments have no order."""
    return DEPTHS[min(labels.index(label), 3)] if label in labels and key != "rfm" else "C"


def cadence_note(key: str) -> str:
    """What stands under the what-if's price."""
    return (
        _("按 A 每 7 天、B 每 14 天、C 每 30 天联系一次算") if key.endswith("abc") or "_abc_" in key else ""
    )


def _rhythm(label: str) -> str:
    days = CADENCE_DAYS.get(label)
    return _("每 %(n)s 天联系") % {"n": days} if days else ""
