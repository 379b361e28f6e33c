"""What the worker's children do in the kill tests: says who works in a file, then takes its time."""

import os
import time
from pathlib import Path


class Killable:
    """Looks like a Django task: has `call`."""

    @staticmethod
    def call(file: str, *, first: float, later: float = 0.0) -> str:
        """Writes its process id down, works `first` seconds at the first try and `later` seconds after."""
        path = Path(file)
        with path.open("a") as out:
            out.write(f"{os.getpid()}\n")
        time.sleep(first if len(path.read_text().split()) == 1 else later)
        return "done"
