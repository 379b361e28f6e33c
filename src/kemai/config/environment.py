"""Reads single settings out of the environment and the data folder."""

import os
import secrets
from pathlib import Path
from typing import Any


def words(name: str, default: str) -> list[str]:
    """The comma-separated words of a variable, without blanks."""
    return [w.strip() for w in os.environ.get(name, default).split(",") if w.strip()]


def own_key(data_dir: Path, name: str) -> str:
    """KEMAI_<NAME>, or a random key made once in the data folder, in a file of that name with mode 0600."""
    given = os.environ.get(f"KEMAI_{name.upper()}")
    if given is not None:
        return given
    path = data_dir / name
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii").strip()


def _write_once(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)


def password_hashers(mode: str) -> list[str]:
    """Strong hashing, except in tests, where hundreds of sign-ins would take minutes."""
    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    return ["django.contrib.auth.hashers.MD5PasswordHasher", *hashers] if mode == "test" else hashers


def logging_settings(data_dir: Path, mode: str) -> dict[str, Any]:
    """A rotated log file of at most 40 MB and warnings on standard error."""
    handlers: dict[str, Any] = {"stderr": {"class": "logging.StreamHandler", "level": "WARNING"}}
    if mode != "test":
        (data_dir / "log").mkdir(parents=True, exist_ok=True)
        handlers["file"] = {
            "class": "logging.handlers.RotatingFileHandler",
            "filename": str(data_dir / "log" / "kemai.log"),
            "maxBytes": 10_000_000,
            "backupCount": 3,
            "delay": True,
            "formatter": "plain",
            "encoding": "utf-8",
        }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": handlers,
        "root": {"handlers": list(handlers), "level": "INFO"},
        "loggers": {"axes": {"level": "ERROR"}, "django.request": {"level": "ERROR"}},
    }
