"""The tree of a formula, and the grammar that reads it: or, and, not, comparison, sum, product, sign, what is in brackets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kemai.value.formulas.errors import FormulaError
from kemai.value.formulas.names import Name
from kemai.value.formulas.tokens import Token, tokens

DEEPEST = 30
COMPARISONS = ("<", "<=", ">", ">=", "=", "!=")
ARITY = {
    "if": (3, 3), "case": (3, 21), "coalesce": (2, 10), "min": (2, 10), "max": (2, 10), "abs": (1, 1), "round": (1, 2),
    "ln": (1, 1), "sqrt": (1, 1), "share": (2, 2),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """`kind` is number, percent, name, negative, not, a function or a sign; `text` the number or the name's key."""

    kind: str
    parts: tuple[Node, ...] = ()
    text: str = ""
    at: int = 0
    length: int = 1


def read(text: str, known: Iterable[Name]) -> Node:
    """The tree. Raises FormulaError with the place of what is wrong."""
    reading = _Reading(tokens(text, known))
    if reading.now.kind == "end":
        raise FormulaError("还没写公式", code="empty", at=0)
    found = reading.either(0)
    if reading.now.kind != "end":
        raise reading.wrong()
    return found


class _Reading:
    def __init__(self, words: list[Token]) -> None:
        self.words, self.place = words, 0

    @property
    def now(self) -> Token:
        return self.words[self.place]

    def take(self, kind: str, *texts: str) -> Token | None:
        token = self.now
        if token.kind != kind or (texts and token.text not in texts):
            return None
        self.place += 1
        return token

    def wrong(self) -> FormulaError:
        token = self.now
        if token.kind == "end":
            return FormulaError("话没说完", code="unfinished", at=token.at)
        return FormulaError(
            f"这里不该是「{token.text}」", code="unexpected", at=token.at, length=token.length
        )

    def expect(self, sign: str) -> None:
        if not self.take("sign", sign):
            at = self.now.at
            raise FormulaError(f"这里少了「{sign}」", code="expected", at=at, sign=sign)

    def either(self, depth: int) -> Node:
        left = self.both(depth)
        while token := self.take("word", "or"):
            left = Node("or", (left, self.both(depth)), at=token.at, length=token.length)
        return left

    def both(self, depth: int) -> Node:
        left = self.denied(depth)
        while token := self.take("word", "and"):
            left = Node("and", (left, self.denied(depth)), at=token.at, length=token.length)
        return left

    def denied(self, depth: int) -> Node:
        token = self.take("word", "not")
        if token is None:
            return self.compared(depth)
        return Node("not", (self.denied(self.deeper(depth)),), at=token.at, length=token.length)

    def compared(self, depth: int) -> Node:
        left = self.sum(depth)
        token = self.take("sign", *COMPARISONS)
        if token is None:
            return left
        return Node(token.text, (left, self.sum(depth)), at=token.at, length=token.length)

    def sum(self, depth: int) -> Node:
        left = self.product(depth)
        while token := self.take("sign", "+", "-"):
            left = Node(token.text, (left, self.product(depth)), at=token.at)
        return left

    def product(self, depth: int) -> Node:
        left = self.signed(depth)
        while token := self.take("sign", "*", "/"):
            left = Node(token.text, (left, self.signed(depth)), at=token.at)
        return left

    def signed(self, depth: int) -> Node:
        token = self.take("sign", "-", "+")
        if token is None:
            return self.single(depth)
        inner = self.signed(self.deeper(depth))
        return inner if token.text == "+" else Node("negative", (inner,), at=token.at)

    def single(self, depth: int) -> Node:
        if token := self.take("number"):
            kind = "percent" if self.take("sign", "%") else "number"
            return Node(kind, text=token.text, at=token.at, length=token.length)
        if token := self.take("name"):
            return Node("name", text=token.text, at=token.at, length=token.length)
        if token := self.take("function"):
            return self.called(token, self.deeper(depth))
        if self.take("sign", "("):
            found = self.either(self.deeper(depth))
            self.expect(")")
            return found
        raise self.wrong()

    def called(self, token: Token, depth: int) -> Node:
        self.expect("(")
        parts = [self.either(depth)]
        while self.take("sign", ","):
            parts.append(self.either(depth))
        self.expect(")")
        fewest, most = ARITY[token.text]
        if not fewest <= len(parts) <= most or (token.text == "case" and len(parts) % 2 == 0):
            wanted = f"{fewest}" if fewest == most else f"{fewest} 到 {most}"
            more = "，条件和结果成对，最后一个是其余" if token.text == "case" else ""
            raise FormulaError(
                f"{token.text} 要 {wanted} 项{more}，给了 {len(parts)} 项", code="wrong_number", at=token.at, length=token.length
            )  # fmt: skip
        return Node(token.text, tuple(parts), at=token.at, length=token.length)

    def deeper(self, depth: int) -> int:
        if depth >= DEEPEST:
            raise FormulaError(f"套得太深，最多 {DEEPEST} 层", code="too_deep", at=self.now.at)
        return depth + 1
