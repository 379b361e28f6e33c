"""The statistics table of customers as a file (S4.94)."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from kemai.business.valuation.models import Run
from kemai.business.valuation.ranking.composition import composition
from kemai.foundation.access.actor import Actor
from kemai.foundation.money import yuan
from kemai.oversight.exchange.export.writing import write_table


def export_composition(*, actor: Actor, run: Run, by: str, label: str, path: Path) -> int:
    """Writes one line a group to a .csv or .xlsx file. Raises Refused without the duty."""
    actor.require("export", _("你的岗位不能导出。"))
    header = [label, _("客户数"), _("客户占比 %"), _("近 12 月销售"), _("销售占比 %")]
    groups = composition(actor, run, by)
    cells = ((g.label, g.customers, g.customers_share, yuan(g.sales_fen), g.sales_share) for g in groups)
    return write_table(path, header, cells)
