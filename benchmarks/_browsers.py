"""Sixteen browsers that cost next to nothing: plain sockets kept open, a thread each, in a process of their own.

    python benchmarks/_browsers.py < plan.json

The plan is {"port": 8000, "seconds": 15, "browsers": [{"cookie": "…", "paths": ["/customers/", …], "expects": "</html>"}]};
printed is {"requests", "failed", "milliseconds": […], "cpu", "bytes"}. A page counts when its status is 200 and it ends as
expected.
"""

from __future__ import annotations

import itertools
import json
import socket
import sys
import threading
import time
from typing import Any

HEADERS = (
    "Host: 127.0.0.1\r\nAccept: text/html\r\nAccept-Encoding: gzip, br\r\nAccept-Language: zh-CN,zh\r\n"
    "User-Agent: Mozilla/5.0\r\nConnection: keep-alive\r\n"
)


def main() -> None:
    """Asks until the time is over and tells what came."""
    plan = json.load(sys.stdin)
    until = time.perf_counter() + plan["seconds"]
    found: list[tuple[float, bool, int]] = []
    threads = [threading.Thread(target=ask, args=(plan["port"], b, until, found)) for b in plan["browsers"]]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    print(json.dumps({
        "requests": sum(good for _took, good, _size in found), "failed": sum(not good for _took, good, _size in found),
        "milliseconds": sorted(took * 1_000 for took, _good, _size in found), "cpu": time.process_time(),
        "bytes": sum(size for _took, _good, size in found),
    }))  # fmt: skip


def ask(port: int, browser: dict[str, Any], until: float, found: list[tuple[float, bool, int]]) -> None:
    """One page after another on one connection, which is made anew when it breaks."""
    line = None
    for path in itertools.cycle(browser["paths"]):
        started = time.perf_counter()
        if started > until:
            break
        try:
            line = line or socket.create_connection(("127.0.0.1", port), timeout=60)
            good, size = _page(line, path, browser)
        except (OSError, ValueError):
            good, size, line = False, 0, None
        found.append((time.perf_counter() - started, good, size))


def _page(line: socket.socket, path: str, browser: dict[str, Any]) -> tuple[bool, int]:
    """Whether the page came whole, and its bytes. Raises ValueError for an answer that can't be told from the next."""
    line.sendall(f"GET {path} HTTP/1.1\r\n{HEADERS}Cookie: {browser['cookie']}\r\n\r\n".encode())
    head, _cut, body = _until_blank(line).partition(b"\r\n\r\n")
    fields = dict(field.lower().split(b": ", 1) for field in head.split(b"\r\n")[1:])
    length = int(fields[b"content-length"]) if b"content-length" in fields else -1
    if length < 0:
        raise ValueError(head)
    parts, have = [body], len(body)
    while have < length:
        part = line.recv(262_144)
        if not part:
            raise ValueError("cut")
        parts.append(part)
        have += len(part)
    whole = b"".join(parts[-2:]) if len(parts) > 1 else body
    return head.startswith(b"HTTP/1.1 200") and whole.rstrip().endswith(browser["expects"].encode()), have


def _until_blank(line: socket.socket) -> bytes:
    held = b""
    while b"\r\n\r\n" not in held:
        part = line.recv(262_144)
        if not part:
            raise ValueError("closed")
        held += part
    return held


if __name__ == "__main__":
    main()
