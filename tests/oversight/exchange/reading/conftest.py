"""Files made by code: honest, odd, broken and hostile ones."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kemai.oversight.exchange.reading import RawTable, ReadRefused, read_file

HEADER = "单号,日期,客户,金额\n"
ROW = "A1,2026/3/1,华瑞商贸,12.50\n"


@pytest.fixture
def read(tmp_path: Path) -> Iterator[Callable[..., RawTable]]:
    """Read bytes (or a path) as a sales file; tables are closed at the end of the test."""
    with ExitStack() as stack:

        def run(content: bytes | Path, name: str = "file.csv", **options: Any) -> RawTable:
            path = content if isinstance(content, Path) else tmp_path / name
            if not isinstance(content, Path):
                path.write_bytes(content)
            return stack.enter_context(read_file(path, **{"kind": "sales", **options}))

        yield run


@pytest.fixture
def refused(read: Callable[..., RawTable]) -> Callable[..., ReadRefused]:
    """The refusal of a file that must not be read."""

    def run(content: bytes | Path, name: str = "file.csv", **options: Any) -> ReadRefused:
        with pytest.raises(ReadRefused) as caught:
            read(content, name, **options)
        return caught.value

    return run
