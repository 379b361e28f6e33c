"""`kemai user add`: the first person, or one more."""

from __future__ import annotations

import argparse
import secrets
import sys

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add LOGIN --role ROLE --unit UNIT`."""
    parser.add_argument("what", choices=["add"])
    parser.add_argument("login")
    parser.add_argument(
        "--role", required=True, help="岗位，例如 executive、region_manager、sales_rep、custodian、admin"
    )
    parser.add_argument("--unit", required=True, help="单位，例如 总部 或 总部/华东大区")
    parser.add_argument("--name", default="", help="姓名，默认同登录名")
    parser.add_argument("--create-unit", action="store_true", help="没有这个单位就建")
    parser.add_argument(
        "--password-stdin", action="store_true", help="从标准输入读密码；不给就生成一个，只显示这一次"
    )


def run(args: argparse.Namespace) -> int:
    """Adds the person with the role on the unit, all or nothing."""
    from django.db import transaction

    from kemai.foundation.access.actions.people import add_person, assign_role, unit_by_path

    actor = frame.actor_for(args)
    generated = "" if args.password_stdin else secrets.token_urlsafe(12)
    password = generated or sys.stdin.readline().rstrip("\r\n")
    with transaction.atomic():
        unit = unit_by_path(actor=actor, path=args.unit, create=args.create_unit)
        person = add_person(actor=actor, login=args.login, name=args.name or args.login, password=password)
        assign_role(actor=actor, person=person, role=args.role, unit=unit)
    frame.say(f"加好了：{person.login}，{args.role}，{args.unit}")
    if generated:
        frame.say(f"密码（只显示这一次）：{generated}")
    if args.json:
        frame.print_json({"login": person.login, "role": args.role, "unit": args.unit})
    return frame.OK
