"""Compiles the catalogues (.po) into what the program reads (.mo), where one is missing or older."""

from __future__ import annotations

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).resolve().parent.parent / "src/kemai/locale"


def main() -> None:
    """Writes each .mo beside its .po."""
    for source in LOCALE.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            with source.open("rb") as words, target.open("wb") as compiled:
                write_mo(compiled, read_po(words, locale=source.parts[-3]))


if __name__ == "__main__":
    main()
