"""`kemai serve`: pages and background work together, each started anew when it dies."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen, and whether the worker runs here."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--workers", type=int, default=0, help="网页进程数，默认每核一个")
    parser.add_argument("--no-worker", action="store_true", help="后台另外运行")


def run(args: argparse.Namespace) -> int:
    """Migrates an empty or older database, then serves until SIGTERM or Ctrl-C."""
    frame.ready_database()
    _refuse_public_passwords()
    _say_first_steps()
    frame.say(f"客脉在 http://{args.host}:{args.port}/ ，按 Ctrl-C 停。")
    return Household(args).run()


class Household:
    """The web server and the worker as children of one small parent."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.commands = {"web": web_command(args)}
        if not args.no_worker:
            self.commands["worker"] = [sys.executable, "-m", "kemai", "worker"]
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = False

    def run(self) -> int:
        """Keeps both alive; ends both."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self.stopping:
            for name, command in self.commands.items():
                if name not in self.running or self.running[name].poll() is not None:
                    self.running[name] = subprocess.Popen(
                        command, start_new_session=True, preexec_fn=leashed()
                    )
            time.sleep(0.3)
        return self.end()

    def end(self) -> int:
        """Asks politely, then not."""
        for child in self.running.values():
            child.terminate()
        for child in self.running.values():
            try:
                child.wait(timeout=25)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
        return frame.OK

    def _stop(self, *_: object) -> None:
        self.stopping = True


def leashed() -> Callable[[], None] | None:
    """What makes a child end with its parent, however the parent ends; None where the system can't (Linux can)."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    libc, parent, set_death_signal = ctypes.CDLL(None), os.getpid(), 1

    def tie() -> None:
        libc.prctl(set_death_signal, signal.SIGTERM)
        if os.getppid() != parent:  # it died between the fork and the tie
            os._exit(1)

    return tie


def web_command(args: argparse.Namespace) -> list[str]:
    """granian over WSGI: a process a core, one blocking thread each, anew when one fails."""
    workers = args.workers or min(os.cpu_count() or 1, 4)
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", args.host, "--port", str(args.port),
        "--workers", str(workers), "--blocking-threads", "1", "--respawn-failed-workers", "--no-access-log",
        "--log-level", "warning", "--backpressure", "64", "kemai.config.wsgi:application",
    ]  # fmt: skip


def _refuse_public_passwords() -> None:
    from django.conf import settings

    from kemai.foundation.access.actor import Refused
    from kemai.oversight.demo.passwords import has_public_passwords

    if settings.MODE == "production" and has_public_passwords():
        raise Refused(
            "这个数据库装着示范公司，密码人人都知道，不能正式运行。"
            "换一个空的 KEMAI_DATA_DIR 或数据库；只想看示范就运行 kemai demo。"
        )


def _say_first_steps() -> None:
    from kemai.foundation.access.models import Person

    if not Person.objects.exists():
        frame.say("还没有人能登录：kemai user add 登录名 --role executive --unit 总部 --create-unit")
