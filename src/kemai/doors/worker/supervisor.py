"""The parent: starts children, starts them anew when they die, ends them when it is told to end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

GRACE = 20.0


class Supervisor:
    """Keeps `count` children alive. It touches no database, so nothing can make it hang."""

    def __init__(self, count: int = 1) -> None:
        self.count = count
        self.children: list[subprocess.Popen[bytes]] = []
        self.stopping = False

    def run(self) -> int:
        """Watches until SIGTERM or SIGINT."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._stop)
        while not self.stopping:
            self.keep_alive()
            time.sleep(0.3)
        self.end()
        return 0

    def keep_alive(self) -> None:
        """Starts what is missing."""
        self.children = [c for c in self.children if c.poll() is None]
        while len(self.children) < self.count:
            self.children.append(start_child())

    def end(self) -> None:
        """Asks the children to finish their job, and kills them when they take too long."""
        for child in self.children:
            child.terminate()
        deadline = time.monotonic() + GRACE
        for child in self.children:
            try:
                child.wait(timeout=max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                child.kill()

    def _stop(self, *_: object) -> None:
        self.stopping = True


def start_child() -> subprocess.Popen[bytes]:
    """One child process; it ends by itself when this process is gone."""
    return subprocess.Popen([sys.executable, "-m", "kemai.doors.worker", str(os.getpid())])
