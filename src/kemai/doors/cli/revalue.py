"""`kemai revalue`: values everybody now."""

from __future__ import annotations

import argparse
from datetime import date

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """As of which day, by which engine, from the facts as they are or all anew."""
    parser.add_argument("--as-of", type=date.fromisoformat, help="截至哪天，默认今天")
    parser.add_argument(
        "--engine",
        choices=["duckdb", "spark"],
        help="默认看 KEMAI_ENGINE_URL；spark 按它连集群，没设就在本机",
    )
    parser.add_argument("--full", action="store_true", help="从数据库重读全部台账，逐行算，不用攒下的汇总")


def run(args: argparse.Namespace) -> int:
    """Runs the valuation and prints what it cost."""
    from kemai.business.valuation.actions import revalue

    actor = frame.actor_for(args)
    done = revalue(
        actor=actor, as_of=args.as_of or actor.today, trigger="command", engine=args.engine or "", is_full=args.full
    )  # fmt: skip
    if args.json:
        frame.print_json(
            {
                "run": done.pk, "as_of": done.as_of.isoformat(), "customers": done.customers, "facts": done.facts,
                "engine": done.engine, "result": done.result_hash,
                "seconds": done.seconds, "peak_mib": done.peak_mib,
            }
        )  # fmt: skip
    frame.say(f"第 {done.pk} 次估值：{done.customers} 名客户，{done.facts} 行台账，{done.seconds} 秒。")
    return frame.OK
