"""Reads the text of an expression, and says in a sentence where it can't be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kemai.foundation.filters.expression import (
    DEEPEST,
    JOINS,
    LONGEST,
    LONGEST_VALUE,
    MOST_CONDITIONS,
    MOST_VALUES,
    OPERATORS,
    WITHOUT_VALUE,
    BadExpression,
    Condition,
    Expression,
    Group,
)

WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
PLAIN = re.compile(r'[^\s"\\,|():]+')
QUOTED = re.compile(r'"((?:[^"\\]|\\["\\])*)"', re.DOTALL)


def read(text: str) -> Expression | None:
    """The expression; None for an empty text. Raises BadExpression."""
    text = text.strip()
    if not text:
        return None
    if len(text) > LONGEST or "\0" in text:
        raise BadExpression(_("条件太长了，最多 %(n)s 个字。") % {"n": f"{LONGEST:,}"})
    reader = _Reader(text)
    found = reader.expression(depth=1)
    if reader.at < len(text):
        raise reader.lost()
    return found


@dataclass
class _Reader:
    text: str
    at: int = 0
    conditions: int = 0

    def expression(self, depth: int) -> Expression:
        word = self._word()
        if word in JOINS and self._takes("("):
            return self._group(word, depth)
        return self._condition(word)

    def _group(self, join: str, depth: int) -> Group:
        if depth > DEEPEST:
            raise BadExpression(_("括号最多套 %(n)s 层。") % {"n": DEEPEST})
        items = [self.expression(depth + 1)]
        while self._takes(","):
            items.append(self.expression(depth + 1))
        if not self._takes(")"):
            raise self.lost()
        return Group(join, tuple(items))

    def _condition(self, field: str) -> Condition:
        self.conditions += 1
        if self.conditions > MOST_CONDITIONS:
            raise BadExpression(_("条件太多了，最多 %(n)s 个。") % {"n": MOST_CONDITIONS})
        if not self._takes(":"):
            raise self.lost()
        operator = self._word()
        if operator not in OPERATORS:
            raise BadExpression(_("没有「%(word)s」这种比法。") % {"word": operator})
        values = self._values() if self._takes(":") else ()
        what = {"what": f"{field}:{operator}"}
        if operator in WITHOUT_VALUE and values:
            raise BadExpression(_("条件「%(what)s」不带值。") % what)
        if operator not in WITHOUT_VALUE and (not values or (len(values) > 1 and operator != "any")):
            raise BadExpression(_("条件「%(what)s」要写一个值。") % what)
        return Condition(field, operator, values)

    def _values(self) -> tuple[str, ...]:
        found = [self._value()]
        while self._takes("|"):
            found.append(self._value())
        if len(found) > MOST_VALUES:
            raise BadExpression(_("一个条件最多 %(n)s 个值。") % {"n": MOST_VALUES})
        return tuple(dict.fromkeys(found))

    def _value(self) -> str:
        quoted = QUOTED.match(self.text, self.at)
        plain = quoted or PLAIN.match(self.text, self.at)
        if plain is None:
            raise self.lost()
        self.at = plain.end()
        value = re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL) if quoted else plain[0]
        if len(value) > LONGEST_VALUE:
            raise BadExpression(_("一个值最多 %(n)s 个字。") % {"n": LONGEST_VALUE})
        return value

    def _word(self) -> str:
        found = WORD.match(self.text, self.at)
        if found is None:
            raise self.lost()
        self.at = found.end()
        return found[0]

    def _takes(self, sign: str) -> bool:
        taken = self.text.startswith(sign, self.at)
        self.at += len(sign) if taken else 0
        return taken

    def lost(self) -> BadExpression:
        """The sentence about the place where nothing fits."""
        return BadExpression(
            _("条件在第 %(n)s 个字「%(here)s」处看不懂。")
            % {"n": self.at + 1, "here": self.text[self.at : self.at + 12]}
        )
