"""What a cell of a workbook was before it became text."""

from enum import IntEnum


class CellKind(IntEnum):
    """Kind of one cell, stored as uint8 in the `k{i}` columns of a batch."""

    TEXT = 0
    NUMBER = 1
    DATE = 2  # a number under a date format, already written as YYYY-MM-DD [HH:MM:SS]
    ERROR = 3  # #N/A, #REF! …
    UNCOMPUTED = 4  # a formula without a stored value; its text is the formula
    MERGED = 5  # an empty cell below the first one of a merged block
    BOOLEAN = 6


def column_letters(index: int) -> str:
    """Name a column as spreadsheets do, from 0.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(499)
    ('A', 'Z', 'AA', 'SF')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(reference: str) -> int:
    """Place, from 0, of the column in a reference such as `AB12`.

    >>> column_index("A1"), column_index("AB12")
    (0, 27)
    """
    index = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        index = index * 26 + ord(letter) - 64
    return index - 1
