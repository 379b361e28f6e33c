"""Turns KEMAI_DATABASE_URL into Django's settings: SQLite by default, PostgreSQL for teams."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_INIT = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
    "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
)

# Pages ask for few rows: compiling a plan costs more than it saves, and a row by key is cheap on today's disks.
PLANNER = "-c jit=off -c random_page_cost=1.1"


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Settings for `sqlite:///path`, `postgres://user:password@host:port/name?host=/socket` or nothing."""
    if not url:
        return sqlite(data_dir / "kemai.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path.removeprefix("/"))))
    if parts.scheme in ("postgres", "postgresql"):
        return postgres(url)
    raise ImproperlyConfigured("KEMAI_DATABASE_URL 要以 sqlite:/// 或 postgres:// 开头。")


def sqlite(path: Path) -> dict[str, Any]:
    """WAL and IMMEDIATE transactions: readers never wait, writers queue instead of failing."""
    return {
        "ENGINE": "kemai.config.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": 600,  # opening sets six pragmas, and starts with an empty cache
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_INIT},
        "TEST": {"NAME": str(path.with_name(f"test_{path.name}"))},
    }


def postgres(url: str) -> dict[str, Any]:
    """Persistent connections with server-side binding; a socket folder may be given as ?host=."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.get("host", parts.hostname or ""),
        "PORT": str(parts.port or query.get("port", "")),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3,
            "options": PLANNER,
            "connect_timeout": 5,
        },
    }
