"""Compiles the catalogues (.po) into what the program reads (.mo), where one is missing or older, and makes that of
Traditional Chinese out of the Chinese of the sources."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

sys.path.insert(0, str(Path(__file__).resolve().parent))
import traditional

LOCALE = Path(__file__).resolve().parent.parent / "src/kemai/locale"
COMPLETE = LOCALE / "en/LC_MESSAGES/django.po"
"""Has every message: `translations.py check` sees to it."""


def main() -> None:
    """Writes each .mo beside its .po, and the one that has no .po."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        if is_old(target := source.with_suffix(".mo"), source):
            save(target, read(source))
    target = LOCALE / traditional.LANGUAGE / "LC_MESSAGES/django.mo"
    if is_old(target, COMPLETE, traditional.WORDS, Path(traditional.__file__)):
        save(target, traditional.traditional_catalogue(read(COMPLETE)))


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
