"""Which encoding a text file is in, decided strictly: a wrong guess is worse than a refusal.

UTF-8 is tried first because other encodings hardly ever pass for it. GB18030 accepts almost any
bytes, so what it yields is weighed: Big5, mixed and garbled files are refused with their own sentence.
"""

import codecs
from collections import Counter
from collections.abc import Callable, Iterator
from io import IncrementalNewlineDecoder
from pathlib import Path
from typing import BinaryIO

from kemai.oversight.exchange.reading.limits import ReadLimits
from kemai.oversight.exchange.reading.refusals import ReadRefused

CHUNK = 4 * 1024 * 1024
_SAMPLE_BYTES = 1024 * 1024
_USUAL_SHARE = 0.9
_MIN_MIXED_CHARACTERS = 3
_LONG_LINE_CELLS = 64
_BEAT_LINES = 100_000
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def text_encoding(path: Path, alive: Callable[[], None] = lambda: None) -> str:
    """Name of the codec to read `path` with; raises ReadRefused rather than give mojibake.

    `alive` is called now and then: looking through a long file takes its time.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, codec in _MARKS:
            if head.startswith(mark):
                _decodes(file, codec, alive)
                return codec
        if _is_utf8(file, alive):
            return "utf-8"
        return _chinese_codec(file, alive)


def decoded_chunks(path: Path, codec: str, limits: ReadLimits | None = None) -> Iterator[tuple[str, int]]:
    """Pieces of text that end at a line end (LF), with the bytes read so far.

    Raises ReadRefused when one line alone is longer than a cell may be many times over.
    """
    longest = (limits or ReadLimits()).cell_characters * _LONG_LINE_CELLS
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)("strict"), translate=True)
    rest, done, lines = "", 0, 0
    with path.open("rb") as file:
        while block := file.read(CHUNK):
            done += len(block)
            text = rest + decoder.decode(block)
            cut = text.rfind("\n") + 1
            rest = text[cut:]
            lines += text.count("\n", 0, cut)
            if len(rest) > longest:
                raise ReadRefused("cell_too_long", row=lines + 1, column="", limit=longest)
            if cut:
                yield text[:cut], done
    rest += decoder.decode(b"", True)
    if rest:
        yield rest, done


def _is_utf8(file: BinaryIO, alive: Callable[[], None]) -> bool:
    try:
        _decodes(file, "utf-8", alive)
    except ReadRefused:
        return False
    return True


def _decodes(file: BinaryIO, codec: str, alive: Callable[[], None]) -> None:
    """Raise ReadRefused that names the row if the file is not valid in `codec`."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(codec)("strict")
    row = 1
    while block := file.read(CHUNK):
        alive()
        try:
            decoder.decode(block)
        except UnicodeDecodeError as error:
            row += error.object[: error.start].count(b"\n")
            raise ReadRefused("unknown_encoding", row=row) from error
        row += block.count(b"\n")
    try:
        decoder.decode(b"", True)
    except UnicodeDecodeError as error:
        raise ReadRefused("unknown_encoding", row=row) from error


def _chinese_codec(file: BinaryIO, alive: Callable[[], None]) -> str:
    file.seek(0)
    sample = file.read(_SAMPLE_BYTES)
    if len(sample) == _SAMPLE_BYTES:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    if _is_big5(sample):
        raise ReadRefused("big5")
    _refuse_mixed(file, alive)
    _decodes(file, "gb18030", alive)
    _refuse_garbled(sample.decode("gb18030", "ignore"))
    return "gb18030"


def _is_big5(sample: bytes) -> bool:
    """True where Big5 explains the bytes with common characters and GB18030 does not."""
    try:
        text = sample.decode("cp950")
    except UnicodeDecodeError:
        return False
    gb = _share(sample.decode("gb18030", "replace"), _is_usual_simplified)
    big5 = _share(text, _is_usual_traditional)
    return gb < _USUAL_SHARE and big5 > gb


def _share(text: str, usual: Callable[[str], bool]) -> float:
    counts = Counter(character for character in text if character > "\x7f")
    total = sum(counts.values())
    good = sum(count for character, count in counts.items() if usual(character))
    return good / total if total else 1.0


def _is_usual_simplified(character: str) -> bool:
    """A Chinese character or mark of GB 2312, as nearly all simplified text is made of."""
    try:
        code = character.encode("gb2312")
    except UnicodeEncodeError:
        return character == "€"
    return code[0] >= 0xB0 or code[0] in (0xA1, 0xA3)


def _is_usual_traditional(character: str) -> bool:
    """A character of the first level of Big5, as nearly all traditional text is made of."""
    try:
        code = character.encode("cp950")
    except UnicodeEncodeError:
        return False
    return 0xA1 <= code[0] <= 0xC6


def _refuse_mixed(file: BinaryIO, alive: Callable[[], None]) -> None:
    """A line of real GB18030 is hardly ever valid UTF-8 with three or more wide characters.

    Names the first row that cannot be read like those before it, whichever of the two the file began with.
    """
    file.seek(0)
    first: dict[bool, int] = {}
    for row, line in enumerate(file, start=1):
        if row % _BEAT_LINES == 0:
            alive()
        if line.isascii():
            continue
        is_utf8 = _is_wide_utf8(line)
        if is_utf8 is not None:
            first.setdefault(is_utf8, row)
        if len(first) == 2:
            raise ReadRefused("mixed_encoding", row=row)


def _is_wide_utf8(line: bytes) -> bool | None:
    """Whether the line is UTF-8; None where it has too few wide characters to tell."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True if sum(1 for character in text if character > "\x7f") >= _MIN_MIXED_CHARACTERS else None


def _refuse_garbled(text: str) -> None:
    """Refuse text whose characters nobody writes: private use, unassigned, letters of no Chinese file."""
    strange = _share(text, lambda character: not _is_plausible(character))
    if strange > 1 - _USUAL_SHARE:
        sample = next((line for line in text.splitlines() if any(not _is_plausible(c) for c in line)), "")
        raise ReadRefused("garbled", sample=sample.strip()[:20])


def _is_plausible(character: str) -> bool:
    code = ord(character)
    return (
        (code < 0x2E80 and character.isprintable() and not (0x370 <= code < 0x2000))
        or (0x2E80 <= code < 0xA000 and not (0x3040 <= code < 0x3130))
        or 0xF900 <= code < 0xFB00
        or 0xFE30 <= code < 0xFFF0
        or 0x20000 <= code < 0x33480
        or 0x3000 <= code <= 0x303F
    )
