"""Cards of a .vcf file, versions 2.1, 3.0 and 4.0: what can be a contact, and what is wrong with the others.

Nothing in the file is trusted: it is cut into cards and properties here, only those that a contact is made of go on,
pictures never do, and each card is parsed by itself, so that a broken one is named and leaves the others alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from kemai.business.archives.actions.contacts import cleaned_contact
from kemai.business.archives.code_lists import values
from kemai.foundation.access.actor import Refused

MOST_BYTES = 5 * 1024 * 1024
MOST_CARDS = 200
LONGEST_CARD = 64 * 1024
FIELDS = ("name", "title", "mobile", "phone", "email", "decision_role", "birthday")
ROLE, LUNAR = "X-KEMAI-ROLE", "X-KEMAI-LUNAR"
_PARAMETER = re.compile(r"[\w-]{1,40}(?:=[\w.,/-]{1,80})?", re.ASCII)
MOST_PARAMETERS = 8
READ = frozenset(("VERSION", "FN", "N", "TEL", "EMAIL", "TITLE", "BDAY", ROLE, LUNAR))
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:T.*)?")
_MOBILE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")
_HAN = re.compile(r"[㐀-鿿]")


class CardsRefused(Refused):
    """A file that holds no cards, or too much."""

    status = 422


@dataclass(frozen=True)
class Card:
    """One card as it would be stored; empty texts where it says nothing. `number` counts from one in the file."""

    number: int
    name: str
    title: str = ""
    mobile: str = ""
    phone: str = ""
    email: str = ""
    decision_role: str = ""
    birthday: str = ""
    is_lunar: bool = False

    def fields(self) -> dict[str, Any]:
        """What it says, as the actions take it."""
        said: dict[str, Any] = {k: v for k in FIELDS if (v := getattr(self, k))}
        if self.birthday:
            said |= {"birthday": date.fromisoformat(self.birthday), "is_lunar": self.is_lunar}
        return said

    def plain(self) -> dict[str, Any]:
        """For the form that comes back."""
        return asdict(self)


@dataclass(frozen=True)
class BadCard:
    """A card that can't be taken, and what would mend it."""

    number: int
    name: str
    field: str
    mend: str


