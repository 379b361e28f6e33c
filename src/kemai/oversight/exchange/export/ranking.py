"""The rank list as a file: what it is for, its columns, and an entry in the trail for what is large (P06)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kemai.business.valuation import queries
from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.curve import curve_of
from kemai.business.valuation.ranking.narrowing import NOTHING, Narrow
from kemai.business.valuation.ranking.places import places_after
from kemai.business.valuation.ranking.wording import amount, class_word
from kemai.business.valuation.reading import RankRow, population_of
from kemai.foundation.access.actor import Actor, Refused
from kemai.oversight.exchange.export.files import TRACED_FROM, trace
from kemai.oversight.exchange.export.writing import Cells, write_table

CHUNK = 5_000


def export_ranking(
    *, actor: Actor, run: Run, key: str, path: Path, narrow: Narrow = NOTHING, reason: str = ""
) -> int:
    """Writes the ranking that the actor sees to a .csv or .xlsx file and gives the number of rows.

    Raises Refused without the duty, for a scheme with margins he may not see, and for more than 1,000 rows without a
    reason: those leave an entry with reason, columns, count and hash (P06).
    """
    actor.require("export", _("你的岗位不能导出。"))
    if needs_reason(actor, run, key, narrow) and not reason.strip():
        raise Refused(_("超过 %(n)s 家要写用途。") % {"n": f"{TRACED_FROM:,}"})
    header, rows = ranking_header(), _rows(actor, run, key, narrow)
    count = write_table(path, header, rows)
    if count > TRACED_FROM:
        trace(actor, f"ranking:{key}", header, count, path, reason.strip()[:500])
    return count


def needs_reason(actor: Actor, run: Run, key: str, narrow: Narrow = NOTHING) -> bool:
    """Whether the file would be large. Raises Refused for a scheme with margins the actor may not see."""
    queries.may_see_scheme(actor, key, run)
    return curve_of(actor, run, key, narrow).n > TRACED_FROM


def ranking_header() -> list[str]:
    """The names of the columns."""
    return [
        pgettext("column", "名次"),
        _("客户编号"),
        _("客户名称"),
        _("负责人"),
        _("值"),
        _("份额 %"),
        _("累计 %"),
        _("级别"),
    ]


def _rows(actor: Actor, run: Run, key: str, narrow: Narrow) -> Iterator[Cells]:
    curve, after = curve_of(actor, run, key, narrow), 0
    unit = queries.definition(run, key).measure_spec.unit
    by_place = population_of(run) != "all"
    while rows := places_after(actor, run, key, curve, after=after, narrow=narrow, count=CHUNK):
        yield from (_cells(row, unit) for row in rows)
        after = after + len(rows) if by_place else rows[-1].rank


def _cells(row: RankRow, unit: str) -> Cells:
    from decimal import Decimal

    number = amount(row.value, unit)
    return (
        row.rank, row.code, row.name, row.owner, None if number is None else Decimal(number), row.share, row.cumulative,
        class_word(row.label),
    )  # fmt: skip
