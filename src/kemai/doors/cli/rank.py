"""`kemai rank`: the ranked customers of a run, with class and reason."""

from __future__ import annotations

import argparse
from typing import Any

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which scheme, how many, of which run."""
    parser.add_argument("--scheme", default="", help="分级方案，默认主用方案")
    parser.add_argument("--top", type=places, default=0, help="只要前几名")
    parser.add_argument("--run", type=int, default=0, help="哪一次估值，默认最近一次")


def run(args: argparse.Namespace) -> int:
    """Prints the ranking of the last finished run, or of any earlier one as it was."""
    from kemai.business.valuation import leading, queries, reading
    from kemai.business.valuation.ranking import wording
    from kemai.business.valuation.runs import past_runs

    actor = frame.actor_for(args)
    found = queries.run_by_id(actor, args.run) if args.run else queries.published_run()
    if found is None:
        raise LookupError("还没有估值，先 kemai revalue。")
    key = args.scheme or leading.leading_scheme()
    scheme = queries.definition(found, key)
    rank_rows = past_runs.past_rank_rows if reading.is_past(found) else queries.rank_rows
    rows = rank_rows(actor, found, key, 0, args.top or None)
    why = wording.reasons(actor, found, key, [r.customer_id for r in rows])
    lines = [
        {
            "rank": r.rank, "code": r.code, "name": r.name, "value": wording.amount(r.value, scheme.measure_spec.unit),
            "share": text(r.share), "cumulative_share": text(r.cumulative), "class": r.label, "why": why.get(r.customer_id, ""),
        }
        for r in rows
    ]  # fmt: skip
    if args.json:
        frame.print_json(lines)
        return frame.OK
    for line in lines:
        print(
            f"{line['rank']:>6}  {line['class'] or '':<8} {line['value']:>16}  {line['code']}  {line['name']}  {line['why']}"
        )
    return frame.OK


def places(text: str) -> int:
    """How many of the first places; 0 is all, fewer is wrong use."""
    found = int(text)
    if found < 0:
        raise ValueError(text)
    return found


def text(share: Any) -> str | None:
    """A share as text."""
    return None if share is None else str(share)
