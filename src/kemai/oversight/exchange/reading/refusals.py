"""Why a file was not read: a code with its particulars, told as two sentences on demand.

The child process raises and reports codes only; the sentences are translated in the parent, in the
language of whoever looks at them.
"""

from typing import Any


class ReadRefused(Exception):
    """The file is not read. `code` is stable, `problem` and `mend` are sentences for the person."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    @property
    def problem(self) -> str:
        """What is wrong, in one sentence."""
        return self._sentences()[0]

    @property
    def mend(self) -> str:
        """What to do about it, in one sentence."""
        return self._sentences()[1]

    def __str__(self) -> str:
        return f"{self.problem} {self.mend}"

    def _sentences(self) -> tuple[str, str]:
        from kemai.oversight.exchange.reading.sentences import sentences_for

        return sentences_for(self.code, self.params)


class SheetUnclear(ReadRefused):
    """More than one sheet could be meant: `sheets` names them, `read_file(…, sheet=)` chooses."""

    @property
    def sheets(self) -> list[str]:
        return list(self.params["sheets"])


class ReadCancelled(Exception):
    """The caller's `cancelled()` answered yes; nothing is left behind."""


def refusal(code: str, params: dict[str, Any]) -> ReadRefused:
    """The exception for a code that came out of the child."""
    kind = SheetUnclear if code == "sheet_unclear" else ReadRefused
    return kind(code, **params)
