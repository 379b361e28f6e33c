"""One value at a time: text as people write it in, an exact value or a named refusal out.

Every parser takes the text of one non-empty cell and returns the value or raises `ValueRefused`.
No float is ever involved. `convert` runs the same rules over whole columns.
"""

from kemai.oversight.exchange.parsing.values.amounts import (
    parse_fraction,
    parse_integer,
    parse_money,
    parse_quantity,
)
from kemai.oversight.exchange.parsing.values.contacts import (
    parse_email,
    parse_phone,
    parse_postcode,
    parse_url,
    parse_uscc,
)
from kemai.oversight.exchange.parsing.values.days import parse_date, parse_month, parse_period
from kemai.oversight.exchange.parsing.values.refused import ValueRefused
from kemai.oversight.exchange.parsing.values.words import (
    parse_choice,
    parse_code,
    parse_customer,
    parse_flag,
    parse_lines,
    parse_text,
)

__all__ = [
    "ValueRefused",
    "parse_choice",
    "parse_code",
    "parse_customer",
    "parse_date",
    "parse_email",
    "parse_flag",
    "parse_fraction",
    "parse_integer",
    "parse_lines",
    "parse_money",
    "parse_month",
    "parse_period",
    "parse_phone",
    "parse_postcode",
    "parse_quantity",
    "parse_text",
    "parse_url",
    "parse_uscc",
]
