"""`kemai demo`: the demo company, loaded once, then served on this machine only."""

from __future__ import annotations

import argparse
import os

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to serve, or only load."""
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--no-serve", action="store_true", help="只装好，不打开")


def run(args: argparse.Namespace) -> int:
    """Loads the company into an empty database and serves it."""
    from django.conf import settings

    from kemai.foundation.access.actor import Refused
    from kemai.foundation.clock import business_today
    from kemai.oversight.demo.accounts import PASSWORD
    from kemai.oversight.demo.load import load_demo
    from kemai.oversight.demo.story import PEOPLE
    from kemai.oversight.demo.torn import clear_torn

    if settings.MODE == "production":
        raise Refused("示范公司不在正式模式里装；去掉 KEMAI_MODE=production。")
    os.environ["KEMAI_MODE"] = settings.MODE
    clear_torn()
    frame.ready_database()
    counts = load_demo(business_today(), PASSWORD)
    frame.say(f"示范公司「岚汀酒食」：{counts['customers']} 名客户。密码都是 {PASSWORD}")
    for login, name, role, unit in PEOPLE:
        frame.say(f"  {login:<6} {name}  {role}  {unit}")
    if args.json:
        frame.print_json(counts)
    if args.no_serve:
        return frame.OK
    from kemai.doors.cli import serve

    return serve.run(argparse.Namespace(host="127.0.0.1", port=args.port, workers=0, no_worker=False))
