"""expat with everything dangerous refused, shared by the two large parts: strings and sheets."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.parsers import expat

from kemai.oversight.exchange.reading.refusals import ReadRefused

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def safe_parser() -> Any:
    """A parser that refuses document types and entities and hands text over in one piece."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65_536

    def refuse(*_: object) -> int:
        raise ReadRefused("entities")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    return parser


def feed(parser: Any, pieces: Iterator[bytes], part: str, after: Callable[[], Any]) -> Iterator[Any]:
    """Feed the pieces; yield what `after()` collected behind each of them."""
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            yield after()
        parser.Parse(b"", True)
        yield after()
    except expat.ExpatError as error:
        raise ReadRefused("damaged_xml", part=part, line=error.lineno) from error


def prefix_of(name: str) -> str:
    """`x:` of `x:worksheet`: some programs write every element with a prefix."""
    return name[: name.rindex(":") + 1] if ":" in name else ""


def unescaped(text: str) -> str:
    """Undo the `_x000D_` escapes of OOXML texts.

    >>> unescaped("a_x000D_b") == "a" + chr(13) + "b", unescaped("_x005F_x000D_")
    (True, '_x000D_')
    """
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
