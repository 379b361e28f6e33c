"""`kemai`: finds the command's module in a table and imports only that one."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from typing import Any

from kemai import __version__
from kemai.doors.cli import frame

COMMANDS = {
    "demo": ("demo", "把示范公司装好并打开"),
    "demo-data": ("demo_data", "把任意大小的合成公司装进空库，试速度用"),
    "serve": ("serve", "网页和后台一起运行"),
    "worker": ("worker", "只运行后台"),
    "migrate": ("migrate", "把数据库升到当前版本"),
    "user": ("user", "加人"),
    "template": ("template", "写一张空白导入表"),
    "import": ("import_", "导入一个文件"),
    "undo-import": ("undo_import", "撤销一次导入"),
    "export": ("export", "导出"),
    "revalue": ("revalue", "估值"),
    "duplicates": ("duplicates", "查重：全部客户里像是同一家的"),
    "rank": ("rank", "看排名"),
    "show": ("show", "看一个客户"),
    "doctor": ("doctor", "检查装得对不对"),
    "verify-audit": ("verify_audit", "核对留痕有没有被动过"),
    "seed-actors": ("seed_actors", "在测试库或示范库里放进固定的一批人"),
}
NO_DATABASE = ("demo", "serve", "worker", "migrate")


def main(arguments: list[str] | None = None) -> None:
    """Runs one command and exits with its status."""
    words = sys.argv[1:] if arguments is None else arguments
    raise SystemExit(run(words))


def run(words: list[str]) -> int:
    """The status of a command line; problems become one sentence on standard error."""
    name = next((w for w in words if not w.startswith("-")), "")
    parser, module = build_parser(name)
    args = parser.parse_args(words)
    if module is None:
        parser.print_help(sys.stderr)
        return frame.WRONG_USE
    return _guarded(name, module, args)


def build_parser(name: str) -> tuple[argparse.ArgumentParser, Any]:
    """The parser of all commands, with the arguments of the one that is called."""
    parser = argparse.ArgumentParser(
        prog="kemai", description="客脉：公司靠哪些客户活着，为什么，今天该做什么。"
    )
    parser.add_argument("--version", action="version", version=f"kemai {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    module = None
    for key, (where, meaning) in COMMANDS.items():
        sub = commands.add_parser(key, help=meaning, description=meaning)
        if key == name:
            module = import_module(f"kemai.doors.cli.{where}")
            module.add_arguments(sub)
            sub.add_argument("--json", action="store_true", help="标准输出只给一份 JSON")
            sub.add_argument("--as", dest="as_login", metavar="LOGIN", help="以这个人的权限做")
    return parser, module


def _guarded(name: str, module: Any, args: argparse.Namespace) -> int:
    from django.core.exceptions import ImproperlyConfigured

    try:
        frame.set_up_django(demo=name in ("demo", "demo-data"))
        if name not in NO_DATABASE:
            frame.ready_database()
        return int(module.run(args))
    except (frame.WrongUse, ImproperlyConfigured) as wrong:
        frame.say(str(wrong))
        return frame.WRONG_USE
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        return _told(error)


def _told(error: Exception) -> int:
    """Refusals and missing records are sentences; what we did not foresee is raised."""
    from kemai.foundation.access.actor import Refused
    from kemai.foundation.disk import is_full
    from kemai.value import FactError, SchemeError

    if isinstance(error, (Refused, LookupError, FactError, SchemeError)) and not isinstance(
        error, (KeyError, IndexError)
    ):
        frame.say(str(error))
        return frame.REFUSED
    if is_full(error):
        frame.say("硬盘满了，什么都没有改。腾出空间再运行一次。")
        return frame.REFUSED
    raise error


if __name__ == "__main__":
    main()
