"""Keeps the English catalogue complete: `extract` updates it from the sources, `check` fails on what is missing,
`missing` lists it, `fill FILE.json` puts in {source: translation} and writes the catalogue."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from kemai.oversight.exchange.parsing.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en",)
BARE = re.compile(r"(?<!%)(?:%%)*%(?![%(])")


def main(arguments: list[str]) -> int:
    """The exit status of one of the commands above."""
    command, *rest = arguments or ["check"]
    return {"extract": extract, "check": check, "missing": missing, "fill": fill}[command](*rest)


def catalogue_path(language: str) -> Path:
    """Where a language's catalogue lies."""
    return ROOT / "src/kemai/locale" / language / "LC_MESSAGES" / "django.po"


def template() -> Catalog:
    """Every string of the sources as they are now; Django's own templates and the import's headings are read here."""
    with tempfile.NamedTemporaryFile(suffix=".pot") as file:
        subprocess.run(
            [Path(sys.executable).with_name("pybabel"), "-q", "extract", "-F", ROOT / "babel.cfg", "-k", "gettext_lazy",
             "-k", "ngettext_lazy:1,2", "-k", "pgettext_lazy:1c,2", "--sort-output", "--add-location=never", "-o", file.name, "src"],
            cwd=ROOT, check=True,
        )  # fmt: skip
        found = read_po(file)
    for page in sorted(ROOT.glob("src/**/templates/**/*.html")):
        for text in re.findall(r'{% translate "([^"]+)"', page.read_text("utf8")):
            found.add(text)
    for kind in KINDS.values():
        for text in (kind.heading, *(field.heading for field in kind.fields)):
            found.add(text)
    return found


def catalogue(language: str) -> Catalog:
    """The language's catalogue brought up to today's strings."""
    path = catalogue_path(language)
    known = read_po(path.open("rb"), locale=language) if path.exists() else Catalog(locale=language)
    known.update(template(), no_fuzzy_matching=True, update_header_comment=False)
    known.obsolete.clear()
    return known


def save(language: str, known: Catalog) -> None:
    """Writes without dates and places, so that a diff shows words only."""
    path = catalogue_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    known.fuzzy = False
    with path.open("wb") as file:
        write_po(file, known, omit_header=False, sort_output=True, no_location=True, width=120)
    lines = [
        line
        for line in path.read_text("utf8").splitlines()
        if not line.startswith(('"POT-Creation', '"PO-Revision'))
    ]
    path.write_text("\n".join(lines) + "\n", "utf8")


def extract() -> int:
    """Updates every catalogue."""
    for language in LANGUAGES:
        save(language, catalogue(language))
    return 0


def untranslated(language: str) -> list[str]:
    """Source strings without a translation."""
    return [str(m.id) for m in catalogue(language) if m.id and (m.fuzzy or not _full(m.string))]


def _full(text: object) -> bool:
    return all(text) if isinstance(text, tuple) else bool(text)


def check() -> int:
    """1 and a list when anything is missing or would break a page."""
    gaps = {language: untranslated(language) for language in LANGUAGES}
    for language, strings in gaps.items():
        for string in strings:
            print(f"{language}: not translated: {string}")
    breaking = {language: broken_percents(language) for language in LANGUAGES}
    for language, strings in breaking.items():
        for string in strings:
            print(f"{language}: a single percent sign breaks the page that says: {string}")
    return 1 if any(gaps.values()) or any(breaking.values()) else 0


def broken_percents(language: str) -> list[str]:
    """Strings of our templates whose translation has a bare percent sign: every one of them is filled in with `%`."""
    pages = "".join(page.read_text("utf8") for page in ROOT.glob("src/**/jinja2/**/*.html"))
    said = [m for m in catalogue(language) if isinstance(m.id, str) and isinstance(m.string, str) and m.id]
    return [str(m.id) for m in said if BARE.search(m.string) and f'_("{m.id}"' in pages]


def missing() -> int:
    """The missing strings as JSON, to be filled in."""
    print(
        json.dumps(
            {s: "" for language in LANGUAGES for s in untranslated(language)}, ensure_ascii=False, indent=1
        )
    )
    return 0


def fill(path: str) -> int:
    """Puts the translations of a JSON file into the English catalogue."""
    words = json.loads(Path(path).read_text("utf8"))
    known = catalogue("en")
    for message in known:
        key = message.id[0] if isinstance(message.id, tuple) else message.id
        if words.get(key):
            given = words[key]
            message.string = (
                tuple(given)
                if isinstance(message.id, tuple)
                else given
                if isinstance(given, str)
                else given[0]
            )
    save("en", known)
    return check()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