def read_cards(data: bytes) -> list[Card | BadCard]:
    """Every card of the file, in order. Raises CardsRefused for a file that is none, or is too large."""
    if len(data) > MOST_BYTES:
        raise CardsRefused(_("文件太大，最多 %(n)s MB。") % {"n": MOST_BYTES // 1024**2})
    found: list[Card | BadCard] = []
    for number, (lines, whole) in enumerate(_cut(_text(data)), 1):
        if number > MOST_CARDS:
            raise CardsRefused(_("名片太多，一次最多 %(n)s 张，请分几次导入。") % {"n": MOST_CARDS})
        found.append(_read(number, lines, whole=whole))
    if not found:
        raise CardsRefused(_("这里面没有名片。请选从手机或邮箱里导出的 .vcf 文件。"))
    return found


def card_of(number: int, given: dict[str, Any]) -> Card | BadCard:
    """A card from its fields as texts; they are asked again wherever they come from."""
    name = str(given.get("name") or "").strip()
    said: dict[str, Any] = {"name": name}
    for field in FIELDS:
        try:
            said[field] = _field(field, str(given.get(field) or "").strip())
        except ValueError as wrong:
            return BadCard(number, name, field, str(wrong))
    return Card(number, is_lunar=bool(given.get("is_lunar")), **said)


def _field(field: str, text: str) -> str:
    if field == "birthday":
        return _birthday(text)
    if field == "decision_role":
        return text if text in values("decision_role") else ""
    return str(cleaned_contact(field, text))


def _birthday(text: str) -> str:
    """The day; one without a year can't be kept and is left out."""
    if not text or text.startswith("--"):
        return ""
    found = _DAY.fullmatch(text)
    try:
        if found:
            return date(*map(int, found.groups()[:3])).isoformat()
    except ValueError:
        pass
    raise ValueError(_("生日「%(text)s」没有这一天，请写成 1980-02-03。") % {"text": text[:20]})


def _text(data: bytes) -> str:
    ways = ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for codec in ways:
        try:
            return data.decode(codec).replace("\0", "")
        except UnicodeDecodeError:
            continue
    raise CardsRefused(_("看不出文件用的是什么编码，请用 UTF-8 重新导出。"))


def _cut(text: str) -> Iterator[tuple[list[str], bool]]:
    """Lines of each card; False where it has no end or another begins inside it."""
    lines: list[str] | None = None
    for line in re.split(r"\r\n|\n|\r", text):
        word = line.strip().upper()
        if word == "BEGIN:VCARD":
            if lines is not None:
                yield lines, False
            lines = []
        elif lines is not None and word == "END:VCARD":
            yield lines, True
            lines = None
        elif lines is not None:
            lines.append(line)
    if lines is not None:
        yield lines, False


def _properties(lines: list[str]) -> Iterator[str]:
    """The properties that a contact is made of, each in one line with parameters that a parser can't stumble over: the
    library's own pattern takes for ever on some that never come to their colon."""
    for line in _unfolded(lines):
        head, colon, value = line.partition(":")
        name, *parameters = head.replace('"', "").split(";")
        name = name.rpartition(".")[2].strip().upper()
        if colon and name in READ:
            sound = [p for p in parameters[:MOST_PARAMETERS] if _PARAMETER.fullmatch(p)]
            yield f"{';'.join([name, *sound])}:{value}"


def _unfolded(lines: list[str]) -> Iterator[str]:
    """Lines that were broken to be short, whole again: continued by a blank, or by = in quoted-printable."""
    parts: list[str] = []
    quoted = False
    for line in lines:
        if parts and (quoted or line[:1] in (" ", "\t")):
            parts.append(line if quoted else line[1:])
        else:
            yield "".join(parts)
            parts, soft = [line], "QUOTED-PRINTABLE" in line.partition(":")[0].upper()
        quoted = soft and parts[-1].endswith("=")
        if quoted:
            parts[-1] = parts[-1][:-1]
    yield "".join(parts)


def _read(number: int, lines: list[str], *, whole: bool) -> Card | BadCard:
    if not whole:
        return BadCard(number, "", "", _("这张没有写完（缺 END:VCARD），请重新导出。"))
    kept = list(_properties(lines))
    if sum(map(len, kept)) > LONGEST_CARD:
        return BadCard(number, "", "", _("这张太大了，请去掉长文字再导出。"))
    try:
        said = _said(kept)
    except Exception:  # whatever a hostile card does to the parser, it is this card that is refused
        return BadCard(number, "", "", _("这张看不懂，请重新导出，或手工录入。"))
    if not said["name"]:
        return BadCard(number, "", "name", _("没有姓名（FN 或 N），请补上再导入。"))
    return card_of(number, said)


def _said(lines: list[str]) -> dict[str, Any]:
    import vobject

    text = "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD", ""])
    card = vobject.readOne(text, allowQP=True)
    held: dict[str, list[Any]] = {}
    for line in card.lines():
        held.setdefault(line.name.upper(), []).append(line)
    mobile, phone = _numbers(held.get("TEL", []))
    return {
        "name": _name(held), "title": _first(held, "TITLE"), "mobile": mobile, "phone": phone,
        "email": _first(held, "EMAIL").removeprefix("mailto:"), "birthday": _first(held, "BDAY"),
        "decision_role": _first(held, ROLE), "is_lunar": _first(held, LUNAR) == "1",
    }  # fmt: skip


def _first(held: dict[str, list[Any]], name: str) -> str:
    texts = (str(line.value).strip() for line in held.get(name, ()) if isinstance(line.value, str))
    return next((text for text in texts if text), "")


def _name(held: dict[str, list[Any]]) -> str:
    """The name as it is shown, else its parts: Chinese ones without a blank."""
    shown = _first(held, "FN")
    if shown or not held.get("N"):
        return shown
    name = held["N"][0].value
    parts = [
        " ".join(part) if isinstance(part, list) else str(part or "") for part in (name.family, name.given)
    ]
    parts = [part.strip() for part in parts if part.strip()]
    return "".join(parts) if any(map(_HAN.search, parts)) else " ".join(reversed(parts))


def _numbers(lines: list[Any]) -> tuple[str, str]:
    """The mobile and the other number: by what is said of them, else by how they look. Fax numbers are neither."""
    mobile = phone = ""
    for line in lines:
        kinds = {
            k.strip().upper()
            for k in (*line.params.get("TYPE", ()), *line.singletonparams)
            for k in k.split(",")
        }
        text = str(line.value).strip().removeprefix("tel:").split(";")[0]
        if not text or kinds & {"FAX", "PAGER"}:
            continue
        looks = bool(_MOBILE.fullmatch(re.sub(r"[\s\-()]", "", text)))
        if not mobile and (looks or "CELL" in kinds):
            mobile = text
        elif not phone:
            phone = text
    return mobile, phone
