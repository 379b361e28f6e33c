"""An expression as the text of an address: `and(region:is:镇江,or(size:any:大|中,last_order_on:to:-90))`."""

from __future__ import annotations

import re

from kemai.foundation.filters.expression import Condition, Expression

PLAIN = re.compile(r'[^\s"\\,|():]+')


def written(expression: Expression) -> str:
    """The one text of an expression; `read` gives the expression back.

    >>> written(Condition("region", "any", ("镇江", "南京, 江宁")))
    'region:any:镇江|"南京, 江宁"'
    """
    if isinstance(expression, Condition):
        values = "|".join(map(_value, expression.values))
        return f"{expression.field}:{expression.operator}" + (f":{values}" if expression.values else "")
    return f"{expression.join}({','.join(map(written, expression.items))})"


def _value(text: str) -> str:
    """As it is where nothing in it could be mistaken, else between quotes."""
    if PLAIN.fullmatch(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
