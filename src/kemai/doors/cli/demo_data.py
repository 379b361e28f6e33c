"""`kemai demo-data`: a synthetic company of any size in the configured database, to try how fast everything is."""

from __future__ import annotations

import argparse
import time

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """How large, and which of the companies of that size."""
    parser.add_argument("--customers", type=int, default=1_000_000, metavar="N")
    parser.add_argument("--sales", type=int, default=10_000_000, metavar="N", help="销售行数")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="同一个种子得同一家公司")


def run(args: argparse.Namespace) -> int:
    """Loads the company into an empty database and says who may sign in."""
    from django.conf import settings

    from kemai.foundation.access.actor import Refused
    from kemai.foundation.clock import business_today
    from kemai.oversight.demo.accounts import PASSWORD
    from kemai.oversight.demo.synthetic.load import load_synthetic

    if settings.MODE == "production":
        raise Refused("合成数据不在正式模式里装；去掉 KEMAI_MODE=production。")
    started = time.monotonic()
    counts = load_synthetic(
        customers=args.customers, sales=args.sales, seed=args.seed, today=business_today(), password=PASSWORD, say=frame.say
    )  # fmt: skip
    seconds = round(time.monotonic() - started, 1)
    done = f"装好了，用了 {seconds} 秒" if counts["loaded"] else "早就装好了"
    frame.say(
        f"{done}：{args.customers} 名客户，{args.sales} 行销售。登录名 boss、region1…、rep001…，密码都是 {PASSWORD}"
    )
    if args.json:
        frame.print_json({**counts, "seconds": seconds})
    return frame.OK
