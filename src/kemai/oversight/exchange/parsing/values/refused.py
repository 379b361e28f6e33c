"""Why one value can't be taken: a code and its particulars; `problems` has the sentences."""

from typing import Any


class ValueRefused(Exception):
    """The value is not taken. `code` is a key of `problems.SENTENCES`."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params
