"""`kemai revalue`: values everybody now."""

from __future__ import annotations

import argparse
from datetime import date

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As of which day, by which engine."""
    parser.add_argument("--as-of", type=date.fromisoformat, help="截至哪天，默认今天")
    parser.add_argument("--engine", choices=["duckdb", "spark"], default="duckdb")


def run(args: argparse.Namespace) -> int:
    """Runs the valuation and prints what it cost."""
    from kemai.business.valuation.actions import revalue

    if args.engine != "duckdb":
        raise frame.WrongUse("这一版只有 duckdb 引擎。")
    actor = frame.actor_for(args)
    done = revalue(actor=actor, as_of=args.as_of or actor.today, trigger="command")
    if args.json:
        frame.print_json(
            {
                "run": done.pk, "as_of": done.as_of.isoformat(), "customers": done.customers, "facts": done.facts,
                "seconds": done.seconds, "peak_mib": done.peak_mib,
            }
        )  # fmt: skip
    frame.say(f"第 {done.pk} 次估值：{done.customers} 名客户，{done.facts} 行台账，{done.seconds} 秒。")
    return frame.OK
