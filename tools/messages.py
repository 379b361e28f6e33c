"""Compiles the catalogues (.po) into what the program reads (.mo), where one is missing or older, and makes that of
Traditional Chinese out of the Chinese of the sources."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCES = Path(__file__).resolve().parent.parent / "src"
sys.path.insert(0, str(SOURCES))
from kemai.foundation import traditional  # noqa: E402  # ours, wherever the environment's own is from

LOCALE = SOURCES / "kemai/locale"
MADE = LOCALE / "zh_Hant/LC_MESSAGES/django.mo"
COMPLETE = LOCALE / "en/LC_MESSAGES/django.po"
"""Has every message: `translations.py check` sees to it."""


def main() -> None:
    """Writes each .mo beside its .po, and the one that has no .po."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        if is_old(target := source.with_suffix(".mo"), source):
            save(target, read(source))
    if is_old(MADE, COMPLETE, traditional.WORDS, Path(traditional.__file__)):
        save(MADE, traditional_catalogue(read(COMPLETE)))


def traditional_catalogue(source: Catalog) -> Catalog:
    """The catalogue of all messages that the source has; a whole message of the table goes before its words."""
    made = Catalog(locale="zh_Hant")
    for message in source:
        if not message.id:
            continue
        said = _whole(message.id if isinstance(message.id, str) else message.id[0], message.context)
        plural = isinstance(message.id, tuple)
        made.add(message.id, (said,) if plural else said, context=message.context)
    return made


def _whole(text: str, context: str | None) -> str:
    whole = traditional.table()["messages"]
    return str(whole.get(f"{context}|{text}") or whole.get(text) or traditional.traditional(text))


def is_old(target: Path, *sources: Path) -> bool:
    """Whether one of the sources is newer, or there is nothing yet."""
    return not target.exists() or target.stat().st_mtime < max(each.stat().st_mtime for each in sources)


def read(source: Path) -> Catalog:
    """A catalogue in the language of its folder."""
    with source.open("rb") as words:
        return read_po(words, locale=source.parts[-3])


def save(target: Path, catalogue: Catalog) -> None:
    """As gettext reads it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as compiled:
        write_mo(compiled, catalogue)


if __name__ == "__main__":
    main()
