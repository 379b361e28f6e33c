"""`kemai duplicates`: looks through the whole base for customers that may be one."""

from __future__ import annotations

import argparse

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How many pairs to show."""
    parser.add_argument("--top", type=int, default=0, help="列出最像的前几对")


def run(args: argparse.Namespace) -> int:
    """Runs the search and prints what it found and what it cost."""
    from kemai.oversight.dedupe import queries
    from kemai.oversight.dedupe.actions import find_duplicates

    actor = frame.actor_for(args)
    done = find_duplicates(actor=actor, trigger="command")
    pairs = queries.likeliest(actor, max(args.top, 0))
    if args.json:
        frame.print_json(
            {
                "search": done.pk, "customers": done.customers, "compared": done.compared, "pairs": done.pairs,
                "open": queries.counts(actor)["open"], "learnt_from": done.learnt_from, "seconds": done.seconds, "peak_mib": done.peak_mib,
                "top": [
                    {"codes": [p.left.code, p.right.code], "names": [p.left.name, p.right.name], "probability": p.probability, "evidence": p.evidence}
                    for p in pairs
                ],
            }
        )  # fmt: skip
        return frame.OK
    for p in pairs:
        print(f"{p.probability:8.4f}  {p.left.code} {p.left.name}  {p.right.code} {p.right.name}")
    frame.say(
        f"第 {done.pk} 次查重：{done.customers} 名客户，像同一家的有 {done.pairs} 对，{done.seconds} 秒。"
    )
    return frame.OK
