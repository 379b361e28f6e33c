"""What every command shares: Django at the ready, the actor, one JSON document on standard output, words on
standard error, and exit status 0 done, 1 refused or partly rejected, 2 wrong use."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import Any, NoReturn

OK, REFUSED, WRONG_USE = 0, 1, 2


class WrongUse(Exception):
    """The command was called in a way that makes no sense; the message says how it is meant."""


def set_up_django(*, demo: bool = False) -> None:
    """Settings from the environment; `demo` makes demo the mode where none was chosen."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kemai.config.settings")
    if demo:
        os.environ.setdefault("KEMAI_MODE", "demo")
    import django

    django.setup()


def ready_database() -> None:
    """Brings an empty or older embedded database up to date; a server's database waits for `kemai migrate`."""
    from django.db import connection

    if connection.vendor == "sqlite" or pending_migrations() == "all":
        migrate()
    elif pending_migrations():
        raise WrongUse("数据库还没升级，先运行 kemai migrate。")


def pending_migrations() -> str:
    """ "" when the database is current, "all" when it is empty, else "some"."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "" if not plan else "all" if not executor.loader.applied_migrations else "some"


def migrate() -> None:
    """Applies what is missing; an embedded database that holds data is copied beside itself first."""
    from django.core.management import call_command

    state = pending_migrations()
    if state == "some":
        _copy_embedded_database()
    if state:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)


def _copy_embedded_database() -> None:
    import sqlite3
    from pathlib import Path

    from django.conf import settings
    from django.utils import timezone

    known = settings.DATABASES["default"]
    if not known["ENGINE"].endswith("sqlite3") or not Path(known["NAME"]).exists():
        return
    copy = Path(known["NAME"]).with_suffix(f".before-{timezone.now():%Y%m%d%H%M%S}.sqlite3")
    with sqlite3.connect(known["NAME"]) as source, sqlite3.connect(copy) as target:
        source.backup(target)
    copy.chmod(0o600)


def actor_for(args: argparse.Namespace) -> Any:
    """The system operator, or with --as the person of that login with that person's rights."""
    from kemai.foundation.access.actor import Refused, actor_of, system_actor
    from kemai.foundation.access.models import Person
    from kemai.foundation.clock import business_today

    login = getattr(args, "as_login", None)
    if not login:
        return system_actor(business_today())
    person = Person.objects.filter(login=login, is_active=True).first()
    if person is None:
        raise Refused(f"没有登录名是 {login} 的人，或者已经停用。")
    return actor_of(person, business_today())


def print_json(document: Any) -> None:
    """The one document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, indent=None, default=str)
    sys.stdout.write("\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """A line for the person, on standard error."""
    print(text, file=sys.stderr, flush=True)


def leave(status: int) -> NoReturn:
    """Ends the command."""
    raise SystemExit(status)
