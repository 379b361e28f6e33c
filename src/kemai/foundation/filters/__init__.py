"""One filter expression for lists, counts, groups, exports, saved views and bulk actions: conditions joined by and/or."""

from kemai.foundation.filters.expression import (
    OPERATORS,
    BadExpression,
    Condition,
    Expression,
    Group,
    conditions_of,
)
from kemai.foundation.filters.reading import read
from kemai.foundation.filters.writing import written

__all__ = [
    "OPERATORS",
    "BadExpression",
    "Condition",
    "Expression",
    "Group",
    "conditions_of",
    "read",
    "written",
]
