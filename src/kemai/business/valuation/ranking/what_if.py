"""What other cuts would do, before anything is stored: who moves, what it costs in contacts, and who carries it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from kemai import value
from kemai.business.archives.keys import keys_by
from kemai.business.archives.models import Customer
from kemai.business.valuation import queries
from kemai.business.valuation.models import Run
from kemai.business.valuation.own.ranking import ranked_by
from kemai.business.valuation.own.reading import own_measure
from kemai.business.valuation.ranking.other_measure import beside, values_of
from kemai.business.valuation.reading import population_of
from kemai.business.valuation.runs.files import run_file
from kemai.foundation.access.actor import Actor, Refused
from kemai.foundation.access.models import Person
from kemai.foundation.access.scopes import restrict
from kemai.value.measures.quality import KNOCKED_OUT
from kemai.value.schemes.definition import OWN

if TYPE_CHECKING:
    import pyarrow as pa

CADENCE_DAYS = {"A": 7, "B": 14, "C": 30}
"""How often each class is seen (workflow 4.8)."""
MONTH = 30


@dataclass(frozen=True)
class Mover:
    """One customer that would change class; `value` in base units of the measure that is tried and `old_value` in those of
    the one in force, None where it has none; `way` is up, down, in (had no class) or out (gets none)."""

    code: str
    name: str
    owner: str
    old_class: str
    new_class: str
    value: int | None
    old_value: int | None = None
    way: str = ""


@dataclass(frozen=True)
class Trial:
    """The outcome over the company's ranking; `movers` and `by_owner` are of those that the actor sees.

    `lines` are the values of the last inside each class but the last, before and after; `contacts` how many more a
    month; `by_owner` who makes them, the largest first.
    """

    moved: int
    seen: int
    pairs: dict[tuple[str, str], int]
    classes: tuple[Any, ...]
    total: int
    after_total: int
    lines: tuple[tuple[int | None, int | None], ...]
    movers: tuple[Mover, ...]
    contacts: float
    by_owner: tuple[tuple[str, float], ...]
    unit: str = "yuan"
    old_unit: str = "yuan"

    @property
    def ways(self) -> dict[str, int]:
        """How many of those seen go up, down, in and out; those whom `movers` leaves out are counted too."""
        order, made = [each.label for each in self.classes], dict[str, int]()
        for (old, new), count in self.pairs.items():
            way = _way(old, new, order)
            made[way] = made.get(way, 0) + count
        return made


def try_cuts(
    actor: Actor, run: Run, key: str, cuts: Sequence[str], measure: str = "", limit: int = 8
) -> Trial:
    """Classes everybody by the other cuts, and by another measure where one is named, with the engine's own code.

    Raises SchemeError for impossible cuts and where the run does not know the measure.
    """
    queries.may_see_scheme(actor, key, run)
    if population_of(run) != "all":
        raise value.SchemeError(_("分单位或分人排名时不能在这里试，请在设置里改。"), code="population")
    old = queries.definition(run, key)
    new = value.SchemeDefinition.from_json(
        {**old.to_json(), **_other(actor, old, measure), "cuts": list(cuts)}
    )
    is_other, table = new.measure != old.measure, _values(run, key)
    if is_other:
        table = beside(table, values_of(run, new))
    found = value.explain.would_move(table, old, new)
    moves = found.moves.to_pylist()
    owners = _owners(actor, run, [row["customer_id"] for row in moves])
    mine = [row for row in moves if row["customer_id"] in owners]
    pairs: dict[tuple[str, str], int] = {}
    for row in mine:
        pair = (row["from"] or "", row["to"] or "")
        pairs[pair] = pairs.get(pair, 0) + 1
    order = [each.label for each in found.classes]
    movers = [_mover(row, owners[row["customer_id"]], order) for row in mine]
    by_owner = _carried(movers)
    return Trial(
        moved=len(moves), seen=len(mine), pairs=pairs, classes=tuple(found.classes), total=found.total,
        after_total=found.after_total,
        lines=() if is_other else _lines(table, found.classes), movers=_named(actor, _first_of_each(movers, limit)),
        contacts=sum(_more(m.old_class, m.new_class) for m in movers), by_owner=by_owner, unit=new.measure_spec.unit,
        old_unit=old.measure_spec.unit,
    )  # fmt: skip


def _other(actor: Actor, old: Any, measure: str) -> dict[str, Any]:
    """What the definition says of the other measure; nothing where it stays."""
    if measure in ("", old.measure):
        return {}
    own = own_measure(measure.removeprefix(OWN)) if measure.startswith(OWN) else None
    if own and own.lacks(actor):
        raise Refused(_("这个方案用到你的岗位看不到的数。"))
    return ranked_by(old, measure)


def cumulative(scheme: Any) -> list[float]:
    """The lines as a slider shows them: cumulative percents, or the thresholds themselves."""
    if scheme.method != "count_share":
        return [float(cut) for cut in scheme.cuts]
    made, total = [], 0.0
    for cut in scheme.cuts[:-1]:
        total += float(cut)
        made.append(total)
    return made


def cuts_from(scheme: Any, lines: Sequence[str]) -> list[str]:
    """A scheme's cuts from the sliders' lines. Raises SchemeError where they are no numbers or out of order."""
    from decimal import Decimal, InvalidOperation

    try:
        numbers = [Decimal(line.strip()[:12]) for line in lines]
    except InvalidOperation as wrong:
        raise value.SchemeError(_("分级线要是数字。"), code="bad_cut") from wrong
    if scheme.method != "count_share":
        return [str(number) for number in numbers]
    edges = [Decimal(0), *numbers, Decimal(100)]
    if any(not number.is_finite() for number in numbers) or any(a > b for a, b in pairwise(edges)):
        raise value.SchemeError(_("后一条线不能比前一条小，也不能过 100%%。") % {}, code="bad_cuts")
    return [str(b - a) for a, b in pairwise(edges)]


def _values(run: Run, key: str) -> pa.Table:
    """Code, value, history and whom a gate holds down, of everybody ranked, from the run's file."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = ("customer_id", f"{key}_value", "sales_all_fen", f"{key}_reason", f"{key}_rank")
    table = pq.read_table(run_file(run), columns=list(names))
    table = table.filter(pc.is_valid(table[f"{key}_rank"])).drop_columns([f"{key}_rank"])
    held = pc.fill_null(pc.starts_with(table[f"{key}_reason"], KNOCKED_OUT), False)
    table = table.drop_columns([f"{key}_reason"]).append_column("held", held)
    return table.rename_columns(["customer_id", "value_fen", "history_fen", "held"])


