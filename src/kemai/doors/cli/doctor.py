"""`kemai doctor`: checks of the installation, each with the mend."""

from __future__ import annotations

import argparse
import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta

from kemai.doors.cli import frame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whether to read everything."""
    parser.add_argument("--thorough", action="store_true", help="连客户文件的内容也逐个核对，要读完全部文件")


def run(args: argparse.Namespace) -> int:
    """0 when all is well, else 1 with the problems."""
    from kemai.foundation.registry import checks, thorough_checks

    asked = [*checks, *(thorough_checks if getattr(args, "thorough", False) else ())]
    problems = [*_database(), *_disk(), *_worker(), *(p for check in asked for p in check())]
    if args.json:
        frame.print_json({"ok": not problems, "problems": problems})
    for line in problems or ["一切正常。"]:
        frame.say(line)
    return frame.REFUSED if problems else frame.OK


def _database() -> Iterator[str]:
    from django.db import connection

    if frame.pending_migrations():
        yield "数据库还没升级：kemai migrate"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
            )
            encoding, locale = cursor.fetchone()
        if encoding != "UTF8":
            yield f"数据库编码是 {encoding}，要用 UTF8 重建。"
        if locale in ("C", "POSIX"):
            yield "数据库区域是 C，中文检索会漏；用 C.UTF-8 或某种语言重建。"


def _disk() -> Iterator[str]:
    from django.conf import settings

    free = shutil.disk_usage(settings.DATA_DIR).free
    if free < 1 << 30:
        yield f"数据目录只剩 {free >> 20} MiB，腾出至少 1 GiB。"
    for name in ("secret_key", "seal_key"):
        key = settings.DATA_DIR / name
        if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o077:
            yield f"密钥文件别人也能读：chmod 600 {key}"


def _worker() -> Iterator[str]:
    from django.utils import timezone

    from kemai.foundation.jobs.models import Job, WorkerBeat

    now = timezone.now()
    waiting = Job.objects.filter(state=Job.State.WAITING, run_after__lt=now - timedelta(minutes=5)).count()
    alive = WorkerBeat.objects.filter(seen_at__gt=now - timedelta(minutes=2)).exists()
    if waiting and not alive:
        yield f"有 {waiting} 件后台的事等了 5 分钟以上，后台没在运行：kemai worker"
    failed = Job.objects.filter(state=Job.State.FAILED).count()
    if failed:
        yield f"有 {failed} 件后台的事没做成，到设置里看原因。"
