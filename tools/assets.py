"""Copies the few front-end files we ship out of `node_modules` and builds the icon sprite.

Run after `npm ci`; the target folder is git-ignored and goes into the wheel. Source maps are left
behind, so the comments that point at them are cut off: manifest storage fails on a missing map.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "src/kemai/doors/web/assets/vendor"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
    "sortable.min.js": "sortablejs/Sortable.min.js",
    "tom-select.min.js": "tom-select/dist/js/tom-select.base.min.js",
    "tom-select.min.css": "tom-select/dist/css/tom-select.min.css",
    "inter-latin.woff2": "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2",
}
"""Name under `vendor/` and where it comes from."""

ICONS = [
    "activity-heartbeat",
    "adjustments-horizontal",
    "affiliate",
    "alert-triangle",
    "arrow-back-up",
    "arrow-down-right",
    "arrow-left",
    "arrow-right",
    "arrow-up-right",
    "arrows-join",
    "arrows-sort",
    "ban",
    "bell",
    "bolt",
    "brand-wechat",
    "building",
    "building-store",
    "building-warehouse",
    "cake",
    "calculator",
    "calendar",
    "calendar-event",
    "calendar-plus",
    "camera",
    "chart-bar",
    "printer",
    "chart-dots",
    "chart-line",
    "chart-pie",
    "check",
    "checklist",
    "chevron-down",
    "chevron-left",
    "chevron-right",
    "chevron-up",
    "circle-check",
    "circle-x",
    "clock",
    "cloud-upload",
    "columns",
    "copy",
    "database",
    "device-floppy",
    "diamond",
    "dots",
    "download",
    "edit",
    "external-link",
    "eye",
    "eye-off",
    "file-import",
    "file-spreadsheet",
    "file-text",
    "filter",
    "fingerprint",
    "flag",
    "folder-question",
    "gift",
    "grip-vertical",
    "headset",
    "help-circle",
    "history",
    "home",
    "hourglass",
    "id",
    "info-circle",
    "key",
    "keyboard",
    "language",
    "link",
    "list-numbers",
    "lock",
    "login",
    "logout",
    "mail",
    "map-pin",
    "menu-2",
    "message",
    "message-2",
    "microphone",
    "minus",
    "moon",
    "package",
    "pencil",
    "phone",
    "phone-call",
    "pin",
    "player-play",
    "player-stop",
    "plus",
    "printer",
    "receipt-yuan",
    "refresh",
    "replace",
    "report-money",
    "rotate",
    "rubber-stamp",
    "scale",
    "search",
    "selector",
    "send",
    "settings",
    "shield-check",
    "sitemap",
    "sort-ascending",
    "sort-descending",
    "stack-2",
    "star",
    "sun",
    "sun-moon",
    "table",
    "tag",
    "target-arrow",
    "trash",
    "trending-down",
    "trending-up",
    "truck-delivery",
    "upload",
    "user",
    "user-circle",
    "user-minus",
    "user-plus",
    "user-share",
    "users",
    "users-group",
    "versions",
    "walk",
    "wand",
    "world",
    "x",
]
"""Outline icons in the sprite; a template that wants another adds its name here."""

SOURCE_MAP = re.compile(rb"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
GHOST = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


def main() -> None:
    """Fill the vendor folder, or end with status 1 and the names of what is missing."""
    icons = {name: MODULES / f"@tabler/icons/icons/outline/{name}.svg" for name in ICONS}
    files = {name: MODULES / path for name, path in FILES.items()}
    missing = [
        str(path.relative_to(ROOT)) for path in (*files.values(), *icons.values()) if not path.is_file()
    ]
    if missing:
        sys.exit("missing (run `npm ci` first): " + ", ".join(missing))
    VENDOR.mkdir(parents=True, exist_ok=True)
    for name, path in files.items():
        copy(path, VENDOR / name)
    (VENDOR / "icons.svg").write_text(sprite(icons), encoding="utf-8")
    size = sum(path.stat().st_size for path in VENDOR.iterdir())
    print(f"assets: {len(files)} files and {len(icons)} icons, {size / 1e6:.1f} MB")


def copy(source: Path, target: Path) -> None:
    """Copy one file; text loses its pointer to a source map."""
    if source.suffix in {".js", ".css"}:
        target.write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))
    else:
        shutil.copyfile(source, target)


def sprite(icons: dict[str, Path]) -> str:
    """One SVG of symbols `i-NAME`; colour and stroke come from the style sheet of the page."""
    symbols = "\n".join(
        symbol(name, path.read_text(encoding="utf-8")) for name, path in sorted(icons.items())
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def symbol(name: str, svg: str) -> str:
    """The shapes of one icon without its frame; an icon of another form is an error."""
    found = SHAPES.search(svg)
    if found is None:
        sys.exit(f"icon {name} is not an <svg> element")
    shapes = " ".join(found[1].replace(GHOST, "").split())
    return f'<symbol id="i-{name}" viewBox="0 0 24 24">{shapes}</symbol>'


if __name__ == "__main__":
    main()