def _lines(table: pa.Table, classes: Sequence[Any]) -> tuple[tuple[int | None, int | None], ...]:
    """The value of the last in each class but the last, by the old cuts and by the new ones."""
    import numpy as np

    falling = np.sort(table["value_fen"].to_numpy())[::-1]
    made, before, after = [], 0, 0
    for each in classes[:-1]:
        before, after = before + each.before, after + each.after
        made.append(
            (int(falling[before - 1]) if before else None, int(falling[after - 1]) if after else None)
        )
    return tuple(made)


def _owners(actor: Actor, run: Run, codes: list[str]) -> dict[str, str]:
    """{code: the owner's name} of those that the actor sees."""
    import polars as pl

    people = keys_by(actor, "owner_id")
    names = dict(Person.objects.values_list("pk", "name"))
    keys = pl.scan_parquet(run_file(run)).select("customer_id", "customer_key")
    moved = keys.join(
        pl.LazyFrame({"customer_id": codes}, {"customer_id": pl.String}), on="customer_id", how="semi"
    )
    found = moved.join(people.rows.lazy(), on="customer_key").select("customer_id", "place").collect()
    return {code: names.get(people.groups[place], "") for code, place in found.iter_rows()}


def _mover(row: dict[str, Any], owner: str, order: Sequence[str]) -> Mover:
    value_now, old, new = row.get("new_value_fen", row["value_fen"]), row["from"] or "", row["to"] or ""
    return Mover(row["customer_id"], "", owner, old, new, value_now, row["value_fen"], _way(old, new, order))


def _named(actor: Actor, movers: Sequence[Mover]) -> tuple[Mover, ...]:
    """The few that are shown, with their names."""
    some = restrict(Customer.objects.filter(code__in=[each.code for each in movers]), actor)
    names = {code: short or name for code, name, short in some.values_list("code", "name", "short_name")}
    return tuple(replace(each, name=names.get(each.code, each.code)) for each in movers)


def _way(old: str, new: str, order: Sequence[str]) -> str:
    if not old or not new:
        return "out" if old else "in"
    return "up" if order.index(new) < order.index(old) else "down"


def _first_of_each(movers: Sequence[Mover], limit: int) -> tuple[Mover, ...]:
    """The first few of each way, so that none hides another, in the order that they came in."""
    seen: dict[str, int] = {}
    kept = []
    for mover in movers:
        seen[mover.way] = seen.get(mover.way, 0) + 1
        if seen[mover.way] <= limit:
            kept.append(mover)
    return tuple(kept)


def _more(old: str, new: str) -> float:
    """Contacts a month that the move adds; 0 where the scheme's classes have no cadence."""
    if old not in CADENCE_DAYS or new not in CADENCE_DAYS:
        return 0.0
    return MONTH / CADENCE_DAYS[new] - MONTH / CADENCE_DAYS[old]


def _carried(movers: Sequence[Mover]) -> tuple[tuple[str, float], ...]:
    sums: dict[str, float] = {}
    for mover in movers:
        sums[mover.owner] = sums.get(mover.owner, 0.0) + _more(mover.old_class, mover.new_class)
    return tuple(sorted(((k, v) for k, v in sums.items() if v), key=lambda each: (-abs(each[1]), each[0])))
