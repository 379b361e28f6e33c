"""级别流动: from which class to which over several runs, and the customers of each move."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from kemai.business.valuation.leading import leading_scheme
from kemai.business.valuation.models import Run
from kemai.business.valuation.pictures import moves
from kemai.business.valuation.pictures.rows import named
from kemai.business.valuation.ranking.wording import class_word
from kemai.business.valuation.reading import definition, lacks_for_scheme
from kemai.business.valuation.schemes import in_order, scheme_name
from kemai.doors.web.pages.ranking.page import value_text
from kemai.doors.web.pages.valuation import frame
from kemai.doors.web.pages.valuation.asked import PAGE, address, choice, number, run_of
from kemai.doors.web.requests import ActorRequest, page
from kemai.foundation.access.actor import Actor

LATEST, MONTHS = 8, 24


@page
def show(request: ActorRequest) -> HttpResponse | FileResponse:
    """The picture, its table, and the customers of the move that was asked for."""
    run, actor = run_of(request), request.actor
    keys = [k for k in in_order(run.schemes) if lacks_for_scheme(actor, k, run) is None] if run else []
    key = choice(request, "scheme", keys, leading_scheme()) if run else leading_scheme()
    known = moves.runs_with(actor, key) if run else []
    chosen = _chosen(request, known)
    flows = moves.flows(actor, chosen, key) if len(chosen) >= moves.FEWEST else []
    if flows and "format" in request.GET:
        return frame.table_file(request, "moves", _header(), _lines(chosen, flows))
    context = {
        "run": run, "key": key, "scheme_name": scheme_name(key), "known": [{"run": r, "chosen": r in chosen} for r in _offered(known, chosen)], "flows": flows,
        "schemes": [{"label": scheme_name(k), "href": address(reverse("valuation_moves"), scheme=k), "current": k == key} for k in keys],
        **(_picture(chosen, flows, key) if flows else {}), "people": _people(request, chosen, key) if flows else None,
        "note": _("%(a)s 到 %(b)s") % {"a": chosen[0].as_of, "b": chosen[-1].as_of} if flows else "",
        "export_href": f"{_export(request, chosen, key)}" if flows else "",
    }  # fmt: skip
    return frame.show(request, "moves.html", "valuation_moves", context)


def _chosen(request: ActorRequest, known: list[Run]) -> list[Run]:
    """The runs that were asked for, oldest first, or the last one of each quarter."""
    ids = {int(x) for x in request.GET.getlist("run") if x.isdigit() and len(x) < 12}
    if not ids:
        return moves.by_quarter(known, known[0].as_of) if known else []
    found = [run for run in reversed(known) if run.pk in ids]
    if len(found) != len(ids):
        raise LookupError(_("没有这次估值。"))
    return found


def _offered(known: list[Run], chosen: list[Run]) -> list[Run]:
    """A run of each night is too many to choose from: the chosen, the latest, and the last one of each month."""
    offered = {run.pk for run in (*chosen, *known[:LATEST], *moves.by_month(known, MONTHS))}
    return [run for run in known if run.pk in offered]


def _picture(chosen: list[Run], flows: list[moves.Flow], key: str) -> dict[str, Any]:
    order = list(definition(chosen[-1], key).classes)
    nodes: dict[tuple[int, str], int] = defaultdict(int)
    for flow in flows:
        nodes[flow.step, flow.old] += flow.customers
        if flow.step == len(chosen) - 2:
            nodes[flow.step + 1, flow.new] += flow.customers
    places = sorted(
        nodes, key=lambda node: (node[0], order.index(node[1]) if node[1] in order else len(order))
    )
    return {
        "columns": [str(run.as_of) for run in chosen], "nodes": [_node(*node, nodes[node], order) for node in places],
        "links": [_link(flow, chosen, key) for flow in sorted(flows, key=lambda f: (f.step, _at(order, f.old), _at(order, f.new)))],
        "table": [[*_words(flow, chosen), f"{flow.customers:,}"] for flow in flows if flow.old != flow.new],
        "moved": sum(f.customers for f in flows if f.old and f.new and f.old != f.new),
        "came": sum(f.customers for f in flows if not f.old), "left": sum(f.customers for f in flows if not f.new),
        "rows": [_row(flow, chosen, key) for flow in sorted(flows, key=lambda f: -f.customers) if flow.old != flow.new],
    }  # fmt: skip


def _at(order: list[str], label: str) -> int:
    return order.index(label) if label in order else len(order)


def _node(step: int, label: str, customers: int, order: list[str]) -> dict[str, Any]:
    word = class_word(label) or _("没有级")
    return {
        "key": f"{step}:{label}", "depth": step, "value": customers, "label": f"{word} {customers:,}", "shade": order.index(label) if label in order else -1,
        "told": _("%(c)s：%(n)s 名") % {"c": word, "n": f"{customers:,}"},
    }  # fmt: skip


def _link(flow: moves.Flow, chosen: list[Run], key: str) -> dict[str, Any]:
    old, new = class_word(flow.old) or _("没有级"), class_word(flow.new) or _("没有级")
    return {
        "from": f"{flow.step}:{flow.old}", "to": f"{flow.step + 1}:{flow.new}", "value": flow.customers, "href": _href(flow, chosen, key),
        "told": _("%(a)s → %(b)s：%(n)s 名") % {"a": old, "b": new, "n": f"{flow.customers:,}"},
    }  # fmt: skip


def _href(flow: moves.Flow, chosen: list[Run], key: str) -> str:
    runs = "".join(f"&run={run.pk}" for run in chosen)
    return f"{address(reverse('valuation_moves'), scheme=key, step=str(flow.step))}&from={flow.old}&to={flow.new}{runs}#who"


def _words(flow: moves.Flow, chosen: list[Run]) -> tuple[str, str, str]:
    span = f"{chosen[flow.step].as_of} → {chosen[flow.step + 1].as_of}"
    return span, class_word(flow.old) or _("新来"), class_word(flow.new) or _("走了")


def _row(flow: moves.Flow, chosen: list[Run], key: str) -> dict[str, Any]:
    span, old, new = _words(flow, chosen)
    return {
        "span": span,
        "old": old,
        "new": new,
        "customers": flow.customers,
        "href": _href(flow, chosen, key),
    }


def _people(request: ActorRequest, chosen: list[Run], key: str) -> dict[str, Any] | None:
    """The customers of one move, the largest first."""
    if "from" not in request.GET or "to" not in request.GET:
        return None
    step, pair = number(request, "step", 0, len(chosen) - 2, 0), (request.GET["from"], request.GET["to"])
    start = (number(request, "page", 1, 10_000, 1) - 1) * PAGE
    found = moves.movers(request.actor, chosen[step], chosen[step + 1], key, pair, start, PAGE + 1)
    flow = moves.Flow(step, *pair, 0)
    span, old, new = _words(flow, chosen)
    page_at = _href(flow, chosen, key).removesuffix("#who")
    here = start // PAGE + 1
    return {
        "title": f"{old} → {new}", "span": span, "rows": _named(request.actor, found[:PAGE], definition(chosen[-1], key).measure_spec.unit),
        "first": start + 1, "last": start + len(found[:PAGE]), "next": f"{page_at}&page={here + 1}#who" if len(found) > PAGE else None,
        "previous": f"{page_at}&page={here - 1}#who" if here > 1 else None,
    }  # fmt: skip


def _named(actor: Actor, found: list[dict[str, Any]], unit: str) -> list[dict[str, Any]]:
    people = named(actor, [row["customer_key"] for row in found])
    return [
        {"name": who.name, "owner": who.owner, "href": reverse("customer", args=[who.code]),
         "values": f"{value_text(row['old_value'], unit)} → {value_text(row['new_value'], unit)}"}
        for row in found
        if (who := people.get(row["customer_key"])) is not None
    ]  # fmt: skip


def _export(request: ActorRequest, chosen: list[Run], key: str) -> str:
    base = frame.export_href(request, "valuation_moves", scheme=key)
    return base and base + "".join(f"run={run.pk}&" for run in chosen)


def _header() -> tuple[str, ...]:
    return (_("从"), _("到"), _("原来的级"), _("后来的级"), _("客户数"))


def _lines(chosen: list[Run], flows: list[moves.Flow]) -> Iterator[tuple[Any, ...]]:
    for flow in flows:
        _span, old, new = _words(flow, chosen)
        yield str(chosen[flow.step].as_of), str(chosen[flow.step + 1].as_of), old, new, flow.customers
